"""What images need after Azure Lab Services, as text: who takes them, what is to be done, and twins to add."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

import click

from catalog.files.diagnostic import escaped, some_of
from catalog.images.consumers import SERVICES
from catalog.stacks.commands import Commands
from catalog.texts.joined import listed
from catalog.texts.translation import N_, _, n_, p_
from cli.terminal import table, wrapped
from lifecycle.end_of_life import RETIREMENT_DATE
from lifecycle.readiness import Item, Readiness, Status, Work, by_work
from lifecycle.readiness_report import ReadinessReport
from lifecycle.twin import Twin

HEADINGS: Final[Mapping[Work, str]] = {
    "rebuild": N_("Rebuild (generation, processor and security type of an image never change)"),
    "generalize": N_("Generalize (the state of an image never changes)"),
    "shrink_disk": N_("Shrink the OS disk, in a new version"),
    "grow_disk": N_("Enlarge the OS disk, in a new version"),
    "fewer_disks": N_("Leave out data disks, in a new version"),
    "more_disks": N_("Add data disks, in a new version"),
    "replicate": N_("Replicate (target_regions, targetRegions)"),
    "find_out": N_("Find out, and write it into the catalogue"),
    "look_inside": N_("Look inside (nothing tells it from outside)"),
    "other_system": N_("Not for this service (another operating system)"),
}
"""What each work is called."""

ADVICE: Final = N_("Advice (recommended, or not certain)")
"""The heading of what refuses nothing."""
_STATUS: Final[Mapping[Status, str]] = {
    "ready": N_("ready"),
    "as_far_as_seen": N_("look inside"),
    "unknown": N_("not known"),
    "not_for": N_("not for it"),
}
_MEANINGS: Final[Mapping[Status, str]] = {
    "as_far_as_seen": N_("look inside: ready as far as can be seen; a person has to look at the rest"),
    "unknown": N_("not known: nothing tells what the service asks for, so the image does not count as ready"),
    "not_for": N_("not for it: the service takes no image of this operating system"),
}


def status_word(of: Readiness) -> str:
    """The status in one or two words."""
    if of.status == "work":
        number = sum(gap.work != "look_inside" for gap in of.gaps)
        return n_("{n} to do", "{n} to do", number)
    return _(_STATUS[of.status])


def deadline(days_left: int) -> str:
    """That Azure Lab Services ends, and in how many days."""
    if days_left < 0:
        return n_("Azure Lab Services ended on {day}, {n} day ago.", "Azure Lab Services ended on {day}, {n} days ago.",
                  -days_left, day=RETIREMENT_DATE)  # fmt: skip
    if days_left == 0:
        return _("Azure Lab Services ends today, on {day}.", day=RETIREMENT_DATE)
    return n_("Azure Lab Services ends on {day}, in {n} day.", "Azure Lab Services ends on {day}, in {n} days.",
              days_left, day=RETIREMENT_DATE)  # fmt: skip


def demand_text(item: Item) -> str:
    """What a service demands or recommends."""
    values = {"service": SERVICES[item.service].name, "demand": _(item.demand.says)}
    if item.demand.certain:
        return _("{service} demands {demand}", **values)
    return _("{service} is said to want {demand}; nothing is refused for it", **values)


def source_text(item: Item) -> str:
    """The document that a rule comes from, and its day."""
    return _("Source: {title}, {day}", title=item.demand.source, day=item.demand.dated)


def images_text(item: Item, external: Collection[str], most: int = 30) -> Iterator[str]:
    """The images that do not meet a rule, a text for each value that was found."""
    for value, images in item.images.items():
        untold = value is None and item.demand.property != "guest"
        outside = [name for name in images if untold and name in external]
        own = [name for name in images if name not in outside]
        if own:
            names = some_of(own, most)
            yield names if value is None else f"{_found(item, value)}: {names}"
        if outside:
            names = some_of(outside, most)
            yield _("{names}: others publish the versions, so the catalogue does not tell it", names=names)


def _found(item: Item, value: str) -> str:
    match item.demand.property:
        case "region":
            return _("no replica in {regions}", regions=value)
        case "os_disk_size_gb":
            return _("{n} GB", n=value)
        case "data_disk_count":
            return n_("{n} data disk", "{n} data disks", int(value))
        case _:
            return value


def twin_text(twin: Twin) -> str:
    """For which services a twin is."""
    names = listed(SERVICES[service].name for service in (twin.service, *twin.also))
    if twin.exists:
        return _("{twin}, beside {image}, for {services}: the catalogue has it", twin=twin.name, image=twin.like,
                 services=names)  # fmt: skip
    return _("{twin}, beside {image}, for {services}:", twin=twin.name, image=twin.like, services=names)


def twin_command(twin: Twin, on_stack: Commands) -> str:
    """The command that begins a twin."""
    return on_stack.labs(f"add-image {twin.name} --like {twin.like} --for {twin.service} --source ID")


def lines(report: ReadinessReport, on_stack: Commands) -> Iterator[str]:
    """The whole text, in the columns of the screen."""
    yield from wrapped(deadline(report.days_left))
    yield from wrapped(_regions(report))
    yield ""
    yield from _headline(report)
    yield ""
    yield from _table(report)
    yield from (line for text in meanings(report) for line in wrapped(text, then="  "))
    for work, items in by_work(report.found).items():
        yield ""
        yield click.style(_(HEADINGS[work]), bold=True)
        yield from _items(items, report.external)
    if items := advised(report):
        yield ""
        yield click.style(_(ADVICE), bold=True)
        yield from _items(items, report.external)
    yield from _twins(report, on_stack)


def meanings(report: ReadinessReport) -> Iterator[str]:
    """What the words in the table mean, of those that are in it."""
    used = {each.status for each in report.found}
    yield from (_(text) for status, text in _MEANINGS.items() if status in used)


def advised(report: ReadinessReport) -> list[Item]:
    """What is only recommended, or not certain."""
    return [item for items in by_work(report.found, advice=True).values() for item in items]


def _regions(report: ReadinessReport) -> str:
    return _("Asked for replicas in {regions}.", regions=listed(report.regions))


def headline(report: ReadinessReport) -> str:
    """Whether each image has somewhere to go."""
    if not report.found:
        return _("The catalogue has no image.")
    if report.without_service:
        return _("None of these services would take: {images}.", images=some_of(report.without_service))
    return _("Each image has a service that would take it, as far as can be seen.")


def _headline(report: ReadinessReport) -> Iterator[str]:
    color = "red" if report.without_service else "green"
    yield from (click.style(line, fg=color) for line in wrapped(escaped(headline(report))))


def _table(report: ReadinessReport) -> Iterator[str]:
    rows: dict[str, list[str]] = {}
    for each in report.found:
        rows.setdefault(each.image, [_shortened(each.image)]).append(status_word(each))
    if rows:
        yield from table((_("image"), *report.services), list(rows.values()))


def _shortened(name: str, most: int = 34) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _items(items: Sequence[Item], external: Collection[str]) -> Iterator[str]:
    for item in items:
        yield from wrapped(p_("heading", "{finding}:", finding=demand_text(item)), first="  - ", then="    ")
        for text in images_text(item, external):
            yield from wrapped(escaped(text), first="    ", then="      ")
        yield from wrapped(source_text(item), first="    ", then="      ")
        yield f"    {item.demand.url}"


def _twins(report: ReadinessReport, on_stack: Commands) -> Iterator[str]:
    if not report.twins:
        return
    yield ""
    yield click.style(_("Twin images, so that labs keep theirs until the day"), bold=True)
    for twin in report.twins:
        yield from wrapped(escaped(twin_text(twin)), first="  - ", then="    ")
        if not twin.exists:
            yield f"    {twin_command(twin, on_stack)}"
