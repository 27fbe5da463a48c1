"""What the replicas of a catalogue occupy, at most: OS disk size × replicas.

Azure bills replicas as snapshots, on occupied size ("Azure Compute Gallery", Billing), which nobody knows beforehand;
the size of the disk is its upper bound. Sizes are declared ones, in GB, so this works without credentials.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.images.version import ImageVersion
from catalog.stacks.settings import Settings
from plan.planned import PlannedRegion
from plan.target_regions import version_regions


@dataclass(frozen=True, slots=True)
class Storage:
    """Sums over versions. `stored_gb` leaves out the `undeclared` versions: those that declare no OS disk size."""

    versions: int = 0
    replicas: int = 0
    stored_gb: int = 0
    undeclared: int = 0

    def __add__(self, other: Storage) -> Storage:
        return Storage(
            self.versions + other.versions,
            self.replicas + other.replicas,
            self.stored_gb + other.stored_gb,
            self.undeclared + other.undeclared,
        )


def replica_count(target_regions: Iterable[PlannedRegion]) -> int:
    """Replicas of one version over all its regions."""
    return sum(region.replicas for region in target_regions)


def stored_gb(os_disk_size_gb: int | None, replicas: int) -> int | None:
    """GB that the replicas of one version occupy at most; None when the size of its OS disk is not known."""
    return None if os_disk_size_gb is None else os_disk_size_gb * replicas


def version_storage(version: ImageVersion, settings: Settings) -> Storage:
    """Storage of one version in a stack with `settings`. Raises ValueError as `version_regions` does."""
    return _storage(version, replica_count(version_regions(version, settings)))


def storage_in_one_region(version: ImageVersion) -> Storage:
    """The most that one version occupies in any single region: all that can be said without a stack's settings.

    Where the catalogue does not say, one replica is counted, the default of the stack's `replicasPerRegion`.
    """
    counts = version.replicas_per_region
    return _storage(version, max(1, *counts.values()) if isinstance(counts, dict) else counts or 1)


def _storage(version: ImageVersion, replicas: int) -> Storage:
    gigabytes = stored_gb(version.os_disk_size_gb, replicas)
    return Storage(1, replicas, gigabytes or 0, int(gigabytes is None))
