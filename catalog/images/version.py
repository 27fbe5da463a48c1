"""A version of an image as the catalogue has it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field

from catalog.fields.arm_id import example
from catalog.fields.fields import (
    CatalogueModel,
    Count,
    EndOfLife,
    ExcludeFromLatest,
    Flag,
    ReplicasPerRegion,
    StorageAccountType,
    Tags,
    TargetRegions,
    checked,
)
from catalog.fields.sizes import (
    LARGEST_OS_DISK_GB,
    MOST_DATA_DISKS,
    data_disk_count_problem,
    os_disk_size_problem,
)
from catalog.images.source import KINDS, Source

OsDiskSize = Annotated[
    Count,
    Field(ge=1, le=LARGEST_OS_DISK_GB, examples=[64]),
    BeforeValidator(checked(os_disk_size_problem)),
]
"""Size of an OS disk in GB."""

DataDiskCount = Annotated[
    Count,
    Field(ge=0, le=MOST_DATA_DISKS, examples=[0]),
    BeforeValidator(checked(data_disk_count_problem)),
]
"""Number of disks beside the OS disk."""


class VersionKeys(CatalogueModel):
    """The keys that a version and the defaults of all versions have in common.

    None means that the key is not set: the stack's setting, or Azure, decides.
    """

    os_disk_size_gb: OsDiskSize | None = None
    """Size of the OS disk in GB, as declared. Lab Services shows only images below 128 GB."""
    data_disk_count: DataDiskCount | None = None
    """Number of disks beside the OS disk, as declared. Lab Services shows only images with none."""
    target_regions: TargetRegions | None = None
    """Where to replicate to: geography, paired, home, or a list of regions. Default: the stack's targetRegions."""
    replicas_per_region: ReplicasPerRegion | None = None
    """Replicas in each region, or a number for each of some regions. Default: the stack's replicasPerRegion."""
    storage_account_type: StorageAccountType | None = None
    """How replicas are stored: one type, or one for each of some regions. Default: the stack's storageAccountType."""
    exclude_from_latest: ExcludeFromLatest = False
    """true, or regions: the version is passed over when the latest is asked for; teachers cannot pick it."""
    end_of_life: EndOfLife | None = Field(default=None, examples=["2027-06-30"])
    """The day or moment after which the version should not be used any more."""
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
