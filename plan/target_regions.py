"""Where the replicas of one version lie: the catalogue's wishes resolved against the stack's settings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, Protocol

from catalog.fields.fields import ZRS_WHERE_AVAILABLE
from catalog.images.version import ImageVersion
from catalog.regions import geography
from catalog.regions.region import LabService, Region
from catalog.stacks.settings import Settings
from plan.planned import PlannedRegion


class RegionSource(Protocol):
    """What answers about regions: `catalog.regions.geography`, or a map that it is compared with."""

    def region(self, spelling: str, /) -> Region:
        """The region of any spelling. Raises UnknownRegion."""

    def target_regions(
        self,
        home: str,
        scope: str | Sequence[str],
        *,
        lab_services: frozenset[LabService] = ...,
        exclude: Collection[str] = ...,
        include_without_labs: bool = ...,
    ) -> tuple[str, ...]:
        """Where a version is replicated to. Raises ValueError."""


_LRS: Final = "Standard_LRS"
_ZRS: Final = "Standard_ZRS"


def stack_regions(
    scope: str | tuple[str, ...], settings: Settings, regions: RegionSource = geography
) -> tuple[str, ...]:
    """The regions of `scope` (as `geography.target_regions` has it) in a stack. Raises ValueError as that does."""
    return regions.target_regions(
        settings.location,
        scope,
        lab_services=settings.lab_services,
        exclude=settings.exclude_regions,
        include_without_labs=settings.include_regions_without_labs,
    )


def version_regions(
    version: ImageVersion, settings: Settings, regions: RegionSource = geography
) -> tuple[PlannedRegion, ...]:
    """Target regions of `version` in a stack with `settings`, home region first, the rest sorted by name.

    `regions` is another map than the program's, to see what that would change.

    What the version does not say, the stack says; a map of replica counts or storage types may leave regions to the
    stack, and what the stack's map leaves out is stored as Standard_LRS. Raises ValueError when the regions contradict
    each other: a count, a storage type or an exclusion for a region that is no target, zone-redundant storage where
    there are no availability zones, a region of another cloud.
    """
    names = stack_regions(version.target_regions or settings.target_regions, settings, regions)
    counts = version.replicas_per_region
    per_region = counts if isinstance(counts, dict) else {}
    everywhere = counts if isinstance(counts, int) else settings.replicas_per_region
    excluded = version.exclude_from_latest
    excluded_regions = excluded if isinstance(excluded, tuple) else ()
    storage = {name: _storage(regions.region(name), version, settings) for name in names}
    own_storage = version.storage_account_type
    _refuse_strangers("replicas_per_region", per_region, names)
    _refuse_strangers("exclude_from_latest", excluded_regions, names)
    _refuse_strangers("storage_account_type", own_storage if isinstance(own_storage, dict) else (), names)
    _refuse_missing_zones(storage, regions)
    return tuple(
        PlannedRegion(
            name=name,
            replicas=per_region.get(name, everywhere),
            storage_account_type=storage[name],
            exclude_from_latest=name in excluded_regions,
        )
        for name in names
    )


def _storage(region: Region, version: ImageVersion, settings: Settings) -> str:
    """The storage type of replicas in `region`: the version's, else the stack's, else Azure's usual one."""
    for wish in (version.storage_account_type, settings.storage_account_type):
        found = wish.get(region.name) if isinstance(wish, dict) else wish
        if found == ZRS_WHERE_AVAILABLE:
            return _ZRS if region.availability_zones else _LRS
        if found is not None:
            return found
    return _LRS


def _refuse_strangers(key: str, named: Iterable[str], targets: tuple[str, ...]) -> None:
    strangers = [name for name in named if name not in targets]
    if strangers:
        raise ValueError(
            f"{key} names {', '.join(strangers)}, where this version has no replica (it goes to "
            f"{', '.join(targets)}); take it out of {key} or add it to target_regions"
        )


def _refuse_missing_zones(storage: Mapping[str, str], regions: RegionSource) -> None:
    without = [name for name, kind in storage.items() if kind == _ZRS and not regions.region(name).availability_zones]
    if without:
        each = ", ".join(f"{name}: {_LRS if name in without else kind}" for name, kind in storage.items())
        raise ValueError(
            f"Standard_ZRS needs availability zones, and {', '.join(without)} has none, so Azure would refuse the "
            f"replica; write storage_account_type: {ZRS_WHERE_AVAILABLE}, which stores as {_LRS} there, or a type for "
            f"each region: {{{each}}}; or narrow target_regions"
        )
