"""`labs status`: versions of catalogue and gallery, progress of their replication, and what is wrong in labs."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

import click

from catalog.files.diagnostic import escaped, some_of
from catalog.texts.translation import _
from cli.chosen_stack import ChosenStack, chosen_stack, complete, no_gallery, progress_of, signed_in, stack_option
from cli.marketplace_text import marketplace_entries
from cli.offers import lab_entries, sentence
from cli.program import commands
from cli.terminal import LiveText, counted, wrapped
from lifecycle.findings import findings, headline, labels, named_images
from lifecycle.marketplace import HEADING, MarketplaceDrift, marketplace_drift
from lifecycle.offer import Offer, offers
from lifecycle.place import Place, places
from lifecycle.progress import Sample, VersionProgress, in_doubt, sample, seconds_left, versions_of
from lifecycle.remedy import repeated
from lifecycle.visibility import taken_versions
from plan.observed import COMPLETED, FAILED, Observed, RegionProgress
from plan.republish import failed_publications
from plan.stack import Stack

if TYPE_CHECKING:
    from inventory.observe import Progress, WholeGallery

EVERY: Final = 30.0  # seconds between two requests: replication takes minutes to hours, and Azure limits requests
START_WITHIN: Final = 600.0  # seconds that --watch waits for an update to begin with the next version
BAR: Final = 20  # characters of a progress bar

EXAMPLES = """\b
Examples:
  labs status --stack prod
  labs status --watch                  until no replication is running
  labs status --json | jq '.versions[] | select(.stage == "failed")'
"""


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a gallery at one moment.

    While it is watched, `elapsed` is the time since the first look and `left` how long each version still takes, as far
    as that can be known, both in seconds; `waits` is whether a version is still to come.
    """

    stack: ChosenStack
    observed: Observed
    versions: list[VersionProgress]
    offers: list[Offer]
    elapsed: float | None = None
    left: dict[str, float] = field(default_factory=dict)
    waits: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether no replication is running."""
        return all(version.stage != "replicating" for version in self.versions)

    @property
    def missing(self) -> list[str]:
        """Names of versions of the catalogue that the gallery lacks."""
        return [version.name for version in self.versions if version.stage == "missing"]

    @property
    def without_version(self) -> list[str]:
        """Names of images that wait for their first version from others."""
        there = {version.image.lower() for version in self.versions}
        images = self.stack.file.catalogue.images
        return [name for name, image in images.items() if image.is_external and name.lower() not in there]

    @property
    def published_again(self) -> list[str]:
        """Names of versions that failed and that the next update publishes again."""
        return failed_publications(self.stack.file.catalogue.images, Stack(self.stack.settings, self.observed))

    @property
    def is_good(self) -> bool:
        """Whether there is a gallery, no version failed or is missing, and people see what the catalogue has."""
        bad = {"failed", "missing"} & {version.stage for version in self.versions}
        seen = all(offer.is_good for offer in self.offers) and not self.marketplace
        return self.observed.gallery is not None and not bad and seen

    @property
    def marketplace(self) -> list[MarketplaceDrift]:
        """The labs that do not offer the Marketplace images of the stack's list."""
        return marketplace_drift(Stack(self.stack.settings, self.observed))


@click.command(epilog=EXAMPLES)
@stack_option
@click.option(
    "--watch",
    is_flag=True,
    help="Repeat until no replication is running and the catalogue's versions are there; for a version that is missing "
    f"it waits {START_WITHIN / 60:.0f} minutes at most.",
)
@click.option(
    "--every", type=click.FloatRange(min=0.1), default=EVERY, show_default=True, help="Seconds between two requests."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text: one object a line with --watch.")
@click.pass_context
def status(context: click.Context, stack: str | None, *, watch: bool, every: float, as_json: bool) -> None:
    """Show the versions of catalogue and gallery, their replicas, the labs, and what is wrong.

    Marks versions that the gallery or the catalogue lacks. With --watch a terminal shows progress bars, and a log gets
    a line with the time for each change. How far copies are is asked only of versions that are not whole or that labs
    take; the replicas of all others are ready by what Azure says of the version.

    Exit codes: 0 good, 1 the gallery, a version or a replica is missing or failed, an image is not seen as in the
    catalogue, a lab cannot be read, or Azure refused, 2 wrong usage.
    """
    chosen = chosen_stack(stack)
    printer = _printer(watch=watch, as_json=as_json)
    with signed_in(chosen.settings) as gallery:
        found = _watch(chosen, gallery, printer, every) if watch else _look(chosen, gallery, {})[0]
    printer.last(found)
    context.exit(0 if found.is_good else 1)


def _look(stack: ChosenStack, gallery: WholeGallery, before: Progress) -> tuple[Status, Progress]:
    observed = complete(gallery.look())
    catalogue, today = stack.file.catalogue, datetime.now(UTC).date()
    known: Progress = {}
    if observed.gallery is not None:
        taken = taken_versions(observed.gallery, (place.region for place in places(Stack(stack.settings, observed))))
        known = progress_of(gallery, in_doubt(observed.gallery, catalogue, taken), before)
    observed = replace(observed, progress=known)
    found = offers(catalogue, Stack(stack.settings, observed), today)
    return Status(stack, observed, versions_of(observed.gallery, catalogue, known), found), known


def _watch(stack: ChosenStack, gallery: WholeGallery, printer: Printer, every: float) -> Status:
    """The status as soon as nothing is replicated, and nothing that is missing has begun to be for a while."""
    known: Progress = {}
    first: dict[str, Sample] = {}
    start = moved = time.monotonic()
    while True:
        found, known = _look(stack, gallery, known)
        now = time.monotonic()
        if not found.is_settled:
            moved = now
        waits = bool(found.missing) and now - moved < START_WITHIN
        found = replace(found, elapsed=now - start, left=_left(found, first, now), waits=waits)
        if found.is_settled and not waits:
            return found
        printer.show(found)
        time.sleep(every)


def _left(found: Status, first: dict[str, Sample], now: float) -> dict[str, float]:
    """The seconds that each version still takes; `first` keeps the first sample of each with its present regions."""
    left: dict[str, float] = {}
    for version in found.versions:
        if version.stage != "replicating":
            first.pop(version.name, None)
            continue
        last = sample(version, now)
        if first.setdefault(version.name, last).whole != last.whole:
            first[version.name] = last
        seconds = seconds_left(first[version.name], last)
        if seconds is not None:
            left[version.name] = seconds
    return left


class Printer(Protocol):
    """Prints a status after the other while they change, and the last one."""

    def show(self, found: Status) -> None:
        """Print what is to be seen while it is watched."""

    def last(self, found: Status) -> None:
        """Print the last status, or the only one."""


def _printer(*, watch: bool, as_json: bool) -> Printer:
    if as_json:
        return _Objects(indent=None if watch else 2)
    if sys.stdout.isatty():
        return _Screen()
    return _Log() if watch else _Text()


class _Text:
    """Prints one status as text."""

    def show(self, found: Status) -> None:
        click.echo("\n".join(_lines(found, bars=False)))

    last = show


class _Screen:
    """Replaces one status by the next in a terminal."""

    def __init__(self) -> None:
        self._live = LiveText()

    def show(self, found: Status) -> None:
        self._live.show(list(_frame(found)))

    def last(self, found: Status) -> None:
        self._live.finish(list(_lines(found, bars=True)))


class _Objects:
    """Prints an object for each status that differs from the one before."""

    def __init__(self, *, indent: int | None) -> None:
        self._indent, self._shown = indent, ""

    def show(self, found: Status) -> None:
        answer = _answer(found)
        text = json.dumps(answer, indent=self._indent)
        if text == self._shown:
            return
        self._shown = text
        time_of_look = {} if found.elapsed is None else {"time": _time()}
        click.echo(json.dumps({**time_of_look, **answer}, indent=self._indent))

    last = show


class _Log:
    """Prints everything at first, then a line for each change; each line begins with the time."""

    def __init__(self) -> None:
        self._before: dict[str, str] | None = None

    def show(self, found: Status) -> None:
        now = dict(_log(found))
        before = self._before
        lines = (  # how long it has been watched is for the end
            _lines(replace(found, elapsed=None), bars=False)
            if before is None
            else (now[key] for key in now if now[key] != before.get(key))
        )
        for line in lines:
            if line:
                click.echo(f"{_time()} {line}")
        self._before = now

    def last(self, found: Status) -> None:
        """Print what changed last, then how everything ended."""
        is_first = self._before is None
        self.show(found)
        for line in [_watched(found)] if is_first else _ending(found):
            if line:
                click.echo(f"{_time()} {line}")


def _time() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _log(found: Status) -> Iterator[tuple[str, str]]:
    if found.waits:
        yield "waits", _waiting(found)
    for version in found.versions:
        left = _minutes(found.left.get(version.name))
        for region in version.regions:
            text = f"{escaped(version.name)} in {_region(region)}"
            yield f"{version.name} {region.region}", text + (f", {left}" if left and region.state != COMPLETED else "")
        yield version.name, f"{escaped(version.name)}: {_STAGES[version.stage]}"


def _answer(found: Status) -> dict[str, Any]:
    """The JSON answer."""
    gallery = found.observed.gallery
    return {
        "ok": found.is_good,
        "stack": found.stack.name,
        "gallery": gallery.id if gallery else None,
        "headline": headline(found.offers),
        "labs": lab_entries(labels(found.offers)),
        "published_again": found.published_again,
        "marketplace": marketplace_entries(found.marketplace, commands(found.stack.settings)),
        "versions": [{"name": version.name, "stage": version.stage, **asdict(version)} for version in found.versions],
        "findings": [
            {
                "images": item.images,
                "labs": item.places,
                "status": item.offers[0].status,
                "reasons": [asdict(reason) for reason in item.reasons],
            }
            for item in findings(found.offers)
        ],
    }


def _lines(found: Status, *, bars: bool) -> Iterator[str]:
    """The lines of text."""
    settings = found.stack.settings
    yield _title(found)
    for place, name in labels(found.offers).items():
        yield from wrapped(escaped(_lab(place, name)), then="  ")
    yield ""
    waiting = found.without_version
    if not found.versions and not waiting:
        yield "Neither the gallery nor the catalogue has a version."
    widest = _widest(found) if bars else None
    for version in found.versions:
        yield from _version(version, _minutes(found.left.get(version.name)), widest)
    for name in waiting:
        yield from wrapped(f"{escaped(name)}: waits for its first version, which somebody else publishes", then="  ")
    strangers = [version.name for version in found.versions if not version.managed]
    if strangers:
        yield ""
        yield from wrapped(escaped(f"Not in {found.stack.file.path}: {named_images(strangers)}"), then="  ")
        yield from wrapped(f"`{commands(settings).labs('list-unmanaged')}` shows more about them.")
    yield from _ending(found)


def _frame(found: Status) -> Iterator[str]:
    """What is shown while it changes: the time, what is not ready, and what people see."""
    yield _title(found)
    yield _watched(found)
    yield ""
    ready = sum(version.stage == "ready" for version in found.versions)
    widest = _widest(found)
    for version in found.versions:
        if version.stage != "ready":
            yield from _version(version, _minutes(found.left.get(version.name)), widest)
    yield f"{counted(ready, 'version')} ready"
    yield ""
    if found.waits:
        yield from wrapped(_waiting(found))
    yield from wrapped(sentence(found.offers))


def _title(found: Status) -> str:
    return f"{found.stack.settings.gallery_name} in {found.stack.settings.location}, stack {found.stack.name}"


def _widest(found: Status) -> int:
    return max((len(region.region) for version in found.versions for region in version.regions), default=0)


def _watched(found: Status) -> str:
    """How long it has been watched, and how long it still takes if that is known of every version."""
    running = {version.name for version in found.versions if version.stage == "replicating"}
    left = max(found.left.values()) if running and found.left.keys() >= running else None
    return ", ".join(filter(None, (f"Watched for {_for(found.elapsed or 0)}", _minutes(left)))) + "."


def _ending(found: Status) -> Iterator[str]:
    """What is wrong, what people see, and what to do next."""
    on_stack = commands(found.stack.settings)
    wrong = findings(found.offers)
    if wrong:
        yield ""
        yield "Not as in the catalogue:"
        for item in wrong:
            yield from wrapped(escaped(item.text), first="- ", then="  ")
    yield ""
    if found.waits:
        yield from wrapped(_waiting(found))
    elif found.observed.gallery is None:
        text = no_gallery(found.stack.settings)
        yield from wrapped(escaped(text[0].upper() + text[1:]))
    elif found.missing:
        yield from wrapped(f"`{on_stack.pulumi('up --refresh')}` publishes what is missing.")
    if found.published_again:
        yield from wrapped(escaped(repeated(found.published_again, on_stack)))
    yield from wrapped(sentence(found.offers))
    for text in (clause for drift in found.marketplace for clause in drift.clauses):
        yield from wrapped(escaped(f"{_(HEADING)} {text}."))
    if wrong or found.marketplace:
        yield from wrapped(f"`{on_stack.labs('teachers')}` says what to do.")
    if found.elapsed is not None:
        yield _watched(found)


def _waiting(found: Status) -> str:
    return (
        f"Waiting for {escaped(some_of(found.missing, 3))}, which the gallery lacks: until {START_WITHIN / 60:.0f} "
        f"min have passed in which nothing is replicated."
    )


def _lab(place: Place, name: str) -> str:
    where = f"{name} in {place.region}" if place.region and place.region not in name else name
    if not place.reasons:
        return f"attached to {place.noun} {where}"
    why = "; ".join(reason.text.removeprefix(f"the {place.noun} ") for reason in place.reasons)
    return f"{place.noun} {where} {why}"


_STAGES: Final = {"ready": "ready", "replicating": "replicating", "failed": "failed", "missing": "missing in Azure"}


def _version(version: VersionProgress, left: str, widest: int | None) -> Iterator[str]:
    """The lines of a version; `widest` is the width of the column of regions in a terminal, None for a log."""
    name = escaped(version.name)
    if version.stage == "ready":
        where = ", ".join(region.region for region in version.regions)
        yield from wrapped(f"{name}: ready in {where}", then="  ")
        return
    yield f"{name}: {_STAGES[version.stage]}" + (f", {left}" if left else "")
    if version.stage == "failed" and not any(region.state == FAILED for region in version.regions):
        yield "  the service gives no reason"
    for region in version.regions:
        text = _region(region) if widest is None else _with_bar(region, widest)
        yield from wrapped(text, first="  ", then="    ") if widest is None else [f"  {text}"]


def _percent(region: RegionProgress) -> int:
    return 100 if region.state == COMPLETED else max(0, min(region.percent, 100))


def _region(region: RegionProgress) -> str:
    """Progress of the replication to one region, in a sentence."""
    line = f"{region.region} {_percent(region)} %, {region.state}"
    return f"{line}: {escaped(region.details)}" if region.details else line


def _with_bar(region: RegionProgress, widest: int) -> str:
    """Progress of the replication to one region, in columns with a bar."""
    done = _percent(region)
    full = done * BAR // 100
    line = f"{region.region:{widest}}  [{'#' * full}{'-' * (BAR - full)}]  {done:3} %  {region.state}"
    return f"{line}: {escaped(region.details)}" if region.details else line


def _minutes(seconds: float | None) -> str:
    """`about 3 min left`; empty if nothing is known."""
    if seconds is None:
        return ""
    return "less than a minute left" if seconds < 60 else f"about {math.ceil(seconds / 60)} min left"


def _for(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
