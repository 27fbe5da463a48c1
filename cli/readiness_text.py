"""What images need after Azure Lab Services, as text: who takes them, what is to be done, and twins to add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import click

from catalog.files.diagnostic import escaped, some_of
from catalog.images.catalogue import Catalogue
from catalog.images.consumers import SERVICES, Consumer
from catalog.stacks.commands import Commands
from catalog.texts.translation import N_, _, n_
from cli.terminal import table, wrapped
from lifecycle.end_of_life import RETIREMENT_DATE
from lifecycle.readiness import Item, Readiness, Status, Work, by_work, without_service
from lifecycle.twin import Twin, twins

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

_STATUS: Final[Mapping[Status, str]] = {
    "ready": N_("ready"),
    "as_far_as_seen": N_("look inside"),
    "unknown": N_("not known"),
    "not_for": N_("not for it"),
}
COLOURS: Final[Mapping[Status, str]] = {
    "ready": "green",
    "as_far_as_seen": "green",
    "unknown": "yellow",
    "work": "red",
    "not_for": "yellow",
}
_MEANINGS: Final[Mapping[Status, str]] = {
    "as_far_as_seen": N_("look inside: ready as far as can be seen; a person has to look at the rest"),
    "unknown": N_("not known: nothing tells what the service asks for, so the image does not count as ready"),
    "not_for": N_("not for it: the service takes no image of this operating system"),
}


@dataclass(frozen=True, slots=True)
class ReadinessView:
    """What is shown of a catalogue: the readiness of its images for `services`, which run in `regions`."""

    catalogue: Catalogue
    services: tuple[Consumer, ...]
    regions: tuple[str, ...]
    found: tuple[Readiness, ...]
    today: date

    @property
    def homeless(self) -> tuple[str, ...]:
        """The images that none of the services would take yet."""
        return without_service(self.found)

    @property
    def twins(self) -> tuple[Twin, ...]:
        """The twins that would suit the services."""
        return twins(self.catalogue, self.found)

    @property
    def days_left(self) -> int:
        """Days until Azure Lab Services ends; negative when it has."""
        return (RETIREMENT_DATE - self.today).days


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


def images_text(item: Item, catalogue: Catalogue, most: int = 30) -> Iterator[str]:
    """The images that do not meet a rule, a text for each value that was found."""
    for value, images in item.images.items():
        untold = value is None and item.demand.property != "guest"
        outside = [name for name in images if untold and catalogue.images[name].is_external]
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
    names = ", ".join(SERVICES[service].name for service in (twin.service, *twin.also))
    if twin.exists:
        return _("{twin}, beside {image}, for {services}: the catalogue has it", twin=twin.name, image=twin.like,
                 services=names)  # fmt: skip
    return _("{twin}, beside {image}, for {services}:", twin=twin.name, image=twin.like, services=names)


def twin_command(twin: Twin, on_stack: Commands) -> str:
    """The command that begins a twin."""
    return on_stack.labs(f"add-image {twin.name} --like {twin.like} --for {twin.service} --source ID")


def lines(view: ReadinessView, on_stack: Commands) -> Iterator[str]:
    """The whole text, in the columns of the screen."""
    yield from wrapped(deadline(view.days_left))
    yield from wrapped(_regions(view))
    yield ""
    yield from _headline(view)
    yield ""
    yield from _table(view)
    used = {each.status for each in view.found}
    yield from (line for status, text in _MEANINGS.items() if status in used for line in wrapped(_(text), then="  "))
    for work, items in by_work(view.found).items():
        yield ""
        yield click.style(_(HEADINGS[work]), bold=True)
        yield from _items(items, view.catalogue)
    advised = [item for items in by_work(view.found, advice=True).values() for item in items]
    if advised:
        yield ""
        yield click.style(_("Advice (recommended, or not certain)"), bold=True)
        yield from _items(advised, view.catalogue)
    yield from _twins(view, on_stack)


def _regions(view: ReadinessView) -> str:
    return _("Asked for replicas in {regions}.", regions=", ".join(view.regions))


def _headline(view: ReadinessView) -> Iterator[str]:
    if not view.found:
        yield from wrapped(_("The catalogue has no image."))
    elif view.homeless:
        text = _("None of these services would take: {images}.", images=some_of(view.homeless))
        yield from (click.style(line, fg="red") for line in wrapped(escaped(text)))
    else:
        text = _("Each image has a service that would take it, as far as can be seen.")
        yield from (click.style(line, fg="green") for line in wrapped(text))


def _table(view: ReadinessView) -> Iterator[str]:
    rows: dict[str, list[str]] = {}
    for each in view.found:
        rows.setdefault(each.image, [_shortened(each.image)]).append(status_word(each))
    if rows:
        yield from table((_("image"), *view.services), list(rows.values()))


def _shortened(name: str, most: int = 34) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _items(items: Sequence[Item], catalogue: Catalogue) -> Iterator[str]:
    for item in items:
        yield from wrapped(f"{demand_text(item)}:", first="  - ", then="    ")
        for text in images_text(item, catalogue):
            yield from wrapped(escaped(text), first="    ", then="      ")
        yield from wrapped(source_text(item), first="    ", then="      ")
        yield f"    {item.demand.url}"


def _twins(view: ReadinessView, on_stack: Commands) -> Iterator[str]:
    if not view.twins:
        return
    yield ""
    yield click.style(_("Twin images, so that labs keep theirs until the day"), bold=True)
    for twin in view.twins:
        yield from wrapped(escaped(twin_text(twin)), first="  - ", then="    ")
        if not twin.exists:
            yield f"    {twin_command(twin, on_stack)}"
