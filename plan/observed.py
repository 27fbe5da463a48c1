"""What is in Azure now, as plain values: the third input of the plan.

`inventory.observe` fills these; nothing here knows how. Regions are canonical names (`koreacentral`), resource ids
keep the spelling of the answer, and mappings are keyed by ids or names in lower case, because Azure compares both
without regard to case. An unknown value is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from catalog.fields.moment import start_of
from catalog.images.version_number import same_number
from plan.definition import Definition, Feature

COMPLETED: Final = "Completed"
FAILED: Final = "Failed"
SUCCEEDED: Final = "Succeeded"

Unseen = Literal["tenant", "subscription", "forbidden"]
"""Why nothing of a subscription's sources is seen: it belongs to another tenant than the sign-in, the sign-in cannot
see it (or it does not exist), or lacks a role there."""


@dataclass(frozen=True, slots=True)
class ObservedSource:
    """What a source of a version tells: a snapshot, disk, VM, managed image or gallery image version.

    `failure` is None when the source answered; else why not, ready to be printed, and the other fields are None;
    `missing` says that Azure answered and the source is not there, so that publishing from it cannot succeed;
    `unseen` that what is wrong is not the source itself but what the sign-in sees of its subscription.
    `os_disk_size_gb` is in GB, `data_disk_count` counts disks beside the OS disk. `os_state` is `Generalized`,
    `Specialized` or None: disks and snapshots never tell it. `architecture` and `security_type` are as the catalogue
    has them. `purchase_plan` is (name, product, publisher). `replica_regions` are those that a gallery version was
    copied to; it can be read in each. `unfinished` says that it is there and not (or not yet) published as a whole.
    """

    id: str
    region: str | None = None
    os_type: str | None = None
    os_state: str | None = None
    hyper_v_generation: str | None = None
    architecture: str | None = None
    security_type: str | None = None
    os_disk_size_gb: int | None = None
    data_disk_count: int | None = None
    purchase_plan: tuple[str, str, str] | None = None
    failure: str | None = None
    missing: bool = False
    unseen: Unseen | None = None
    replica_regions: tuple[str, ...] = ()
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class ObservedReplica:
    """The replicas of a published version in one region, at least one."""

    region: str
    replicas: int
    storage_account_type: str
    exclude_from_latest: bool


@dataclass(frozen=True, slots=True)
class ObservedVersion:
    """A version that is in the gallery. `source_id` is the id it was made from (for a VHD its blob address).

    `excluded` is whether it is passed over everywhere when the latest is asked for; each of its replicas then says so
    too. `published` is the moment in which it was made, as Azure writes it; None before. `end_of_life` is in UTC;
    `end_of_life_text` as Azure writes it, if that has another offset or parts of a microsecond, else None.
    `inexpressible` are Azure's names of properties that it has and the catalogue has no key for.
    """

    id: str
    location: str
    source_id: str | None
    os_disk_size_gb: int | None
    data_disk_count: int | None
    replicas: tuple[ObservedReplica, ...]
    provisioning_state: str
    replication_mode: str = "Full"
    tags: Mapping[str, str] = field(default_factory=dict)
    end_of_life: datetime | None = None
    end_of_life_text: str | None = None
    block_deletion_before_end_of_life: bool = False
    allow_deletion_of_replicated_locations: bool = False
    excluded: bool = False
    published: str | None = None
    inexpressible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegionProgress:
    """How far a version has been copied to one region: `state` is Unknown, Replicating, Completed or Failed.

    `percent` is 0 to 100; `details` is Azure's message, empty if there is none.
    """

    region: str
    state: str
    percent: int
    details: str


@dataclass(frozen=True, slots=True)
class ObservedDefinition:
    """An image definition that is in the gallery, with its versions by number as Azure spells it (`2024.01.15`).

    `features` are all that Azure shows, the security type among them if it was sent. `end_of_life_text` and
    `inexpressible` as in ObservedVersion.
    """

    id: str
    location: str
    definition: Definition
    features: tuple[Feature, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, ObservedVersion] = field(default_factory=dict)
    end_of_life_text: str | None = None
    inexpressible: tuple[str, ...] = ()

    @property
    def end_of_life(self) -> datetime | None:
        """Its end of life in UTC."""
        end = self.definition.end_of_life
        return None if end is None else start_of(end)

    @property
    def name(self) -> str:
        """Its name as Azure spells it."""
        return self.id.rstrip("/").rpartition("/")[2]

    def number_of(self, number: str) -> str | None:
        """The key of the version that is `number` for Azure; None without one."""
        return same_number(number, self.versions)

    def version_named(self, number: str) -> ObservedVersion | None:
        """The version that is `number` for Azure; None without one."""
        there = self.number_of(number)
        return None if there is None else self.versions[there]


@dataclass(frozen=True, slots=True)
class ObservedGallery:
    """The gallery itself, with its image definitions by name in lower case.

    `soft_delete` says that Azure keeps deleted versions for a while; None if the gallery has no such policy, which
    needs a feature of the subscription.
    """

    id: str
    location: str
    tags: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[str, ObservedDefinition] = field(default_factory=dict)
    soft_delete: bool | None = None

    @property
    def versions(self) -> list[ObservedVersion]:
        """The versions of every definition."""
        return [version for definition in self.definitions.values() for version in definition.versions.values()]


@dataclass(frozen=True, slots=True)
class ObservedRoleAssignment:
    """A role on the gallery itself (not one inherited from its group), or on the definition `image` in it.

    `name` is a UUID in lower case.
    """

    name: str
    role_definition_id: str
    principal_id: str
    image: str | None = None


@dataclass(frozen=True, slots=True)
class ObservedResourceGroup:
    """The resource group that the stack is to make."""

    id: str
    location: str
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListedImage:
    """An image of a compute gallery in the list of a lab account or lab plan.

    `gallery` is the id of the gallery, `image` the name of the definition. In a lab plan an image that nobody has
    switched is not enabled.
    """

    gallery: str
    image: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class ListedImages:
    """What a lab account or lab plan itself lists; `failure` as in ObservedSource, `images` is then empty."""

    images: tuple[ListedImage, ...] = ()
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class ObservedMarketplaceImage:
    """A Marketplace image in the list of a lab account or lab plan; `name` as in `MarketplaceImage.name`.

    `offered`: teachers see it. `switched`: it is offered, or somebody has switched it on or off before.
    """

    id: str
    name: str
    offered: bool
    switched: bool


@dataclass(frozen=True, slots=True)
class ObservedMarketplace:
    """The Marketplace images of a lab by name; `failure` as in ObservedSource, `images` is then empty."""

    images: Mapping[str, ObservedMarketplaceImage] = field(default_factory=dict)
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class ObservedLab:
    """A lab account or a lab of Azure DevTest Labs, and the galleries attached to it. `failure` as in ObservedSource.

    `gone` says that the service itself no longer exists, `missing` that the lab does not. `listed` is None if it was
    not asked, as for a DevTest lab; nor is `marketplace` for a stack that does not say what labs offer of it.
    `images_chosen` says that the owner of a DevTest lab has chosen some images of the gallery.
    """

    id: str
    region: str | None = None
    attachments: Mapping[str, str] = field(default_factory=dict)  # id of the attachment -> id of its gallery
    failure: str | None = None
    gone: bool = False
    missing: bool = False
    listed: ListedImages | None = None
    images_chosen: bool = False
    marketplace: ObservedMarketplace | None = None


@dataclass(frozen=True, slots=True)
class ObservedLabPlan:
    """A lab plan; `gallery_id` is that of its gallery, if it has one. The rest as in ObservedLab."""

    id: str
    region: str | None = None
    allowed_regions: tuple[str, ...] = ()
    gallery_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    failure: str | None = None
    gone: bool = False
    missing: bool = False
    listed: ListedImages | None = None
    marketplace: ObservedMarketplace | None = None


@dataclass(frozen=True, slots=True)
class Deployed:
    """What the stack's outputs say that its state has, as it is spelled there; empty before the first deployment.

    `images` are names of images, `ids` those of the gallery, of a lab plan and of attachments, `versions` the numbers
    that were declared by the name of their image.
    """

    images: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Observed:
    """Everything looked up before anything is declared.

    `gallery` is None when it does not exist yet; so is `resource_group`, which is looked up only when the stack makes
    it, and `lab_plan`, which a stack may make. `role_assignments` are those of the principals that the stack names.
    `lock` says whether the gallery has our lock, looked up only when the stack wants it. `namesake` is the id of a
    gallery of the same name in another resource group, looked up only when ours does not exist. `sources` and `labs`
    (of every kind of attachment) are keyed by id in lower case and hold only what was asked for, as does `progress` by
    the id of a version in lower case. `deployed` is known to the engine's program only. `failures` are
    look-ups that failed as a whole (the gallery, a subscription, a sign-in), ready to be printed, each with its cause
    and what to do. `moment` is the time of the look in UTC, such as `2026-06-01T12:00:00Z`; empty
    if Azure itself was not asked.
    """

    gallery: ObservedGallery | None = None
    resource_group: ObservedResourceGroup | None = None
    role_assignments: tuple[ObservedRoleAssignment, ...] = ()
    lock: bool = False
    namesake: str | None = None
    sources: Mapping[str, ObservedSource] = field(default_factory=dict)
    labs: Mapping[str, ObservedLab] = field(default_factory=dict)
    lab_plan: ObservedLabPlan | None = None
    progress: Mapping[str, tuple[RegionProgress, ...]] = field(default_factory=dict)
    deployed: Deployed = field(default_factory=Deployed)
    failures: tuple[str, ...] = ()
    moment: str = field(default="", compare=False)
