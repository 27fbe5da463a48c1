"""An image that labs are made from: its image definition, all its versions, and the roles on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pulumi import ComponentResource, CustomTimeouts, Output, Resource, ResourceOptions
from pydantic.alias_generators import to_camel

from catalog.fields.moment import shortest
from catalog.images.image import EXTERNAL
from components.azure_resource import AzureResource
from components.gallery import GalleryFirst
from components.role_assignment import role_assignment
from components.version_source import storage_profile
from plan.definition import FIXED, IDENTIFIER, Definition, Feature
from plan.image_conflicts import REPLICATION_MODE
from plan.planned import ExternalVersion, Plan, PlannedImage, PlannedVersion

# The provider's names of what Azure never changes where they are not the plan's in camel case.
_PROVIDER_NAMES = {**dict.fromkeys(IDENTIFIER, "identifier"), "security_type": "features"}
# Of a version, target regions are not among them: adding and removing one is an update. Their order is no difference,
# for the plan has one order and the provider compares them by name. The provider itself replaces a definition whose
# location changes.
DEFINITION_IMMUTABLE = tuple(sorted({_PROVIDER_NAMES.get(name) or to_camel(name) for name in FIXED}))
# Of the storage profile only the source is ours: Azure adds the caching of disks by itself.
VERSION_IMMUTABLE = (
    "storageProfile.source",
    "storageProfile.osDiskImage.source",
    "publishingProfile.replicationMode",
)

# What the plan has compared with Azure: a difference that is left is one of spelling, or of what Azure completes, and
# must never replace what is published.
DEFINITION_COMPARED = (*DEFINITION_IMMUTABLE, "location")
VERSION_COMPARED = ("location", "storageProfile", "publishingProfile.replicationMode")

# What is None is no input at all, and then the image would be one that its gallery counts.
UNKNOWN_STORAGE = "unknown"

# Azure ends the operation only when the last region is replicated, which may take hours.
PUBLISHING_TIMEOUTS = CustomTimeouts(create="6h", update="6h", delete="1h")


def republished(images: Iterable[LabImage]) -> list[Resource]:
    """The versions of `images` whose publication failed before: while one fails again, nothing is attached."""
    return [version for image in images for version in image.republished]


class LabImage(ComponentResource):
    """One image definition with its versions. Its inputs are what policies judge: the plan's decisions and the facts.

    It judges nothing itself, and where a fact came from is no input of it. What is protected is also retained: the
    engine's protection does not cover what an import replaces, and it takes an id that differs from the state's in
    case alone for another object, imports it and deletes the "original".

    `part` is the component's name where a program of others declares it by itself: the gallery there does not say what
    its replicas occupy, so it does.
    """

    definition_id: Output[str]

    def __init__(
        self,
        image: PlannedImage,
        plan: Plan,
        gallery: GalleryFirst,
        opts: ResourceOptions | None = None,
        part: str | None = None,
    ) -> None:
        inputs = _inputs(image, plan)
        if part is not None:
            stored = plan.gallery.replica_storage_gb
            inputs["replicaStorageGb"] = UNKNOWN_STORAGE if stored is None else stored
        kind, name = "lab-image-gallery:index:LabImage", image.name if part is None else part
        super().__init__(kind, name, inputs, opts)
        self.definition = self._declare_definition(image, plan, gallery)
        # Not named `versions`: the SDK would resolve that attribute from the input of the same name.
        self.image_versions = {
            version.number: self._declare_version(version, image, plan) for version in image.versions
        }
        self.republished = [self.image_versions[each.number] for each in image.versions if each.republished]
        self.role_assignments = tuple(
            role_assignment(role, f"{plan.gallery.id}/images/{image.name}", self, self.definition)
            for role in plan.role_assignments
            if role.image == image.name
        )
        self.definition_id = self.definition.id
        self.register_outputs(
            {
                "image": image.name,
                "consumers": _list_or_none(image.consumers),
                "definitionId": self.definition_id,
                "versionIds": {number: version.id for number, version in self.image_versions.items()},
            }
        )

    def _declare_definition(self, image: PlannedImage, plan: Plan, gallery: GalleryFirst) -> AzureResource:
        wanted = image.definition
        disallowed = list(wanted.disallowed_disk_types)
        return AzureResource(
            "compute:GalleryImage",
            image.name,
            {
                "galleryImageName": image.name,
                "galleryName": plan.gallery.name,
                "resourceGroupName": plan.gallery.resource_group,
                "location": plan.gallery.location,
                "description": wanted.description,
                "identifier": {"publisher": wanted.publisher, "offer": wanted.offer, "sku": wanted.sku},
                "osType": wanted.os_type,
                "osState": wanted.os_state,
                # Newer api-versions make V2 and TrustedLaunchSupported out of what is left out; labs need V1.
                "hyperVGeneration": wanted.hyper_v_generation,
                "architecture": wanted.architecture,
                "features": [_feature(feature) for feature in image.features] or None,
                "recommended": _recommended(wanted),
                "disallowed": {"diskTypes": disallowed} if disallowed else None,
                "purchasePlan": _purchase_plan(wanted),
                "eula": wanted.eula,
                "privacyStatementUri": wanted.privacy_statement_uri,
                "releaseNoteUri": wanted.release_note_uri,
                "endOfLifeDate": _end_of_life(wanted.end_of_life, image.end_of_life_text),
                "tags": image.tags,
            },
            ResourceOptions(
                parent=self,
                depends_on=list(gallery.made),
                protect=image.protect,
                retain_on_delete=image.protect,
                import_=image.import_id,
                ignore_changes=_without_features(DEFINITION_COMPARED, image) if image.exists else None,
                replace_on_changes=_without_features(DEFINITION_IMMUTABLE, image),
                delete_before_replace=True,
            ),
        )

    def _declare_version(self, version: PlannedVersion, image: PlannedImage, plan: Plan) -> AzureResource:
        return AzureResource(
            "compute:GalleryImageVersion",
            f"{image.name}:{version.number}",
            {
                "galleryImageVersionName": version.number,
                "galleryImageName": image.name,
                "galleryName": plan.gallery.name,
                "resourceGroupName": plan.gallery.resource_group,
                "location": plan.gallery.location,
                "storageProfile": storage_profile(version.source),
                "publishingProfile": _publishing_profile(version),
                "safetyProfile": {
                    "allowDeletionOfReplicatedLocations": version.allow_deletion_of_replicated_locations,
                    "blockDeletionBeforeEndOfLife": version.block_deletion_before_end_of_life,
                },
                "tags": version.tags,
            },
            ResourceOptions(
                parent=self,
                depends_on=[self.definition],
                protect=version.protect,
                retain_on_delete=version.protect,
                import_=version.import_id,
                ignore_changes=list(VERSION_COMPARED) if version.exists else None,
                replace_on_changes=list(VERSION_IMMUTABLE),
                delete_before_replace=True,
                custom_timeouts=PUBLISHING_TIMEOUTS,
            ),
        )


def _inputs(image: PlannedImage, plan: Plan) -> dict[str, Any]:
    """What policies see of the image; an unknown fact is None."""
    definition = image.definition
    external = image.external or ()
    return {
        "image": image.name,
        "osType": definition.os_type,
        "osState": definition.os_state,
        "hyperVGeneration": definition.hyper_v_generation,
        "architecture": definition.architecture,
        "securityType": definition.security_type,
        "consumers": _list_or_none(image.consumers),
        "homeRegion": plan.gallery.location,
        "newestUsableVersion": image.latest_usable,
        "versions": [*map(_version_inputs, image.versions), *map(_external_inputs, external)],
        # Left out where it says nothing: an input that is new would update every image.
        **({"purchasePlan": plan_of} if (plan_of := _purchase_plan(definition)) else {}),
        **({"external": True} if image.external is not None else {}),
        **({"olderVersions": [*map(_older_inputs, image.older_external)]} if image.older_external else {}),
        **({"unfinishedVersion": image.unfinished} if image.unfinished is not None else {}),
    }


def _version_inputs(version: PlannedVersion) -> dict[str, Any]:
    return {
        "version": version.number,
        "source": {"kind": version.source.kind, "id": version.source.id},
        "osDiskSizeGb": version.os_disk_size_gb,
        "dataDiskCount": version.data_disk_count,
        "declaredOsDiskSizeGb": version.declared_os_disk_size_gb,
        "declaredDataDiskCount": version.declared_data_disk_count,
        **_placement(version),
    }


def _external_inputs(version: ExternalVersion) -> dict[str, Any]:
    """What policies see of a version that others publish. No child of the component declares it.

    So its storage types are among the inputs, which of the other versions the child shows.
    """
    placement = _placement(version)
    for shown, region in zip(placement["targetRegions"], version.target_regions, strict=True):
        shown["storageAccountType"] = region.storage_account_type
    return {
        "version": version.number,
        "source": {"kind": EXTERNAL, "id": version.id},
        "osDiskSizeGb": version.os_disk_size_gb,
        "dataDiskCount": version.data_disk_count,
        **placement,
    }


def _older_inputs(version: ExternalVersion) -> dict[str, Any]:
    """What policies see of a version of others that no lab takes: what it costs."""
    return {
        "version": version.number,
        "osDiskSizeGb": version.os_disk_size_gb,
        "dataDiskCount": version.data_disk_count,
        "targetRegions": [
            {"name": region.name, "replicas": region.replicas, "storageAccountType": region.storage_account_type}
            for region in version.target_regions
        ],
    }


def _placement(version: PlannedVersion | ExternalVersion) -> dict[str, Any]:
    return {
        "targetRegions": [
            {"name": region.name, "replicas": region.replicas, "excludeFromLatest": region.exclude_from_latest}
            for region in version.target_regions
        ],
        "excludeFromLatest": version.exclude_from_latest,
        "endOfLife": shortest(version.end_of_life).isoformat() if version.end_of_life else None,
    }


def _publishing_profile(version: PlannedVersion) -> dict[str, Any]:
    profile = {
        "targetRegions": [
            {
                "name": region.name,
                "regionalReplicaCount": region.replicas,
                "storageAccountType": region.storage_account_type,
                "excludeFromLatest": region.exclude_from_latest,
            }
            for region in version.target_regions
        ],
        "excludeFromLatest": version.exclude_from_latest,
        "replicationMode": REPLICATION_MODE,
    }
    end = _end_of_life(version.end_of_life, version.end_of_life_text)
    if end is not None:
        profile["endOfLifeDate"] = end
    return profile


def _without_features(names: tuple[str, ...], image: PlannedImage) -> list[str]:
    """`names` less the features, if those of `image` are declared as Azure shows them.

    Those change in place: what a state has of them may be older. Where Azure shows none, what an earlier release
    declared stays as it is.
    """
    return [name for name in names if not (name == "features" and image.exists and image.features)]


def _feature(feature: Feature) -> dict[str, Any]:
    declared = {"name": feature.name, "value": feature.value}
    if feature.starts_at_version is not None:
        declared["startsAtVersion"] = feature.starts_at_version
    return declared


def _recommended(definition: Definition) -> dict[str, Any] | None:
    recommended = {}
    if definition.recommended_vcpus:
        least, most = definition.recommended_vcpus
        recommended["vCPUs"] = {"min": least, "max": most}
    if definition.recommended_memory_gb:
        least, most = definition.recommended_memory_gb
        recommended["memory"] = {"min": least, "max": most}
    return recommended or None


def _purchase_plan(definition: Definition) -> dict[str, Any] | None:
    if definition.purchase_plan is None:
        return None
    name, product, publisher = definition.purchase_plan
    return {"name": name, "product": product, "publisher": publisher}


def _end_of_life(end: date | None, text: str | None) -> str | None:
    """A day, or a moment in UTC, as the provider is sent it; `text` is that of what Azure has and keeps.

    The provider compares texts. A day ends in Z, as states of all releases have it. A moment is as Azure answers it, so
    that one which is taken over is no change: with its offset in digits, without zeros behind its seconds.
    """
    if text is not None or end is None:
        return text
    end = shortest(end)
    if not isinstance(end, datetime):
        return f"{end.isoformat()}T00:00:00Z"
    seconds, _, rest = end.replace(tzinfo=None).isoformat().partition(".")
    parts = rest.rstrip("0")
    return f"{seconds}.{parts}+00:00" if parts else f"{seconds}+00:00"


def _list_or_none(values: tuple[str, ...] | None) -> list[str] | None:
    return None if values is None else list(values)
