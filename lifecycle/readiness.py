"""What an image would need for another service than Azure Lab Services: the rules of the service against its facts.

Nothing is ready because something is not known. What is inside a disk nobody sees from outside: such a rule stays for a
person to look at, and the image is then ready only as far as can be seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args

from catalog.images.catalogue import Catalogue
from catalog.images.consumers import SERVICES, SUCCESSORS, Consumer, Demand, Property
from catalog.images.image import Image
from catalog.regions.geography import canonical, target_regions
from catalog.stacks.settings import Settings
from plan.disks import facts_of
from plan.latest import highest, latest_usable
from plan.observed import ObservedVersion
from plan.stack import Stack
from plan.target_regions import version_regions

Work = Literal[
    "rebuild",
    "generalize",
    "shrink_disk",
    "grow_disk",
    "fewer_disks",
    "more_disks",
    "replicate",
    "find_out",
    "look_inside",
    "other_system",
]
"""What has to be done: with the image (made anew), its disks, its replicas; `find_out` what nothing tells; a person
looks inside; nothing helps an image of another operating system than the service takes.
"""
WORKS: Final[tuple[Work, ...]] = get_args(Work)

Status = Literal["ready", "as_far_as_seen", "unknown", "work", "not_for"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
"""From ready to never: `as_far_as_seen` is ready but for what a person has to look at, `not_for` an operating system
that the service never takes.
"""
USABLE: Final[frozenset[Status]] = frozenset({"ready", "as_far_as_seen"})

ASKABLE: Final[tuple[Consumer, ...]] = tuple(
    name for name, service in SERVICES.items() if name != "other" and service.ends is None
)
"""The services that can be asked about: those that do not end."""

_WORK: Final[Mapping[Property, Work]] = {
    "os_type": "other_system",
    "os_state": "generalize",
    "hyper_v_generation": "rebuild",
    "architecture": "rebuild",
    "security_type": "rebuild",
    "region": "replicate",
    "guest": "look_inside",
}
_MORE: Final[Mapping[Property, Work]] = {"os_disk_size_gb": "grow_disk", "data_disk_count": "more_disks"}
_LESS: Final[Mapping[Property, Work]] = {"os_disk_size_gb": "shrink_disk", "data_disk_count": "fewer_disks"}


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known of an image: its definition, and disks and regions of its latest version.

    `version` is that version's number; None, with what depends on it, if there is none or it is not known. Regions are
    canonical names. `is_external` is whether somebody else publishes its versions, so that the catalogue has none.
    """

    os_type: str
    os_state: str
    hyper_v_generation: str
    architecture: str
    security_type: str
    version: str | None = None
    os_disk_size_gb: int | None = None
    data_disk_count: int | None = None
    regions: frozenset[str] | None = None
    is_external: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """One rule that an image does not meet, or of which it is not known: `found` is its value, None if unknown.

    For a rule about regions `found` names the regions that lack a replica.
    """

    work: Work
    demand: Demand
    found: str | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """What one image needs for one service. `gaps` are of rules that refuse; `advice` is what else is recommended."""

    image: str
    service: Consumer
    status: Status
    gaps: tuple[Gap, ...] = ()
    advice: tuple[Gap, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether the service would take the image, as far as can be seen."""
        return self.status in USABLE


def successor_regions(settings: Settings, named: Collection[str] = ()) -> tuple[str, ...]:
    """Where the successors run: the `named` regions, else all of the home region's geography that the stack allows.

    Raises UnknownRegion for a name that is none.
    """
    if named:
        return tuple(dict.fromkeys(map(canonical, named)))
    return target_regions(settings.location, "geography", exclude=settings.exclude_regions)


def image_facts(name: str, image: Image, stack: Stack) -> ImageFacts:
    """What catalogue and, as far as it was observed, gallery tell of an image."""
    facts = ImageFacts(
        image.os_type,
        image.os_state,
        image.hyper_v_generation,
        image.architecture,
        image.security_type,
        is_external=image.is_external,
    )
    definition = stack.definition(name)
    published = definition.versions if definition else {}
    if image.is_external:
        number = latest_usable(published)
        return facts if number is None else replace(facts, version=number, **_observed(published[number]))
    number = highest(each for each, version in image.versions.items() if version.exclude_from_latest is not True)
    if number is None:
        return facts
    version = image.versions[number]
    disks = facts_of(version, published.get(number), None)
    try:
        regions = version_regions(version, stack.settings)
    except ValueError:  # the regions contradict each other, which a preview reports
        lying = None
    else:
        lying = frozenset(region.name for region in regions if not region.exclude_from_latest)
    return replace(
        facts,
        version=number,
        os_disk_size_gb=disks.os_disk_size_gb,
        data_disk_count=disks.data_disk_count,
        regions=lying,
    )


def _observed(version: ObservedVersion) -> dict[str, Any]:
    return {
        "os_disk_size_gb": version.os_disk_size_gb,
        "data_disk_count": version.data_disk_count,
        "regions": frozenset(each.region for each in version.replicas if not each.exclude_from_latest),
    }


def readiness(
    image: str, facts: ImageFacts, service: Consumer, demands: Sequence[Demand], regions: Collection[str]
) -> Readiness:
    """What an image with these facts needs for a service with these rules that runs in `regions`."""
    found = [each for demand in demands if (each := gap(facts, demand, regions)) is not None]
    gaps = tuple(each for each in found if each.demand.certain)
    advice = tuple(each for each in found if not each.demand.certain)
    return Readiness(image, service, _status(gaps) if demands else "unknown", gaps, advice)


def _status(gaps: Iterable[Gap]) -> Status:
    works = {found.work for found in gaps}
    if "other_system" in works:
        return "not_for"
    if works - {"find_out", "look_inside"}:
        return "work"
    if "find_out" in works:
        return "unknown"
    return "as_far_as_seen" if works else "ready"


def gap(facts: ImageFacts, demand: Demand, regions: Collection[str]) -> Gap | None:
    """The gap between an image and one rule; None if the image meets it."""
    about = demand.property
    if about == "guest":
        return Gap("look_inside", demand)
    value = facts.regions if about == "region" else getattr(facts, about)
    if value is None:
        return Gap("find_out", demand)
    if about == "region":
        missing = [name for name in regions if name not in value]
        return Gap("replicate", demand, ", ".join(missing)) if missing else None
    if isinstance(value, int):
        work = _of_number(value, demand)
    else:
        work = _WORK[about] if demand.accepted and value not in demand.accepted else None
    return Gap(work, demand, str(value)) if work else None


def _of_number(value: int, demand: Demand) -> Work | None:
    if demand.least is not None and value < demand.least:
        return _MORE[demand.property]
    return _LESS[demand.property] if demand.most is not None and value > demand.most else None


def readinesses(
    catalogue: Catalogue,
    stack: Stack,
    *,
    services: Iterable[Consumer] = SUCCESSORS,
    regions: Collection[str] = (),
) -> tuple[Readiness, ...]:
    """What every image of the catalogue needs for each of the services, which run in `regions`, else everywhere in the
    geography.
    """
    wanted = successor_regions(stack.settings, regions)
    asked = tuple(services)
    return tuple(_of_images(catalogue, stack, asked, wanted))


def _of_images(
    catalogue: Catalogue, stack: Stack, services: Collection[Consumer], regions: Collection[str]
) -> Iterator[Readiness]:
    for name, image in catalogue.images.items():
        facts = image_facts(name, image, stack)
        for service in services:
            yield readiness(name, facts, service, SERVICES[service].demands, regions)


def without_service(found: Iterable[Readiness]) -> tuple[str, ...]:
    """The images that none of the services would take yet."""
    taken: dict[str, bool] = {}
    for each in found:
        taken[each.image] = taken.get(each.image, False) or each.is_usable
    return tuple(image for image, is_taken in taken.items() if not is_taken)


@dataclass(frozen=True, slots=True)
class Item:
    """One rule of a service and the images that do not meet it: names by the value that was found, None if unknown."""

    service: Consumer
    demand: Demand
    images: Mapping[str | None, tuple[str, ...]]


def by_work(found: Iterable[Readiness], *, advice: bool = False) -> dict[Work, list[Item]]:
    """What is to be done, by the work that it makes; with `advice` what is only recommended.

    Of an image of an operating system that a service never takes nothing else is said for that service.
    """
    rules: dict[tuple[Work, Consumer, Demand], dict[str | None, list[str]]] = {}
    for each in found:
        if advice and each.status == "not_for":
            continue
        for one in each.advice if advice else each.gaps:
            if each.status == "not_for" and one.work != "other_system":
                continue
            rules.setdefault((one.work, each.service, one.demand), {}).setdefault(one.found, []).append(each.image)
    works: dict[Work, list[Item]] = {}
    for work, service, demand in sorted(rules, key=lambda key: WORKS.index(key[0])):
        images = {value: tuple(names) for value, names in rules[work, service, demand].items()}
        works.setdefault(work, []).append(Item(service, demand, images))
    return works
