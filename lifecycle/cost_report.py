"""What a gallery costs a month, what is not known of that, and what could be saved.

It is counted as the gallery is (`observed_costs`), or as the catalogue declares it, without Azure (`declared_costs`).
Every figure is one of `plan.cost`; nothing is summed elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from catalog.images.catalogue import Catalogue
from catalog.images.image import Image
from catalog.images.version import ImageVersion
from catalog.images.version_number import listing_key
from catalog.regions.prices import STORAGE_TYPES, PriceTable
from catalog.stacks.settings import Settings
from lifecycle.place import places
from lifecycle.savings import KEPT, pruned, without_labs
from plan.cost import Cost, Replicas, cost_of, transfer_of
from plan.disks import DiskFacts, facts_of
from plan.observed import ObservedDefinition, ObservedVersion
from plan.stack import Stack
from plan.target_regions import version_regions

UnknownKind = Literal["versions", "regions", "size", "data_disks", "price", "price_of_type"]
"""Which fact is missing: that decides what makes it known. `price_of_type` is a storage type that no list has."""

PRICE_KINDS: Final[frozenset[UnknownKind]] = frozenset({"price", "price_of_type"})
"""What is missing where only the price is: GB are known then."""
PUBLISHED_BY_OTHERS: Final = "others publish its versions, and only the gallery shows them"
NO_REGIONS: Final = "Azure shows no region of it"
NO_SIZE: Final = "the size of its OS disk is not known"
NO_DATA_DISK_COUNT: Final = "it is not declared whether it has data disks"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A cost that is in no sum, and why. `version` None: all of the image; `region` None: all of the version."""

    kind: UnknownKind
    image: str
    version: str | None
    region: str | None
    why: str


@dataclass(frozen=True, slots=True)
class VersionCost:
    """The cost of one version, a part for each region, sorted by region.

    `managed` is whether the catalogue has the version, or leaves all versions of its image to others; `home` its home
    region (canonical name). `once` is the traffic of publishing it, None if that is not known.
    """

    number: str
    managed: bool
    home: str
    cost: Cost
    once: Decimal | None

    @property
    def month(self) -> Decimal | None:
        """What is known of its cost a month at most; None if nothing is, as without regions."""
        return self.cost.known_month if self.cost.parts else None

    @property
    def gb(self) -> int | None:
        """GB of its replicas at most; None if not known."""
        return self.cost.known_gb if self.cost.parts else None


@dataclass(frozen=True, slots=True)
class ImageCost:
    """One image, whose name is as Azure spells it; at least one version, lowest first.

    `managed` is whether the catalogue has it.
    """

    name: str
    managed: bool
    versions: tuple[VersionCost, ...]
    cost: Cost

    @property
    def month(self) -> Decimal | None:
        """What is known of its cost a month at most; None if nothing is."""
        return None if all(version.month is None for version in self.versions) else self.cost.month

    @property
    def gb(self) -> int | None:
        """GB of its replicas whose size is known, at most; None if none is."""
        return None if all(version.gb is None for version in self.versions) else self.cost.gb

    @property
    def latest(self) -> VersionCost:
        """The version with the highest number."""
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class CostReport:
    """The cost of all images, sorted by name, in one currency.

    `planned` is whether it is that of the catalogue, not of the gallery. `pruned` is the part that goes if `labs prune
    --keep` is carried out, None if that is not known, as without the gallery; `without_labs` the part in regions in
    which no lab is, None if the region of a lab is not known. `lab_regions` are those that are known to have a lab.
    `keeps_deleted` says that Azure keeps deleted versions for a while, which nobody sees and no sum has.
    """

    planned: bool
    prices: PriceTable
    cost: Cost
    images: tuple[ImageCost, ...]
    unknown: tuple[Unknown, ...]
    keep: int
    pruned: Cost | None
    without_labs: Cost | None
    lab_regions: frozenset[str]
    keeps_deleted: bool = False

    @property
    def month(self) -> Decimal | None:
        """What is known of the cost a month at most; None if something costs and nothing of that is known."""
        return None if self.unknown and all(image.month is None for image in self.images) else self.cost.month

    @property
    def gb(self) -> int | None:
        """GB of the replicas whose size is known, at most; None if there are some and none is."""
        return None if self.unknown and all(image.gb is None for image in self.images) else self.cost.gb

    @property
    def upper_bound(self) -> bool:
        """Whether Azure bills no more than the sum for these versions: nothing is unknown, and less is used."""
        return not self.unknown

    def lacking(self, cost: Cost) -> tuple[Unknown, ...]:
        """What the sum of a part of the cost lacks. A version without regions is lacking wherever its image is."""
        if cost is self.cost:
            return self.unknown
        places = {
            (part.of.image, version, region)
            for part in cost.parts
            for version in (part.of.version, None)
            for region in (part.of.region, None)
        }
        return tuple(
            each
            for each in self.unknown
            if (each.image, None if each.kind == "regions" else each.version, each.region) in places
        )

    @property
    def by_region(self) -> dict[str, Cost]:
        """The cost by region, sorted by name."""
        return dict(sorted(self.cost.by(lambda replicas: replicas.region).items()))

    @property
    def homes(self) -> frozenset[str]:
        """The home regions of versions; Azure demands a replica in each."""
        return frozenset(version.home for image in self.images for version in image.versions)

    def has_lab(self, region: str) -> bool | None:
        """Whether a lab of the stack is in a region (canonical name); None if that is not known."""
        return True if region in self.lab_regions else None if self.without_labs is None else False


@dataclass(frozen=True, slots=True)
class _Counted:
    """One version before it has a price. `problem` is why its regions are not known."""

    number: str
    managed: bool
    home: str
    facts: DiskFacts
    replicas: tuple[Replicas, ...]
    problem: str = NO_REGIONS


def observed_costs(
    catalogue: Catalogue, stack: Stack, prices: PriceTable, today: date, *, keep: int = KEPT
) -> CostReport:
    """The cost of every version in the gallery of a stack, whoever made it; nothing without a gallery.

    A size that Azure does not tell is the catalogue's.
    """
    gallery = stack.observed.gallery
    by_name = {name.lower(): image for name, image in catalogue.images.items()}
    images = {
        definition.name: _observed(definition, by_name.get(key))
        for key, definition in (gallery.definitions if gallery else {}).items()
    }
    report = _report(images, stack, prices, lambda name: name.lower() in by_name)
    saved = None if gallery is None else pruned(report.cost, catalogue.images, gallery, keep, today)
    kept = gallery is not None and gallery.soft_delete is True
    return replace(report, keep=keep, pruned=saved, keeps_deleted=kept)


def declared_costs(catalogue: Catalogue, settings: Settings, prices: PriceTable, *, keep: int = KEPT) -> CostReport:
    """The cost of every version that a catalogue declares for a stack, from its files alone.

    Regions of versions that exist are those that the next update gives them.
    """
    images = {name: _declared(name, image, settings) for name, image in catalogue.images.items()}
    report = _report(images, Stack(settings), prices, lambda _: True)
    others = tuple(
        Unknown("versions", name, None, None, PUBLISHED_BY_OTHERS)
        for name, image in sorted(catalogue.images.items(), key=lambda item: _name_key(item[0]))
        if image.is_external
    )
    return replace(report, planned=True, unknown=(*others, *report.unknown), keep=keep, pruned=None)


def _observed(definition: ObservedDefinition, image: Image | None) -> list[_Counted]:
    return [_observed_version(definition.name, each, image) for each in definition.versions.items()]


def _observed_version(name: str, found: tuple[str, ObservedVersion], image: Image | None) -> _Counted:
    number, version = found
    key = image.number_of(number) if image is not None else None
    facts = DiskFacts(version.os_disk_size_gb, version.data_disk_count)
    if image is not None and key is not None:
        facts = facts_of(image.versions[key], version, None)
    managed = image is not None and (image.is_external or key is not None)
    replicas = tuple(
        Replicas(name, number, each.region, each.storage_account_type, each.replicas, facts.os_disk_size_gb)
        for each in sorted(version.replicas, key=lambda each: each.region)
    )
    return _Counted(number, managed, version.location, facts, replicas)


def _declared(name: str, image: Image, settings: Settings) -> list[_Counted]:
    return [_declared_version(name, each, settings) for each in image.versions.items()]


def _declared_version(name: str, declared: tuple[str, ImageVersion], settings: Settings) -> _Counted:
    number, version = declared
    facts = facts_of(version, None, None)
    try:
        regions = version_regions(version, settings)
    except ValueError as error:
        problem = f"its replicas cannot be placed: {error}"
        return _Counted(number, managed=True, home=settings.location, facts=facts, replicas=(), problem=problem)
    replicas = tuple(
        Replicas(name, number, each.name, each.storage_account_type, each.replicas, facts.os_disk_size_gb)
        for each in sorted(regions, key=lambda each: each.name)
    )
    return _Counted(number, managed=True, home=settings.location, facts=facts, replicas=replicas)


def _report(
    images: Mapping[str, Iterable[_Counted]], stack: Stack, prices: PriceTable, is_managed: Callable[[str], bool]
) -> CostReport:
    """The report without what `labs prune` would save."""
    found: list[ImageCost] = []
    unknown: list[Unknown] = []
    for name in sorted(images, key=_name_key):
        versions = []
        for each in sorted(images[name], key=lambda each: (listing_key(each.number), each.number)):
            cost = cost_of(each.replicas, prices)
            unknown += _unknown(name, each, cost)
            versions.append(VersionCost(each.number, each.managed, each.home, cost, _once(each, prices)))
        if versions:
            parts = tuple(part for version in versions for part in version.cost.parts)
            found.append(ImageCost(name, is_managed(name), tuple(versions), Cost(prices.currency, parts)))
    whole = Cost(prices.currency, tuple(part for image in found for part in image.cost.parts))
    labs = places(stack)
    return CostReport(
        planned=False,
        prices=prices,
        cost=whole,
        images=tuple(found),
        unknown=tuple(unknown),
        keep=KEPT,
        pruned=None,
        without_labs=without_labs(whole, labs),
        lab_regions=frozenset(place.region for place in labs if place.region is not None),
    )


def _name_key(name: str) -> tuple[str, str]:
    return name.lower(), name


def _once(counted: _Counted, prices: PriceTable) -> Decimal | None:
    """The traffic of publishing a version; not known of data disks, of which no size is."""
    if not counted.replicas or counted.facts.data_disk_count != 0:
        return None
    return transfer_of(counted.replicas, counted.home, prices)


def _unknown(name: str, counted: _Counted, cost: Cost) -> Iterator[Unknown]:
    """Everything that the cost of a version lacks."""
    number, facts = counted.number, counted.facts
    if not counted.replicas:
        yield Unknown("regions", name, number, None, counted.problem)
    if facts.os_disk_size_gb is None:
        yield Unknown("size", name, number, None, NO_SIZE)
    if facts.data_disk_count is None:
        yield Unknown("data_disks", name, number, None, NO_DATA_DISK_COUNT)
    elif facts.data_disk_count:
        disks = "disk, whose size" if facts.data_disk_count == 1 else "disks, whose sizes"
        verb = "is" if facts.data_disk_count == 1 else "are"
        why = f"it has {facts.data_disk_count} data {disks} {verb} not known"
        yield Unknown("data_disks", name, number, None, why)
    for part in cost.parts:
        if part.price is None:
            kind: UnknownKind = "price" if part.of.storage_account_type in STORAGE_TYPES else "price_of_type"
            why = f"no price of {part.of.storage_account_type} is known"
            yield Unknown(kind, name, number, part.of.region, why)
