"""The regions that an image version is copied to: what Azure accepts and how it shows them."""

from __future__ import annotations

from typing import Any

from sandbox.emulator.regions import display_name, region, regions
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.types.resource_type import (
    canonical,
    check_target_cloud,
    check_value,
    location_refusal,
    property_refusal,
)

PREFIX = "galleryImageVersion.properties.publishingProfile"
REPLICAS_MOST = 100
STORAGE_TYPES = ("Standard_LRS", "Standard_ZRS", "Premium_LRS", "PremiumV2_LRS")

REGIONS_HOME = rule(
    "regions-home",
    "The target regions of a version contain its location; without any it is copied to its location alone.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery troubleshooting, and hashicorp/packer issue 8895, with the text; the error code "
    "InvalidParameter is UNVERIFIED",
    question="target regions without the location",
)
REGIONS_TWICE = rule(
    "regions-twice",
    "No target region twice; two spellings of a region are one.",
    evidence=Evidence.QUOTED,
    where="status, code and text from an answer quoted for the azurerm Terraform provider",
)
REGIONS_SHOWN = rule(
    "regions-shown",
    "Answers keep the order in which target regions were sent and spell them as display names. A region without a "
    "count takes replicaCount; one has excludeFromLatest only if it was sent.",
    evidence=Evidence.RECORDED,
    where="azure-cli, test_gallery_e2e",
)
REGIONS_KEPT = rule(
    "regions-kept",
    "A region can be taken from a version only when safetyProfile.allowDeletionOfReplicatedLocations is true in "
    "the request, or was true and the request leaves it out; missing or empty target regions change nothing.",
    evidence=Evidence.QUOTED,
    where="answer quoted for the azurerm Terraform provider, with code and text; azure-cli, test_gallery_e2e "
    "(recorded), shows the property as false where it was never sent",
)
REGIONS_KEPT_ADVICE = (
    "Deletion of previously replicated locations is not allowed, and you need to specify a complete set of target "
    "locations in the update request or specify null or empty set for target regions in the update request or set "
    "allow deletion of replicated locations under safety profile property. To figure out complete set of target "
    "locations, you can perform a get first on gallery artifact."
)
REPLICAS_RANGE = rule(
    "replicas-range",
    f"Replica counts are whole numbers from 1 to {REPLICAS_MOST}.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery limits, and troubleshooting with the text",
)
REPLICAS_TOTAL = rule(
    "replicas-total",
    f"A version has at most {REPLICAS_MOST} replicas over all its regions together.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery limits",
)
REGIONS_ZRS = rule(
    "regions-zrs",
    "Standard_ZRS only in regions with availability zones.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery troubleshooting, with the text",
)
REGIONS_ENCRYPTION = rule(
    "regions-encryption",
    "An update that names a region of a version without its encryption leaves the encryption as it is.",
    evidence=Evidence.EXAMPLE,
    where="GalleryImageVersion_Update, GalleryImageVersion_Update_WithoutSourceId",
)
REGIONS_STORAGE = rule(
    "regions-storage",
    "The storage account type of a region of a version cannot change.",
    evidence=Evidence.EXAMPLE,
    where="OpenAPI of Azure Compute Gallery calls it not updatable; the answer PropertyChangeNotAllowed is UNVERIFIED",
    question="another storage type in a region",
)


@REGIONS_SHOWN.applies
def target_regions(profile: Json, home: str, before: list[Json]) -> list[Json]:
    """Return the target regions to store, in the order sent.

    `profile` is the publishing profile sent, `home` the version's location, `before` the stored target regions
    of an existing version. Raises ArmError for what Azure refuses.
    """
    sent = profile.get("targetRegions")
    if not sent:
        if before:
            return before
        sent = [{"name": home}]
    default_count = profile.get("replicaCount", 1)
    check_count(default_count, f"{PREFIX}.replicaCount")
    check_value(profile.get("storageAccountType"), STORAGE_TYPES, f"{PREFIX}.storageAccountType")
    regions_before = {canonical(entry["name"]): entry for entry in before}
    names = [_name(entry) for entry in sent]
    _check_names(names, home)
    stored = [
        _stored(entry, name, profile, regions_before.get(name) or {}, default_count)
        for entry, name in zip(sent, names, strict=True)
    ]
    total = sum(entry["regionalReplicaCount"] for entry in stored)
    if total > REPLICAS_MOST:
        raise REPLICAS_TOTAL.unknown_answer(
            f"The version has {total} replicas in its target regions; at most {REPLICAS_MOST} are allowed."
        )
    return stored


def _name(entry: Json) -> str:
    spelling = str(entry.get("name") or "")
    found = region(spelling)
    if found is None:
        raise location_refusal(spelling, "Microsoft.Compute/galleries", sorted(regions()))
    return found.name


def _check_names(names: list[str], home: str) -> None:
    if len(set(names)) < len(names):
        raise REGIONS_TWICE.invalid(
            "Duplicate regions are not allowed in target publishing regions.", target=f"{PREFIX}.targetRegions"
        )
    for name in names:
        check_target_cloud(name, home, "Microsoft.Compute/galleries")
    if home not in names:
        raise REGIONS_HOME.invalid(
            f"Gallery image version publishing profile regions '{','.join(names)}' must contain the location of image "
            f"version '{display_name(home)}'.",
            target=f"{PREFIX}.targetRegions",
        )


@REGIONS_ENCRYPTION.applies
@REGIONS_STORAGE.applies
def _stored(entry: Json, name: str, profile: Json, before: Json, default_count: int) -> Json:
    count = entry.get("regionalReplicaCount", default_count)
    check_count(count, f"{PREFIX}.targetRegions.regionalReplicaCount")
    type_before = before.get("storageAccountType")
    default_type = type_before or profile.get("storageAccountType") or "Standard_LRS"
    storage = entry.get("storageAccountType") or default_type
    check_value(storage, STORAGE_TYPES, f"{PREFIX}.targetRegions.storageAccountType")
    if type_before and storage != type_before:
        raise property_refusal("galleryImageVersion.properties.publishingProfile.targetRegions.storageAccountType")
    if storage == "Standard_ZRS" and not regions()[name].zones:
        raise REGIONS_ZRS.unknown_answer(
            f"ZRS storage account type is not supported in this region: {display_name(name)}."
        )
    extras = {
        "encryption": entry.get("encryption") or before.get("encryption"),
        "additionalReplicaSets": entry.get("additionalReplicaSets"),
    }
    excluded = {key: bool(entry[key]) for key in ("excludeFromLatest",) if entry.get(key) is not None}
    return {
        "name": display_name(name),
        "regionalReplicaCount": count,
        "storageAccountType": storage,
        **{key: value for key, value in extras.items() if value},
        **excluded,
    }


def check_count(count: Any, target: str) -> None:
    """Refuse a replica count that is out of range."""
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= REPLICAS_MOST:
        raise REPLICAS_RANGE.unknown_answer(
            f"The value '{count}' of parameter '{target}' is out of range. The value must be between '1' and "
            f"'{REPLICAS_MOST}', inclusive."
        )


def check_removed(before: list[Json], after: list[Json], allowed: bool, version: str) -> None:
    """Refuse to remove regions unless that is allowed."""
    gone = {entry["name"] for entry in before} - {entry["name"] for entry in after}
    if gone and not allowed:
        what = f"gallery artifact '{version}' and type 'GalleryImageVersion'"
        opening = f"Complete set of target locations not specified while updating {what}."
        raise REGIONS_KEPT.refusal(400, "BadRequest", f"{opening} {REGIONS_KEPT_ADVICE}")
