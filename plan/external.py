"""Versions that somebody else publishes into an image of the stack: `versions: external` in the catalogue.

They are observed and judged as they are. Nothing here is declared: no update makes, imports, changes or deletes one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from catalog.files.diagnostic import some_of
from catalog.images.version_number import listing_key, same_number
from plan.conflict import Conflict
from plan.observed import ObservedDefinition, ObservedVersion
from plan.planned import ExternalVersion, PlannedRegion
from plan.stack import Stack
from plan.storage import stored_gb
from plan.take_over import USABLE

GUIDE: Final = "docs/publish/external.md"
_MOST_NAMED: Final = 3


def taken_versions(definition: ObservedDefinition | None) -> tuple[ExternalVersion, ...]:
    """The versions that decide what labs get of an image, lowest first; none while none can be judged.

    For each region that is the latest of those that are not excluded there, and where each one is excluded the highest.
    """
    judged = dict(_judged(definition))
    regions = {None, *(replica.region for version in judged.values() for replica in version.replicas)}
    numbers = {number for region in regions for number in _latest(judged, region)}
    return tuple(_external(number, judged[number]) for number in sorted(numbers, key=listing_key))


def older_versions(definition: ObservedDefinition | None) -> tuple[ExternalVersion, ...]:
    """The versions that can be judged and decide nothing of what labs get, lowest first: their replicas are billed."""
    taken = {version.number for version in taken_versions(definition)}
    judged = dict(_judged(definition))
    return tuple(_external(number, judged[number]) for number in sorted(judged.keys() - taken, key=listing_key))


def regions_of_latest(taken: Sequence[ExternalVersion]) -> list[str]:
    """The regions in which the version that labs take there has a replica; `taken` as `taken_versions` gives them."""
    regions = dict.fromkeys(region.name for version in taken for region in version.target_regions)
    return [name for name in regions if _is_offered(taken, name)]


def unfinished_version(definition: ObservedDefinition | None) -> str | None:
    """Number of the highest version of an image that has some and none that can be judged; else None."""
    if definition is None or any(_judged(definition)):
        return None
    return max(definition.versions, key=listing_key, default=None)


def stored_by_others(definition: ObservedDefinition | None) -> list[int | None]:
    """GB that the replicas of each version that can be judged occupy at most; None for one of unknown size."""
    return [
        stored_gb(version.os_disk_size_gb, sum(replica.replicas for replica in version.replicas))
        for _, version in _judged(definition)
    ]


def external_conflicts(name: str, current: ObservedDefinition | None, stack: Stack) -> Iterator[Conflict]:
    """The conflict that versions of this stack are in the definition, which an update would delete; none without any.

    The stack made what carries its tag, and what its last deployment declared.
    """
    deployed = stack.observed.deployed.versions
    declared = [number for image in deployed if image.lower() == name.lower() for number in deployed[image]]
    versions = current.versions if current else {}
    ours = [number for number, version in versions.items() if stack.owns(version) or same_number(number, declared)]
    if ours:
        ours.sort(key=listing_key)
        held = f"{'versions' if len(ours) > 1 else 'version'} {some_of(ours, _MOST_NAMED)}"
        yield Conflict(
            f"images.{name}",
            f"it says versions: external, and its definition in the gallery holds {held}, which this stack published",
            "The update would delete what the catalogue no longer has, and new labs would not get it any more",
            "Write its versions back, and have others publish under another name; or hand the image over first, as "
            f"{GUIDE} says",
        )


def _judged(definition: ObservedDefinition | None) -> Iterator[tuple[str, ObservedVersion]]:
    """The versions that are whole, and those of another state whose disk Azure shows: they are whole somewhere.

    Of one that is being made Azure shows no size yet: no preview fails while somebody publishes.
    """
    for number, version in definition.versions.items() if definition else ():
        if version.provisioning_state in USABLE or version.os_disk_size_gb is not None:
            yield number, version


def _latest(versions: Mapping[str, ObservedVersion], region: str | None) -> list[str]:
    """The number of the version that decides what labs in `region` get, if any; None is a region without replicas."""
    offered = [number for number, version in versions.items() if not _is_excluded(version, region)]
    there = [number for number, version in versions.items() if region is None or _replicates(version, region)]
    return sorted(offered or there, key=listing_key)[-1:]


def _is_offered(taken: Sequence[ExternalVersion], region: str) -> bool:
    """Whether the highest version that is not excluded in `region` has a replica there."""
    for version in reversed(taken):
        here = next((each for each in version.target_regions if each.name == region), None)
        if not version.exclude_from_latest and not (here is not None and here.exclude_from_latest):
            return here is not None
    return False


def _replicates(version: ObservedVersion, region: str) -> bool:
    return any(replica.region == region for replica in version.replicas)


def _is_excluded(version: ObservedVersion, region: str | None) -> bool:
    return version.excluded or any(it.region == region and it.exclude_from_latest for it in version.replicas)


def _external(number: str, version: ObservedVersion) -> ExternalVersion:
    return ExternalVersion(
        number=number,
        id=version.id,
        os_disk_size_gb=version.os_disk_size_gb,
        data_disk_count=version.data_disk_count,
        target_regions=tuple(
            PlannedRegion(it.region, it.replicas, it.storage_account_type, it.exclude_from_latest)
            for it in version.replicas
        ),
        exclude_from_latest=version.excluded,
        end_of_life=version.end_of_life,
    )
