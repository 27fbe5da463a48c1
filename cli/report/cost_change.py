"""What steps of versions cost a month at most: the replicas that come and go, and their price.

What is not known is in no sum: a version whose size, replicas or price is not known counts as a whole as unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from catalog.images.version_number import listing_key
from catalog.regions.prices import PriceTable
from cli.report.difference import regions_of
from cli.report.event_log import mapping
from cli.report.step import VERSION, Step
from plan.cost import Cost, Replicas, cost_of

Gap = Literal["size", "replicas", "price"]
Counts = Mapping[tuple[str, str], int]
"""Numbers of replicas by region and storage type."""

DEFAULT_STORAGE: Final = "Standard_LRS"
"""How Azure stores a replica if nobody says it (OpenAPI of Azure Compute Gallery, TargetRegion)."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """GB of OS disks by the logical names of versions, before and after a run; none for one that is not known.

    `data_disks` are the versions that have data disks, or may have some: nobody knows the size of those.
    """

    before: Mapping[str, int] = field(default_factory=dict)
    after: Mapping[str, int] = field(default_factory=dict)
    data_disks: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class VersionChange:
    """What one step changes: the cost of the replicas that come, and of those that go.

    Both are empty if the numbers of replicas are not known. `data_disks` is whether it may have data disks, which are
    billed too and in no sum.
    """

    image: str
    version: str
    added: Cost
    removed: Cost
    replicas_known: bool = True
    data_disks: bool = False

    @property
    def gap(self) -> Gap | None:
        """What is not known, so that no sum has this version; None if everything is known."""
        if not self.replicas_known:
            return "replicas"
        unknown = (*self.added.unknown, *self.removed.unknown)
        if any(part.of.gb is None for part in unknown):
            return "size"
        return "price" if unknown else None


@dataclass(frozen=True, slots=True)
class CostChange:
    """What several steps change together: `versions` are those whose replicas change, or may do so."""

    currency: str
    versions: tuple[VersionChange, ...] = ()

    @property
    def known(self) -> tuple[VersionChange, ...]:
        """The versions of which everything is known."""
        return tuple(version for version in self.versions if version.gap is None)

    @property
    def upper_bound(self) -> bool:
        """Whether everything that is billed is in the sums."""
        return not any(version.gap or version.data_disks for version in self.versions)

    @property
    def added(self) -> Cost:
        """The cost of the replicas that come, without versions of which something is not known."""
        return Cost(self.currency, tuple(part for version in self.known for part in version.added.parts))

    @property
    def removed(self) -> Cost:
        """The cost of the replicas that go, without versions of which something is not known."""
        return Cost(self.currency, tuple(part for version in self.known for part in version.removed.parts))

    @property
    def borrowed(self) -> tuple[str, ...]:
        """Regions that count with the price of another region, sorted."""
        return tuple(sorted({*self.added.borrowed, *self.removed.borrowed}))

    def missing(self, gap: Gap) -> tuple[VersionChange, ...]:
        """The versions that no sum has for one reason."""
        return tuple(version for version in self.versions if version.gap == gap)

    def by_image(self) -> dict[str, CostChange]:
        """The part of each image."""
        images: dict[str, list[VersionChange]] = {}
        for version in self.versions:
            images.setdefault(version.image, []).append(version)
        return {image: CostChange(self.currency, tuple(versions)) for image, versions in images.items()}

    def __add__(self, other: CostChange) -> CostChange:
        return CostChange(self.currency or other.currency, self.versions + other.versions)


def cost_change(steps: Iterable[Step], sizes: Sizes, prices: PriceTable, *, found: bool = False) -> CostChange:
    """What the steps of versions change. `found`: somebody else already made these changes in Azure."""
    versions = [version for step in steps if (version := _version_cost(step, sizes, prices, found=found))]
    return CostChange(
        prices.currency, tuple(sorted(versions, key=lambda each: (each.image, listing_key(each.version))))
    )


def _version_cost(step: Step, sizes: Sizes, prices: PriceTable, *, found: bool) -> VersionChange | None:
    """What one step changes; None if it changes nothing that is billed."""
    if step.kind != VERSION or (step.stays and not found):
        return None
    # What is taken over costs nothing new; what the program declares of it besides is an update.
    if step.action == "same" or (step.action == "import" and not step.old):
        return None
    stays_one = step.action in {"update", "import"}
    image, _, version = step.name.rpartition(":")
    before = {} if step.action == "create" else _counts(step.old)
    after = {} if step.action in {"delete", "empty"} else _counts(step.new)
    if step.action == "replace" and step.retained:
        before = {}  # Azure keeps the old one
    if stays_one and _placed(step.old) == _placed(step.new):
        return None
    if before is None or after is None:
        nothing = cost_of((), prices)
        return VersionChange(image, version, nothing, nothing, replicas_known=False)
    old_size, new_size = sizes.before.get(step.name), sizes.after.get(step.name)
    if stays_one:
        # One object, of one size: what is in both is billed as before.
        before, after = Counter(before) - Counter(after), Counter(after) - Counter(before)
        old_size = new_size = old_size if new_size is None else new_size
    if not before and not after:
        return None

    def cost(counts: Counts, size: int | None) -> Cost:
        found = (Replicas(image, version, region, kind, number, size) for (region, kind), number in counts.items())
        return cost_of(found, prices)

    return VersionChange(
        image, version, cost(after, new_size), cost(before, old_size), data_disks=step.name in sizes.data_disks
    )


def _placed(inputs: Mapping[str, Any]) -> tuple[object, ...]:
    """All inputs of a version that say where its replicas are, and how many."""
    profile = mapping(inputs.get("publishingProfile"))
    return regions_of(inputs), profile.get("replicaCount"), profile.get("storageAccountType")


def _counts(inputs: Mapping[str, Any]) -> Counts | None:
    """The replicas of a version by its inputs; None if a number is not known, or no region.

    Regions stand in the inputs of every version that the program declares: without them nothing is known.
    """
    profile, counts = mapping(inputs.get("publishingProfile")), Counter[tuple[str, str]]()
    everywhere, usual = _or(profile.get("replicaCount"), 1), _or(profile.get("storageAccountType"), DEFAULT_STORAGE)
    for region, entry in regions_of(inputs).items():
        further = _or(entry.get("additionalReplicaSets"), [])
        if not isinstance(further, list):
            return None
        own = _or(entry.get("regionalReplicaCount"), everywhere), _or(entry.get("storageAccountType"), usual)
        sets = [(each.get("regionalReplicaCount"), each.get("storageAccountType")) for each in map(mapping, further)]
        for number, kind in (own, *sets):
            # The engine writes a value that it does not know yet as a string.
            if isinstance(number, bool) or not isinstance(number, int) or number < 0 or kind is None:
                return None
            counts[region, str(kind)] += number
    return counts or None


def _or(value: object, otherwise: object) -> object:
    return otherwise if value is None else value
