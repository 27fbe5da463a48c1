"""Microsoft.Compute/galleries/images/versions: image versions and their publishing."""

from __future__ import annotations

import calendar
import copy
import re
from datetime import UTC, datetime
from typing import Any

from sandbox.emulator.arm_path import ArmPath, parse
from sandbox.emulator.operations import Polling
from sandbox.emulator.replication import RegionCopy, outcome, schedule, status
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.types.compute import soft_deleted_version
from sandbox.emulator.types.compute.gallery import API_VERSIONS
from sandbox.emulator.types.compute.image_definition import check_end_of_life, is_new_end, moment, security_type
from sandbox.emulator.types.compute.image_source import (
    DISK,
    MACHINE,
    SNAPSHOT,
    SourceFacts,
    missing,
    read_source,
    source_ids,
)
from sandbox.emulator.types.compute.target_regions import check_removed, target_regions
from sandbox.emulator.types.resource import Resource, stamp, with_offset
from sandbox.emulator.types.resource_type import (
    Context,
    ResourceType,
    WriteRequest,
    canonical,
    check_value,
    pick,
    property_refusal,
)

NAME = re.compile(r"\d{1,10}\.\d{1,10}\.\d{1,10}", re.ASCII)
LARGEST_NUMBER = 2**31 - 1
SAFETY_SHOWN, CHECKS_SHOWN, ENDS_BY_DEFAULT = "2022-08-03", "2024-03-03", "2026-03-03"
"""The first api-versions with a safety profile, with its block of deletions and validations, with an end by default."""
MONTHS_BY_DEFAULT = 6
FROM_FILES_ONLY = ("trustedlaunchsupported", "confidentialvmsupported")
LARGEST_GB = 2048

VERSION_NAME = rule(
    "version-name",
    "A version's name is Major.Minor.Patch, three whole numbers within 32 bits.",
    evidence=Evidence.QUOTED,
    where="hashicorp/packer-plugin-azure issue 187, with code, text and target; `2022.10.03` in public ids keeps its "
    "zero; that it and 2022.10.3 are two versions, as here, is UNVERIFIED",
    question="a version by its number with zeros",
)
VERSION_SECURITY_TYPE = rule(
    "version-security-type",
    "A version of a TrustedLaunchSupported or ConfidentialVmSupported definition is made from a VHD, a managed image "
    "or another version, not from a virtual machine, disk or snapshot.",
    evidence=Evidence.QUOTED,
    where="hashicorp/packer-plugin-azure issue 304, microsoft/STL issue 4682, with code and text; public build scripts "
    "of easyenclave with the text for ConfidentialVmSupported and a disk",
)
VERSION_MATCHES = rule(
    "version-matches-definition",
    "OS type, OS state and generation of the source equal those of the definition, as far as the source shows "
    "them: snapshots, disks and VHDs show no OS state; a virtual machine that was not generalized is Specialized.",
    evidence=Evidence.QUOTED,
    where="MicrosoftDocs/azure-docs issue 118774, hashicorp/packer issue 8352: code and text, in Azure of an "
    "operation that has failed at once, here of the request; Azure Compute Gallery troubleshooting for OS type and "
    "state",
)
VERSION_SIZE = rule(
    "version-size",
    f"The OS disk of a version with full replicas has at most {LARGEST_GB} GB.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery limits",
)
VERSION_FIXED = rule(
    "version-fixed",
    "The sources and the replication mode of a version cannot change; an empty storage profile changes nothing.",
    evidence=Evidence.QUOTED,
    where="hashicorp/packer-plugin-azure issue 65, and a log of Packer of 2024, with status, code and text; "
    "GalleryImageVersion_Update_WithoutSourceId",
)
VERSION_SHOWN = rule(
    "version-shown",
    "A version shows replicaCount, excludeFromLatest, storageAccountType and publishedDate unasked, its safety profile "
    "from api-version 2022-08-03 on and its validations (not executed) from 2024-03-03 on, though not in the answer to "
    "an update. blockDeletionBeforeEndOfLife is shown from 2024-03-03 on if it was sent or there is an end of life.",
    evidence=Evidence.RECORDED,
    where="azure-cli: test_gallery_e2e, test_image_version_end_of_life_date, test_image_version_create_os_vhd, "
    "test_gallery_soft_delete_policy_and_recycle_bin",
)
VERSION_DISKS = rule(
    "version-disks",
    "A version shows its disks, and their sizes, once it is published; before that, and when its publication fails, "
    "its source alone. The disk of a version with one source shows an empty source, and the caching of that source.",
    evidence=Evidence.RECORDED,
    where="azure-cli, test_gallery_e2e and test_image_version_create_os_vhd",
)
VERSION_ENDS = rule(
    "version-ends",
    "An end of life is in the future when it is set, may have passed when it stays the same moment, and is shown with "
    "its offset in digits. From api-version 2026-03-03 "
    "on a version that names none gets one in six months, and blocks its deletion before that unless it says so.",
    evidence=Evidence.RECORDED,
    where="azure-powershell, TestGalleryBlockDeletionBeforeEndOfLife, for the refusal; azure-cli, "
    "test_image_version_end_of_life_date; Azure Compute Gallery documentation for the default; no "
    "recording shows another spelling of the same moment",
)
VERSION_PUBLISHING = rule(
    "version-publishing",
    "Publishing is a long-running operation that ends when every region is copied; a region that fails makes it "
    "fail, and a later PUT copies that region again.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery troubleshooting, section on replication; Microsoft's examples",
)
VERSION_REPLICATION_STATUS = rule(
    "version-replication-status",
    "$expand=ReplicationStatus shows aggregatedState and, for each region by its canonical name, state, progress and, "
    "where there are any, details.",
    evidence=Evidence.RECORDED,
    where="azure-sdk-for-net, GalleryImageVersion_CRUD_Tests",
)
VERSION_FIRMWARE = rule(
    "version-firmware",
    "The settings of the firmware of a version are shown in the answer to its write and with $expand=UefiSettings, "
    "neither in other reads nor in lists.",
    evidence=Evidence.RECORDED,
    where="azure-sdk-for-net, GalleryImageVersion_TrustedLaunchSupported_CRUD_Tests",
)
VERSION_END_OF_LIFE = rule(
    "version-end-of-life",
    "A version with blockDeletionBeforeEndOfLife cannot be deleted before its end-of-life date.",
    evidence=Evidence.QUOTED,
    where="Azure Compute Gallery troubleshooting; the code is quoted in a public article; status 409 is UNVERIFIED",
    question="deleting a version before its end of life",
)
VERSION_SOFT_DELETED = rule(
    "version-soft-deleted",
    "In a gallery with soft deletion a deleted version is kept for 7 days, or as long as the policy's retention and "
    "grace periods are, and holds up the deletion of its definition and gallery.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery, soft delete (preview)",
)
VERSION_RESTORED = rule(
    "version-restored",
    "A write with restore: true, or without a source, brings a soft-deleted version back as it was: 200, Updating. "
    "What a new version under its number does, no source states.",
    evidence=Evidence.RECORDED,
    where="azure-cli, test_gallery_soft_delete_policy_and_recycle_bin; GalleryImageVersion_Update_RestoreSoftDeleted",
)


class ImageVersion(ResourceType):
    """A version of an image."""

    type = "Microsoft.Compute/galleries/images/versions"
    api_versions = API_VERSIONS
    polling = Polling.COMPUTE
    error_name = "galleryImageVersion"
    read_only = (
        "provisioningState",
        "publishingProfile.publishedDate",
        "storageProfile.osDiskImage.sizeInGB",
        "safetyProfile.reportedForPolicyViolation",
        "safetyProfile.policyViolations",
        "replicationStatus",
        "validationsProfile",
    )
    objects = (
        "publishingProfile",
        "storageProfile",
        "storageProfile.source",
        "storageProfile.osDiskImage",
        "storageProfile.osDiskImage.source",
        "safetyProfile",
    )
    lists = ("publishingProfile.targetRegions", "storageProfile.dataDiskImages")

    def check(self, write: WriteRequest) -> None:
        """Refuse a bad name and changed sources; regions are checked where they are stored."""
        numbers = write.path.name.split(".")
        if not NAME.fullmatch(write.path.name) or any(int(number) > LARGEST_NUMBER for number in numbers):
            raise VERSION_NAME.invalid(
                "The image version name is invalid. The image version name should follow "
                "Major(int).Minor(int).Patch(int) format, where int is between 0 and 2,147,483,647 (inclusive). "
                "For e.g: 1.0.0, 2018.12.1 etc.",
                target="galleryImageVersionName",
            )
        check_value(
            pick(write.properties, "publishingProfile.replicationMode"),
            ("Full", "Shallow"),
            "galleryImageVersion.properties.publishingProfile.replicationMode",
        )
        before = write.existing.properties if write.existing else {}
        ends = _end_of_life(write.properties)
        if is_new_end(ends, pick(before, "publishingProfile.endOfLifeDate")):
            check_end_of_life(ends, write.now, VERSION_ENDS)
        if write.existing:
            _check_fixed(write.existing.properties, write.properties)

    def store(self, write: WriteRequest) -> Resource:
        """Return the version with its regions, its copies and what was read from its source."""
        return self.publish(write, SourceFacts() if write.existing else _read_source(write))

    def publish(self, write: WriteRequest, facts: SourceFacts) -> Resource:
        """Return the version, a new one with the disks that its source has; regions are checked here."""
        resource = super().store(write)
        shown = write.existing.properties if write.existing else {}
        sent = write.properties
        before = pick(shown, "publishingProfile.targetRegions") or []
        after = target_regions(sent.get("publishingProfile") or {}, write.location, before)
        publishing = _publishing(write, after, shown)
        safety = _safety(write, shown, publishing)
        check_removed(before, after, safety["allowDeletionOfReplicatedLocations"], write.path.name)
        resource.body["properties"] = {key: value for key, value in sent.items() if key == "securityProfile"} | {
            "publishingProfile": publishing,
            "storageProfile": shown.get("storageProfile") or _storage_profile(facts, sent.get("storageProfile") or {}),
            "safetyProfile": safety,
        }
        copies = self._copies_after(write, [canonical(entry["name"]) for entry in after])
        resource.hidden = {
            "copies": [item.to_json() for item in copies],
            "creating": write.existing is None,
        }
        return resource

    @VERSION_PUBLISHING.applies
    def _copies_after(self, write: WriteRequest, names: list[str]) -> list[RegionCopy]:
        before = {item.region: item for item in copies_of(write.existing)} if write.existing else {}
        kept = {name: item for name, item in before.items() if item.state(write.now) != "Failed"}
        seconds = float(write.state.setting("secondsPerRegion", 0.05))
        failing = write.state.setting("failRegions", [])
        new = schedule([name for name in names if name not in kept], write.now, seconds, failing)
        every = kept | {item.region: item for item in new}
        return [every[name] for name in names]

    def copies(self, resource: Resource) -> list[RegionCopy]:
        """Return the copies of a version, in the order of its regions."""
        return copies_of(resource)

    @VERSION_FIRMWARE.applies
    def show(self, resource: Resource, context: Context) -> Json:
        """Return the version as the api-version shows it."""
        shown = super().show(resource, context)
        if not context.write_state and not _expands(context, "UefiSettings"):
            shown["properties"].pop("securityProfile", None)
        if context.api_version < SAFETY_SHOWN:
            shown["properties"].pop("safetyProfile", None)
        elif context.api_version < CHECKS_SHOWN:
            safety = shown["properties"]["safetyProfile"]
            rest = {key: value for key, value in safety.items() if key != "blockDeletionBeforeEndOfLife"}
            shown["properties"]["safetyProfile"] = rest
        return shown

    @VERSION_REPLICATION_STATUS.applies
    @VERSION_SHOWN.applies
    def computed(self, resource: Resource, context: Context) -> Json:
        """Return state, disks and, when asked for, replication status."""
        copies = copies_of(resource)
        running = "Creating" if resource.hidden["creating"] else "Updating"
        states = {"InProgress": running, "Completed": "Succeeded", "Failed": "Failed"}
        state = context.write_state or states[outcome(copies, context.now)]
        shown: Json = {"provisioningState": state}
        if state != "Succeeded" and resource.hidden["creating"]:
            shown["storageProfile"] = _unpublished(resource.properties["storageProfile"])
        if context.api_version >= CHECKS_SHOWN and state != "Updating":
            shown["validationsProfile"] = {"validationOperationStatus": "NotExecuted"}
        if _expands(context, "ReplicationStatus"):
            shown["replicationStatus"] = status(copies, context.now)
        return shown

    def check_delete(self, resource: Resource, context: Context) -> None:
        """Refuse the deletion before the end of life where that is asked for."""
        blocked = pick(resource.properties, "safetyProfile.blockDeletionBeforeEndOfLife")
        ends = moment(pick(resource.properties, "publishingProfile.endOfLifeDate"))
        if blocked and ends is not None and ends > context.now:
            raise VERSION_END_OF_LIFE.refusal(
                409,
                "DeleteGalleryImageVersionBlockedBeforeEndOfLife",
                "Deletion of Gallery image version is not allowed because the image is enabled for "
                "blockDeletionBeforeEndOfLife and its endOfLifeDate has not reached yet.",
            )

    @VERSION_SOFT_DELETED.applies
    def deleted(self, resource: Resource, context: Context) -> None:
        """Leave a remnant in a gallery with soft deletion, or when ARM is set to lag behind."""
        gallery_id = resource.path.key.split("/images/")[0]
        gallery = context.state.get(gallery_id)
        policy = pick(gallery.properties, "softDeletePolicy") if gallery else None
        if not policy or not policy.get("isSoftDeleteEnabled"):
            super().deleted(resource, context)
            return
        kept = soft_deleted_version.keeping(policy)
        context.state.leave_remnant(resource.path, context.now + kept.seconds)
        soft_deleted_version.keep(context.state, resource, context.now, kept)

    @VERSION_RESTORED.applies
    def restored(self, path: ArmPath, body: Json, context: Context) -> Resource | None:
        """Return the soft-deleted version that a write asks for; one of another write is no longer kept."""
        profile = pick(body, "properties.storageProfile")
        is_new = isinstance(profile, dict) and any(source_ids(profile).values())
        if pick(body, "properties.restore") is True or ("location" in body and not is_new):
            return soft_deleted_version.take_back(context.state, path, context.now)
        if is_new and soft_deleted_version.is_kept(context.state, path, context.now):
            raise VERSION_RESTORED.unknown_answer(
                f"The version '{path.name}' is soft-deleted: restore it, or delete it for good before "
                "its number is used again."
            )
        return None


def copies_of(version: Resource) -> list[RegionCopy]:
    """Return the copies of a version, in the order of its regions."""
    return [RegionCopy(**item) for item in version.hidden["copies"]]


@VERSION_FIXED.applies
def _check_fixed(existing: Json, sent: Json) -> None:
    profile = sent.get("storageProfile") or {}
    before, after = source_ids(existing["storageProfile"]), source_ids(profile)
    if any(after.values()):
        for part in before:
            if before[part] != after[part]:
                suffix = part if part.endswith("source") else f"{part}.source"
                raise property_refusal(f"galleryImageVersion.properties.storageProfile.{suffix}.id")
    mode = pick(sent, "publishingProfile.replicationMode")
    if mode and mode != pick(existing, "publishingProfile.replicationMode"):
        raise property_refusal("galleryImageVersion.properties.publishingProfile.replicationMode")


def _expands(context: Context, what: str) -> bool:
    return what.lower() in context.query.get("$expand", "").lower()


def _read_source(write: WriteRequest) -> SourceFacts:
    home = write.location
    facts = read_source(write.state, write.properties.get("storageProfile") or {})
    if facts.location is not None and home not in (facts.location, *facts.replicas):
        raise missing(facts.id)
    definition = write.state.get(write.path.container)
    _check_security_type(facts, definition.properties if definition else {})
    _check_matches(facts, definition.properties if definition else {})
    shallow = pick(write.properties, "publishingProfile.replicationMode") == "Shallow"
    if not shallow and facts.size_gb is not None and facts.size_gb > LARGEST_GB:
        raise VERSION_SIZE.unknown_answer(
            f"The OS disk of '{facts.id}' has {facts.size_gb} GB; at most {LARGEST_GB} GB are replicated in full."
        )
    return facts


def _check_security_type(facts: SourceFacts, definition: Json) -> None:
    path = parse(facts.id)
    kind = security_type(definition)
    if kind.lower() in FROM_FILES_ONLY and path and path.type.lower() in (MACHINE, DISK, SNAPSHOT):
        raise VERSION_SECURITY_TYPE.invalid(
            f"The security type '{kind}' is not supported for the source id '{facts.id}'. Currently only Vhd Blob, "
            f"User Image and Gallery Image Version sources are supported for '{kind}' images."
        )


def _check_matches(facts: SourceFacts, definition: Json) -> None:
    different = f"The resource with id '{facts.id}' has a different"
    os_type, generation, os_state = (definition.get(key) for key in ("osType", "hyperVGeneration", "osState"))
    problem = None
    if facts.os_type not in (None, os_type):
        problem = f"{different} OS type ['{facts.os_type}'] than the parent gallery image OS type ['{os_type}']."
    elif facts.generation not in (None, generation):
        problem = (
            f"{different} Hypervisor generation ['{facts.generation}'] than the parent gallery image Hypervisor "
            f"generation ['{generation}']."
        )
    elif facts.os_state not in (None, os_state):
        problem = (
            f"Cannot create Gallery Image Version from: {facts.id} since the OS State in the parent gallery "
            f"image ({os_state}) is not {facts.os_state}."
        )
    if problem:
        raise VERSION_MATCHES.conflict(problem)


def _storage_profile(facts: SourceFacts, sent: Json) -> Json:
    profile = copy.deepcopy({key: value for key, value in sent.items() if value is not None})
    whole: Json = {"source": {}} if profile.get("source") else {}
    os_disk = whole | (profile.get("osDiskImage") or {})
    profile["osDiskImage"] = _disk_image(os_disk, facts.size_gb, facts.caching)
    sent_disks = {int(disk["lun"]): disk for disk in profile.pop("dataDiskImages", None) or []}
    disks = [
        _disk_image(sent_disks.get(lun, {}) | {"lun": lun}, size, facts.data_caching.get(lun, "None"))
        for lun, size in sorted(facts.data_disks.items())
    ]
    return profile | ({"dataDiskImages": disks} if disks else {})


def _disk_image(disk: Json, size_gb: int | None, caching: str) -> Json:
    sized = {} if size_gb is None else {"sizeInGB": size_gb}
    rest = {key: value for key, value in disk.items() if key != "sizeInGB"}
    return {"hostCaching": caching, **rest, **sized}


@VERSION_DISKS.applies
def _unpublished(profile: Json) -> Json:
    """Return what a storage profile shows before the version is published."""
    if profile.get("source"):
        return {"source": profile["source"]}
    shown = {key: value for key, value in profile.items() if key not in ("osDiskImage", "dataDiskImages")}
    shown["osDiskImage"] = _without_size(profile["osDiskImage"])
    if "dataDiskImages" in profile:
        shown["dataDiskImages"] = [_without_size(disk) for disk in profile["dataDiskImages"]]
    return shown


def _without_size(disk: Json) -> Json:
    return {key: value for key, value in disk.items() if key != "sizeInGB"}


def _safety(write: WriteRequest, before: Json, publishing: Json) -> Json:
    sent = write.properties.get("safetyProfile") or {}
    known = ("allowDeletionOfReplicatedLocations", "blockDeletionBeforeEndOfLife")
    defaults: Json = {"allowDeletionOfReplicatedLocations": False}
    if "endOfLifeDate" in publishing:
        defaults["blockDeletionBeforeEndOfLife"] = not write.existing and write.api_version >= ENDS_BY_DEFAULT
    chosen = {key: sent[key] for key in known if sent.get(key) is not None}
    return defaults | (before.get("safetyProfile") or {}) | chosen | {"reportedForPolicyViolation": False}


def _end_of_life(sent: Json) -> str | None:
    date = pick(sent, "publishingProfile.endOfLifeDate")
    return None if date is None else with_offset(str(date))


@VERSION_ENDS.applies
def _ends_by_default(now: float) -> str:
    """Return the date in six months, the last day of a shorter month."""
    today = datetime.fromtimestamp(now, UTC)
    month = today.month - 1 + MONTHS_BY_DEFAULT
    year, month = today.year + month // 12, month % 12 + 1
    day = min(today.day, calendar.monthrange(year, month)[1])
    return today.replace(year=year, month=month, day=day, microsecond=0).isoformat()


def _publishing(write: WriteRequest, regions: list[Json], before: Json) -> Json:
    sent: dict[str, Any] = write.properties.get("publishingProfile") or {}
    kept = before.get("publishingProfile") or {}
    if kept and not sent:
        return kept | {"targetRegions": regions}
    optional = {
        key: value
        for key in ("replicationMode", "targetExtendedLocations")
        if (value := sent.get(key, kept.get(key) if key == "replicationMode" else None)) is not None
    }
    ends = _end_of_life(write.properties)
    if ends is None and not write.existing and write.api_version >= ENDS_BY_DEFAULT:
        ends = _ends_by_default(write.now)
    if ends is not None:
        optional["endOfLifeDate"] = ends
    return {
        "targetRegions": regions,
        "replicaCount": sent.get("replicaCount", 1),
        "excludeFromLatest": bool(sent.get("excludeFromLatest")),
        "publishedDate": kept.get("publishedDate", stamp(write.now)),
        "storageAccountType": kept.get("storageAccountType") or sent.get("storageAccountType", "Standard_LRS"),
        **optional,
    }
