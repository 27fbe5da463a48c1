"""`labs status`: what is in the gallery, how far replication has come, and what failed."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import click

from catalog.files.diagnostic import escaped
from cli.azure import looked_at, signed_in
from cli.chosen_stack import ChosenStack, chosen_stack, stack_option
from cli.live_text import LiveText
from cli.status_text import Status, region_line, status_answer, status_lines
from lifecycle.progress import progress_of

if TYPE_CHECKING:
    from inventory.observe import Progress, WholeGallery

EVERY: Final = 30.0  # seconds between two looks: replication takes minutes to hours, and Azure counts requests

EXAMPLES = """\b
Examples:
  labs status --stack prod
  labs status --watch                  until nothing is being replicated any more
  labs status --json | jq '.versions[] | select(.stage == "failed")'
"""


@click.command(epilog=EXAMPLES)
@stack_option
@click.option("--watch", is_flag=True, help="Look again and again, until nothing is being replicated any more.")
@click.option(
    "--every", type=click.FloatRange(min=0.1), default=EVERY, show_default=True, help="Seconds between two looks."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text: one object a line with --watch.")
@click.pass_context
def status(context: click.Context, stack: str | None, *, watch: bool, every: float, as_json: bool) -> None:
    """Show every version of the gallery with its replicas, the lab accounts, and what nobody manages.

    With --watch a terminal shows progress bars, and a log gets a line for each change.

    Exit codes: 0 good, 1 a version or a replica failed, or Azure could not be asked, 2 wrong usage.
    """
    chosen = chosen_stack(stack)
    show = _printer(watch=watch, as_json=as_json)
    with signed_in(chosen.settings) as gallery:
        told: Progress = {}
        while True:
            found, told = _look(chosen, gallery, told)
            show(found)
            if not watch or found.is_settled:
                break
            time.sleep(every)
    context.exit(1 if found.has_failed else 0)


def _look(stack: ChosenStack, gallery: WholeGallery, before: Progress) -> tuple[Status, Progress]:
    observed, there = looked_at(gallery, stack.settings)
    told, failures = gallery.progress(there, before)
    if failures:
        raise click.ClickException("\n".join(dict.fromkeys(f"{failure}." for failure in failures)))
    return Status(stack, observed, progress_of(there, stack.file.catalogue, told)), told


def _printer(*, watch: bool, as_json: bool) -> Callable[[Status], None]:
    """What shows one look after the other."""
    if as_json:
        return _once_each(lambda found: [json.dumps(status_answer(found), indent=None if watch else 2)])
    if not watch:
        return lambda found: click.echo("\n".join(status_lines(found, bars=sys.stdout.isatty())))
    if sys.stdout.isatty():
        live = LiveText()
        return lambda found: live.show(list(status_lines(found, bars=True)))
    return _changes()


def _once_each(text_of: Callable[[Status], list[str]]) -> Callable[[Status], None]:
    shown: list[str] = []

    def show(found: Status) -> None:
        text = text_of(found)
        if text != shown:
            shown[:] = text
            click.echo("\n".join(text))

    return show


def _changes() -> Callable[[Status], None]:
    """Everything at first, then a line for each region that came further and each version that ended."""
    before: dict[str, str] = {}

    def show(found: Status) -> None:
        now = dict(_log(found))
        if not before:
            click.echo("\n".join(status_lines(found, bars=False)))
        else:
            for key in (key for key in now if now[key] != before.get(key)):
                click.echo(now[key])
        before.clear()
        before.update(now or {"": ""})

    return show


def _log(found: Status) -> Iterator[tuple[str, str]]:
    for version in found.versions:
        for region in version.regions:
            yield f"{version.name} {region.region}", f"{escaped(version.name)} in {region_line(region, bars=False)}"
        yield version.name, f"{escaped(version.name)}: {version.stage}"
