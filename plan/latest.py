"""Which version of an image is the latest that teachers can get."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from catalog.images.version_number import version_key, version_problem
from plan.observed import ObservedVersion
from plan.planned import PlannedVersion
from plan.stack import Stack
from plan.take_over import USABLE


def highest(numbers: Iterable[str]) -> str | None:
    """The highest version number, None without any."""
    return max((number for number in numbers if version_problem(number) is None), key=version_key, default=None)


def latest_usable(versions: Mapping[str, ObservedVersion]) -> str | None:
    """Number of the latest version that teachers can get, of those in the gallery by number."""
    return highest(
        number
        for number, version in versions.items()
        if version.provisioning_state in USABLE and any(not replica.exclude_from_latest for replica in version.replicas)
    )


def latest_of_stack(
    declared: Iterable[PlannedVersion], published: Mapping[str, ObservedVersion], stack: Stack
) -> str | None:
    """Number of the latest version that teachers get from this stack, were nothing of it deleted.

    Of the gallery's versions only those count that are the stack's own and no longer declared: what is declared is
    judged as it will be, so that the answer is the same before and after an update that deletes nothing.
    """
    mine = {version.number: version for version in declared}
    offered = [
        number
        for number, version in mine.items()
        if not version.exclude_from_latest and any(not region.exclude_from_latest for region in version.target_regions)
    ]
    dropped = {number: version for number, version in published.items() if number not in mine and stack.owns(version)}
    return highest([*offered, latest_usable(dropped) or ""])
