"""Where the replicas of one version lie: the catalogue's wishes resolved against the stack's settings."""

from __future__ import annotations

from catalog.images.version import ImageVersion
from catalog.regions import geography
from catalog.stacks.settings import Settings
from plan.planned import PlannedRegion


def stack_regions(scope: str | tuple[str, ...], settings: Settings) -> tuple[str, ...]:
    """The regions of `scope` (as `geography.target_regions` has it) in a stack. Raises ValueError as that does."""
    return geography.target_regions(
        settings.location,
        scope,
        lab_services=settings.lab_services,
        exclude=settings.exclude_regions,
        include_without_labs=settings.include_regions_without_labs,
    )


def version_regions(version: ImageVersion, settings: Settings) -> tuple[PlannedRegion, ...]:
    """Target regions of `version` in a stack with `settings`, home region first, the rest sorted by name.

    What the version does not say, the stack says; a map of replica counts may leave regions to the stack's number.
    Raises ValueError when the regions contradict each other: a count or an exclusion for a region that is no target,
    zone-redundant storage where there are no availability zones, a region of another cloud.
    """
    names = stack_regions(version.target_regions or settings.target_regions, settings)
    counts = version.replicas_per_region
    per_region = counts if isinstance(counts, dict) else {}
    everywhere = counts if isinstance(counts, int) else settings.replicas_per_region
    excluded = version.exclude_from_latest
    excluded_regions = excluded if isinstance(excluded, tuple) else ()
    storage = version.storage_account_type or settings.storage_account_type
    _refuse_strangers("replicas_per_region", per_region, names)
    _refuse_strangers("exclude_from_latest", excluded_regions, names)
    _refuse_missing_zones(storage, names)
    return tuple(
        PlannedRegion(
            name=name,
            replicas=per_region.get(name, everywhere),
            storage_account_type=storage,
            exclude_from_latest=name in excluded_regions,
        )
        for name in names
    )


def _refuse_strangers(key: str, named: dict[str, int] | tuple[str, ...], targets: tuple[str, ...]) -> None:
    strangers = [name for name in named if name not in targets]
    if strangers:
        raise ValueError(
            f"{key} names {', '.join(strangers)}, where this version has no replica (it goes to "
            f"{', '.join(targets)}); take it out of {key} or add it to target_regions"
        )


def _refuse_missing_zones(storage: str, targets: tuple[str, ...]) -> None:
    if storage != "Standard_ZRS":
        return
    without = [name for name in targets if not geography.region(name).availability_zones]
    if without:
        raise ValueError(
            f"Standard_ZRS needs availability zones, and {', '.join(without)} has none, so Azure would refuse the "
            "replica; write storage_account_type: Standard_LRS, or narrow target_regions"
        )
