"""A version of an image as the catalogue has it."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Final

from pydantic import ConfigDict, Field

from catalog.fields.arm_id import example
from catalog.fields.fields import (
    CatalogueModel,
    Count,
    Date,
    ExcludeFromLatest,
    Flag,
    ReplicasPerRegion,
    StorageAccountType,
    Tags,
    TargetRegions,
)
from catalog.files.diagnostic import shown
from catalog.images.source import KINDS, Source

VERSION_PATTERN: Final = r"(0|[1-9][0-9]{0,9})(\.(0|[1-9][0-9]{0,9})){2}"
_NUMBER: Final = re.compile(VERSION_PATTERN)
_LARGEST_PART: Final = 2**31 - 1


def version_key(number: str) -> tuple[int, int, int]:
    """A version number for sorting: `1.10.0` → `(1, 10, 0)`. Raises ValueError if it is not valid."""
    problem = version_problem(number)
    if problem is not None:
        raise ValueError(problem)
    major, minor, patch = number.split(".")
    return int(major), int(minor), int(patch)


@cache
def listing_key(number: str) -> tuple[int, ...]:
    """A version number as Azure compares it: `2024.01.15`, which the catalogue refuses, is `(2024, 1, 15)`.

    What is no number at all comes first.
    """
    parts = number.split(".")
    return tuple(map(int, parts)) if all(part.isascii() and part.isdigit() for part in parts) else (-1, -1, -1)


def version_problem(number: str) -> str | None:
    """What is wrong with a version number, and what to write; None if it is valid.

    Source: "Azure Compute Gallery troubleshooting": Major.Minor.Patch, each a 32-bit integer. Leading zeros are
    refused, since Azure treats 1.01.0 and 1.1.0 as one version.
    """
    if not _NUMBER.fullmatch(number):
        parts = re.findall(r"[0-9]{1,10}", number[:60])[:3]
        if not parts:
            return f"a version is Major.Minor.Patch, such as 1.0.0, not {shown(number)}"
        advice = ".".join(str(int(part)) for part in (*parts, "0", "0")[:3])
        return f"a version is Major.Minor.Patch; write {advice}"
    if any(int(part) > _LARGEST_PART for part in number.split(".")):
        return f"each part of a version is at most {_LARGEST_PART}; write a smaller number"
    return None


class VersionKeys(CatalogueModel):
    """The keys that a version and the defaults of all versions have in common.

    None means that the key is not set: the stack's setting, or Azure, decides.
    """

    os_disk_size_gb: Annotated[Count, Field(ge=1, examples=[64])] | None = None
    """Size of the OS disk in GB, as declared. Lab Services shows only images below 128 GB."""
    data_disk_count: Annotated[Count, Field(ge=0, examples=[0])] | None = None
    """Number of disks beside the OS disk, as declared. Lab Services shows only images with none."""
    target_regions: TargetRegions | None = None
    """Where to replicate to: geography, paired, home, or a list of regions. Default: the stack's targetRegions."""
    replicas_per_region: ReplicasPerRegion | None = None
    """Replicas in each region, or a number for each of some regions. Default: the stack's replicasPerRegion."""
    storage_account_type: StorageAccountType | None = None
    """How replicas are stored: one type, or one for each of some regions. Default: the stack's storageAccountType."""
    exclude_from_latest: ExcludeFromLatest = False
    """true, or regions: the version is passed over when the latest is asked for; teachers cannot pick it."""
    end_of_life: Date | None = Field(default=None, examples=["2027-06-30"])
    """The day after which the version should not be used any more."""
    block_deletion_before_end_of_life: Flag = False
    """Azure refuses to delete the version before its end of life."""
    allow_deletion_of_replicated_locations: Flag = False
    """Allows replicas of the published version to be removed from regions."""
    tags: Tags = Field(default={}, examples=[{"course": "gis"}])
    """Azure tags of the version."""
    protect: Flag | None = None
    """Keeps the version from being deleted or replaced. Default: the image's protect, else the stack's."""


class ImageVersion(VersionKeys):
    """One version: what it is made from, and how it is published."""

    model_config = ConfigDict(title="Image version")

    source: Source = Field(examples=[{"snapshot": example(KINDS["snapshot"].type)}])
    """What the version is made from."""


class VersionDefaults(VersionKeys):
    """Values for every version that does not set them."""

    model_config = ConfigDict(title="Defaults of all versions")

    source: Source | None = None
    """What versions are made from; sensible with existing: true only."""
