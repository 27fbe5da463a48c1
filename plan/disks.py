"""Disk facts of a version: from the gallery, else its source, else the catalogue.

Disks are not judged here: policies do that.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog.images.version import ImageVersion
from plan.observed import ObservedSource, ObservedVersion


@dataclass(frozen=True, slots=True)
class DiskFacts:
    """OS disk size in GB and number of data disks; None if unknown."""

    os_disk_size_gb: int | None
    data_disk_count: int | None


def facts_of(version: ImageVersion, published: ObservedVersion | None, source: ObservedSource | None) -> DiskFacts:
    """The facts of `version`, each from the first of gallery, source and catalogue that has it.

    A source may have changed since the version was published, so it counts only for what the gallery lacks: the facts
    of a version whose publishing failed, for instance.
    """

    def first(fact: str) -> int | None:
        values = (getattr(witness, fact, None) for witness in (published, source, version))
        return next((value for value in values if value is not None), None)

    return DiskFacts(first("os_disk_size_gb"), first("data_disk_count"))
