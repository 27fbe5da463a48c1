"""`labs status`: versions in the gallery, progress of their replication, and failures."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from catalog.files.diagnostic import escaped
from cli.chosen_stack import ChosenStack, chosen_stack, looked_at, signed_in, stack_option
from cli.program import commands
from cli.terminal import LiveText
from lifecycle.progress import VersionProgress, progress_of
from plan.observed import COMPLETED, FAILED, Observed, RegionProgress

if TYPE_CHECKING:
    from inventory.observe import Progress, WholeGallery

EVERY: Final = 30.0  # seconds between two requests: replication takes minutes to hours, and Azure limits requests
BAR: Final = 20  # characters of a progress bar

EXAMPLES = """\b
Examples:
  labs status --stack prod
  labs status --watch                  until no replication is running
  labs status --json | jq '.versions[] | select(.stage == "failed")'
"""


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a gallery at one moment."""

    stack: ChosenStack
    observed: Observed
    versions: list[VersionProgress]

    @property
    def is_settled(self) -> bool:
        """Whether no replication is running."""
        return all(version.stage != "replicating" for version in self.versions)

    @property
    def has_failed(self) -> bool:
        """Whether a version, or one of its replicas, failed."""
        return any(version.stage == "failed" for version in self.versions)


@click.command(epilog=EXAMPLES)
@stack_option
@click.option("--watch", is_flag=True, help="Repeat until no replication is running.")
@click.option(
    "--every", type=click.FloatRange(min=0.1), default=EVERY, show_default=True, help="Seconds between two requests."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text: one object a line with --watch.")
@click.pass_context
def status(context: click.Context, stack: str | None, *, watch: bool, every: float, as_json: bool) -> None:
    """Show the gallery's versions, their replicas, and the lab accounts.

    Marks versions that the catalogue lacks. With --watch a terminal shows progress bars, and a log gets a line for each
    change.

    Exit codes: 0 good, 1 a version or a replica failed or Azure refused, 2 wrong usage.
    """
    chosen = chosen_stack(stack)
    show = _printer(watch=watch, as_json=as_json)
    with signed_in(chosen.settings) as gallery:
        known: Progress = {}
        while True:
            found, known = _look(chosen, gallery, known)
            show(found)
            if not watch or found.is_settled:
                break
            time.sleep(every)
    context.exit(1 if found.has_failed else 0)


def _look(stack: ChosenStack, gallery: WholeGallery, before: Progress) -> tuple[Status, Progress]:
    observed, there = looked_at(gallery, stack.settings)
    known, failures = gallery.progress(there, before)
    if failures:
        raise click.ClickException("\n".join(dict.fromkeys(f"{failure}." for failure in failures)))
    return Status(stack, observed, progress_of(there, stack.file.catalogue, known)), known


def _printer(*, watch: bool, as_json: bool) -> Callable[[Status], None]:
    """The function that prints one status after the other."""
    if as_json:
        return _once_each(lambda found: json.dumps(_answer(found), indent=None if watch else 2))
    if not watch:
        return lambda found: click.echo("\n".join(_lines(found, bars=sys.stdout.isatty())))
    if sys.stdout.isatty():
        live = LiveText()
        return lambda found: live.show(list(_lines(found, bars=True)))
    return _changes()


def _once_each(text_of: Callable[[Status], str]) -> Callable[[Status], None]:
    shown = ""

    def show(found: Status) -> None:
        nonlocal shown
        text = text_of(found)
        if text != shown:
            click.echo(text)
        shown = text

    return show


def _changes() -> Callable[[Status], None]:
    """Prints everything at first, then a line for each region that progressed and each version that finished."""
    before: dict[str, str] | None = None

    def show(found: Status) -> None:
        nonlocal before
        now = dict(_log(found))
        lines = (
            _lines(found, bars=False) if before is None else (now[key] for key in now if now[key] != before.get(key))
        )
        for line in lines:
            click.echo(line)
        before = now

    return show


def _log(found: Status) -> Iterator[tuple[str, str]]:
    for version in found.versions:
        for region in version.regions:
            yield f"{version.name} {region.region}", f"{escaped(version.name)} in {_region(region, bars=False)}"
        yield version.name, f"{escaped(version.name)}: {version.stage}"


def _answer(found: Status) -> dict[str, Any]:
    """The JSON answer."""
    gallery = found.observed.gallery
    return {
        "ok": not found.has_failed,
        "gallery": gallery.id if gallery else None,
        "labAccounts": [
            {"id": lab.id, "region": lab.region, "galleries": sorted(lab.attachments.values()), "failure": lab.failure}
            for lab in found.observed.labs.values()
        ],
        "versions": [{"name": version.name, "stage": version.stage, **asdict(version)} for version in found.versions],
    }


def _lines(found: Status, *, bars: bool) -> Iterator[str]:
    """The lines of text."""
    settings = found.stack.settings
    yield f"{settings.gallery_name} in {settings.location}, stack {found.stack.name}"
    yield from _accounts(found)
    yield ""
    if not found.versions:
        yield "The gallery has no version."
    for version in found.versions:
        yield from _version(version, bars=bars)
    strangers = [version.name for version in found.versions if not version.managed]
    if strangers:
        yield ""
        yield f"Not in {escaped(str(found.stack.file.path))}: {escaped(', '.join(strangers))}"
        yield f"`{commands(settings).labs('list-unmanaged')}` shows more about them."


def _accounts(found: Status) -> Iterator[str]:
    ours = found.observed.gallery.id.lower() if found.observed.gallery else ""
    for account in found.observed.labs.values():
        name = escaped(account.id.rpartition("/")[2])
        if account.failure:
            yield f"lab account {name} could not be read: {escaped(account.failure)}"
            continue
        attached = list(account.attachments.values())
        if ours in map(str.lower, attached):
            yield f"attached to lab account {name} in {account.region}"
        elif attached:
            yield f"lab account {name} in {account.region} has another gallery: {escaped(', '.join(attached))}"
        else:
            attach = commands(found.stack.settings).pulumi("up")
            yield f"lab account {name} in {account.region} has no gallery; `{attach}` attaches this one"


def _version(version: VersionProgress, *, bars: bool) -> Iterator[str]:
    name = escaped(version.name)
    if version.stage == "ready":
        yield f"{name}: ready in {', '.join(region.region for region in version.regions)}"
        return
    yield f"{name}: {version.stage}"
    if version.stage == "failed" and not any(region.state == FAILED for region in version.regions):
        yield "  the service gives no reason"
    for region in version.regions:
        yield f"  {_region(region, bars=bars)}"


def _region(region: RegionProgress, *, bars: bool) -> str:
    """Progress of the replication to one region, with a bar for a terminal."""
    done = 100 if region.state == COMPLETED else max(0, min(region.percent, 100))
    full = done * BAR // 100
    bar = f" [{'#' * full}{'-' * (BAR - full)}]" if bars else ""
    line = f"{region.region}{bar} {done} %, {region.state}"
    return f"{line}: {escaped(region.details)}" if region.details else line
