"""The plan: every name, region, number and date that will be declared, final.

`plan.plan.plan` makes it from catalogue, settings and what is in Azure; components only map it to resources.
Regions are canonical names, sizes are in GB, `import_id` is None or the id of an object that exists in Azure and is
to be taken over instead of being created. `exists` says that Azure has the object and that everything in it that can
never change was found to be as planned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from catalog.stacks.attachment import AttachmentKind
from plan.definition import Definition, Feature


@dataclass(frozen=True, slots=True)
class PlannedRegion:
    """A target region of a version. The home region stands first."""

    name: str
    replicas: int
    storage_account_type: str
    exclude_from_latest: bool


@dataclass(frozen=True, slots=True)
class PlannedSource:
    """What a version is made from: `kind` as in the catalogue; `id` a resource id.

    Of a VHD it is that of its storage account, of one that `existing` takes over its own.
    """

    kind: str
    id: str
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedVersion:
    """One version of an image, `number` being Major.Minor.Patch, as Azure spells it if it is there.

    `os_disk_size_gb` and `data_disk_count` are the facts that policies judge (looked up where Azure answers, else
    declared; None if unknown), `declared_…` what the catalogue says. `republished` says that its publication failed,
    and that the update repeats it. `end_of_life` is a day or a moment; `end_of_life_text` the one that Azure has and
    keeps, as it writes it, where that says more (see ObservedVersion).
    """

    number: str
    source: PlannedSource
    os_disk_size_gb: int | None
    data_disk_count: int | None
    declared_os_disk_size_gb: int | None
    declared_data_disk_count: int | None
    target_regions: tuple[PlannedRegion, ...]
    exclude_from_latest: bool
    end_of_life: date | datetime | None
    block_deletion_before_end_of_life: bool
    allow_deletion_of_replicated_locations: bool
    tags: Mapping[str, str]
    protect: bool
    exists: bool = False
    import_id: str | None = None
    republished: bool = False
    end_of_life_text: str | None = None


@dataclass(frozen=True, slots=True)
class ExternalVersion:
    """A version that somebody else has published, as the gallery shows it; it is judged, and never declared.

    `os_disk_size_gb` and `data_disk_count` are None if Azure does not tell them.
    """

    number: str
    id: str
    os_disk_size_gb: int | None
    data_disk_count: int | None
    target_regions: tuple[PlannedRegion, ...]
    exclude_from_latest: bool
    end_of_life: datetime | None


@dataclass(frozen=True, slots=True)
class PlannedImage:
    """One image definition with its versions, oldest first.

    `consumers` None: the catalogue does not say, so every rule judges the image. `latest_usable` is the number of the
    latest version that teachers get from this stack if nothing is deleted: an update deletes it if it is not among
    `versions`. `features` are those that Azure shows, if it has the definition: an update that lacks one would take it
    away. `external` are the versions that labs take of an image that others publish, lowest first, empty before one of
    them can be judged; None for an image that the stack publishes. `older_external` are the others of them, which cost
    something only. `unfinished` is then the highest one that is there, None without any. `end_of_life_text` as in
    PlannedVersion.
    """

    name: str
    definition: Definition
    consumers: tuple[str, ...] | None
    tags: Mapping[str, str]
    protect: bool
    versions: tuple[PlannedVersion, ...]
    features: tuple[Feature, ...] = ()
    exists: bool = False
    import_id: str | None = None
    latest_usable: str | None = None
    end_of_life_text: str | None = None
    external: tuple[ExternalVersion, ...] | None = None
    unfinished: str | None = None
    older_external: tuple[ExternalVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedRoleAssignment:
    """A role for a principal on the gallery, or on the definition of `image`.

    `name` is a UUID, the same for the same scope, principal and role.
    """

    name: str
    role_definition_id: str
    principal_id: str
    import_id: str | None = None
    principal_type: str = "ServicePrincipal"
    image: str | None = None
    description: str | None = None

    @property
    def logical_name(self) -> str:
        """Its logical name, with the first half of `name`."""
        return f"role:{self.name[:13]}"

    @property
    def earlier_logical_name(self) -> str:
        """Its logical name up to release 0.1."""
        return f"role:{self.name}"


@dataclass(frozen=True, slots=True)
class PlannedLock:
    """A lock on the gallery, which everything in it inherits."""

    name: str
    level: str
    notes: str | None
    exists: bool = False
    import_id: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedAttachment:
    """The gallery attached to one lab of a service that `kind` describes.

    `key` is `<subscription>/<resource group>/<lab>` in lower case; `id` is that of the attachment that exists, if the
    gallery is attached already, else of the one to make; `region` is the lab's, None if unknown.
    """

    kind: AttachmentKind
    key: str
    id: str
    region: str | None

    @property
    def name(self) -> str:
        """Its logical name: the lab's, with six digits of a hash of `key`, so that no other lab changes it."""
        digits = hashlib.sha256(self.key.encode()).hexdigest()[:6]
        return f"{self.kind.prefix}:{self.key.rpartition('/')[2]}-{digits}"

    @property
    def earlier_name(self) -> str:
        """Its logical name up to release 0.1."""
        return f"{self.kind.prefix}:{self.key}"


@dataclass(frozen=True, slots=True)
class PlannedPlanImage:
    """Whether teachers see `image` in the lab plan; `id` is that of its switch, which Lab Services makes by itself."""

    image: str
    id: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class PlannedLabPlan:
    """The lab plan that uses the gallery.

    `declared`: the stack makes it. Else it exists, and no more than its gallery is set: `location` and `lab_regions`
    are then what it says (None if unknown), and what follows `images` has no meaning. `images` are those of
    which the catalogue says whether they are enabled.
    """

    id: str
    name: str
    resource_group: str
    declared: bool
    location: str | None
    lab_regions: tuple[str, ...] | None
    images: tuple[PlannedPlanImage, ...]
    support_info: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    protect: bool = False
    import_id: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedMarketplaceImage:
    """Whether teachers are offered a Marketplace image; `id` is that of its switch, `name` as in MarketplaceImage."""

    name: str
    id: str
    offered: bool


@dataclass(frozen=True, slots=True)
class PlannedMarketplace:
    """The switches of Marketplace images in one lab account or lab plan, which `type` says.

    `name` is the logical name of all of them together; images are sorted by name.
    """

    lab: str
    type: str
    name: str
    images: tuple[PlannedMarketplaceImage, ...]


@dataclass(frozen=True, slots=True)
class PlannedGallery:
    """The gallery. `replica_storage_gb` is the most that all replicas can occupy (OS disk size × replicas);

    `largest` names the images that hold most of it: (image, GB), largest first. None in a size: not known.
    `soft_delete` None leaves what Azure has.
    """

    name: str
    id: str
    resource_group: str
    create_resource_group: bool
    location: str
    description: str | None
    tags: Mapping[str, str]
    protect: bool
    replica_storage_gb: int | None
    largest: tuple[tuple[str, int], ...]
    import_id: str | None = None
    resource_group_import_id: str | None = None
    soft_delete: bool | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that one stack declares. `owner_tag` is name and value of the tag on all of it."""

    subscription_id: str
    gallery: PlannedGallery
    images: tuple[PlannedImage, ...]
    attachments: tuple[PlannedAttachment, ...]
    role_assignments: tuple[PlannedRoleAssignment, ...]
    owner_tag: tuple[str, str]
    lab_plan: PlannedLabPlan | None = None
    lock: PlannedLock | None = None
    marketplace: tuple[PlannedMarketplace, ...] = ()
