"""Facts about the disks of a version, from the best witness there is.

The gallery's own version comes first (its source may be long gone or changed), then the source, then what the
catalogue declares. Disks are not judged here: policies do that.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog.images.version import ImageVersion
from plan.observed import ObservedSource, ObservedVersion


@dataclass(frozen=True, slots=True)
class Facts:
    """OS disk size in GB and number of data disks; None where nobody could tell."""

    os_disk_size_gb: int | None
    data_disk_count: int | None


def facts_of(version: ImageVersion, published: ObservedVersion | None, source: ObservedSource | None) -> Facts:
    """The facts of `version`: each from the gallery, else from the source, else as declared.

    A source that changed after publishing says nothing about what was published; it is heard only about what the
    gallery does not tell (of a version whose publishing failed, say).
    """
    witnesses = [witness for witness in (published, source) if witness is not None]
    sizes = [*(witness.os_disk_size_gb for witness in witnesses), version.os_disk_size_gb]
    counts = [*(witness.data_disk_count for witness in witnesses), version.data_disk_count]
    return Facts(_first(sizes), _first(counts))


def _first(told: list[int | None]) -> int | None:
    return next((value for value in told if value is not None), None)
