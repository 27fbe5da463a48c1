"""What an image version is made from, and what Azure reads there when it publishes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.emulator.arm_path import parse
from sandbox.emulator.rules import ArmError, Evidence, Json, rule
from sandbox.emulator.state import State
from sandbox.emulator.types.resource import Resource
from sandbox.emulator.types.resource_type import canonical, pick

DISK, SNAPSHOT = "microsoft.compute/disks", "microsoft.compute/snapshots"
MACHINE, MANAGED_IMAGE = "microsoft.compute/virtualmachines", "microsoft.compute/images"
VERSION = "microsoft.compute/galleries/images/versions"
STORAGE_ACCOUNT = "microsoft.storage/storageaccounts"
VHDS = "vhds"
"""The setting with the blobs of VHDs by URI in lower case: sizeGB."""
TYPICAL_SIZE_GB = 127

SOURCE_ONE = rule(
    "source-one",
    "A version has one source: directly under storageProfile (managed image, virtual machine or another "
    "version) or in its single disks (snapshots, disks or VHDs), never both and never none.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery troubleshooting, with the text",
)
SOURCE_TYPE = rule(
    "source-type",
    "storageProfile.source.id names a managed image, virtual machine or gallery image version; "
    "osDiskImage.source.id names a managed disk or snapshot.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery troubleshooting, with the text; the error code InvalidParameter is UNVERIFIED",
    question="a disk directly under storageProfile",
)
SOURCE_EXISTS = rule(
    "source-exists",
    "The source of a version that is to be made exists, in the version's location, where a gallery version needs a "
    "replica; that of a published one may be gone.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery troubleshooting, with the text; the code NotFound from a guide of Azure's support "
    "that is quoted in public code; status 404, and that a replica of a gallery version suffices, are UNVERIFIED",
    question="a disk that is not there",
)
SOURCE_LUNS = rule(
    "source-luns",
    "Each data disk of a version has a LUN of its own.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery troubleshooting, with the text",
)
SOURCE_MACHINE = rule(
    "source-machine",
    "A virtual machine is named as storageProfile.source.virtualMachineId, not as id (which older api-versions take).",
    evidence=Evidence.QUOTED,
    where="Azure/azure-cli issue 28700, with code, text and target",
)
SOURCE_VHD = rule(
    "source-vhd",
    "A VHD source has the URI of the blob and the storage account's id, as id or storageAccountId, shown as it was "
    "sent. Its size is shown once the version is published.",
    evidence=Evidence.RECORDED,
    where="azure-cli, test_image_version_create_os_vhd; blobs are not imitated: one has 127 GB unless "
    "POST /sandbox/seed says otherwise under vhds",
)


SOURCE_VHD_ACCOUNT = rule(
    "source-vhd-account",
    "The storage account of a VHD source is the one that its blob is in. Only an address at a host of Azure's storage "
    "tells which; one at another host is taken on trust.",
    evidence=Evidence.DOCUMENT,
    where="OpenAPI of Azure Compute Gallery: storageAccountId contains the blob; Storage account overview, endpoints",
)
BLOB_HOST = re.compile(
    r"(?P<account>[a-z0-9]+)(-[a-z0-9]+)?\.(z[0-9]+\.)?(privatelink\.)?blob\."
    r"(core\.(windows\.net|usgovcloudapi\.net|chinacloudapi\.cn|cloudapi\.de)|storage\.azure\.net)"
)


@dataclass
class SourceFacts:
    """What is known of a source; None where Azure cannot know it, sizes in GB."""

    id: str = ""
    location: str | None = None
    replicas: tuple[str, ...] = ()
    """The regions in which a gallery version has replicas."""
    os_type: str | None = None
    os_state: str | None = None
    generation: str | None = None
    size_gb: int | None = None
    data_disks: dict[int, int | None] = field(default_factory=dict)
    """Size by LUN."""
    caching: str = "ReadWrite"
    """Caching of the OS disk."""
    data_caching: dict[int, str] = field(default_factory=dict)
    """Caching by LUN; None for a disk that is not in it."""


def source_ids(profile: Json) -> Json:
    """Return the sources of a storage profile in a form that compares, ids in lower case."""

    def source(value: Any) -> Json:
        value = value if isinstance(value, dict) else {}
        return {key: str(text).rstrip("/").lower() for key, text in value.items() if text}

    return {
        "source": source(profile.get("source")),
        "osDiskImage.source": source(pick(profile, "osDiskImage.source")),
        "dataDiskImages": {
            str(disk.get("lun")): source(disk.get("source"))
            for disk in profile.get("dataDiskImages") or []
            if disk.get("source")
        },
    }


def read_source(state: State, profile: Json) -> SourceFacts:
    """Return the facts of the one source of a storage profile; refuses a missing, a second and an unknown source."""
    ids = source_ids(profile)
    direct, os_disk, data_disks = ids["source"], ids["osDiskImage.source"], ids["dataDiskImages"]
    if bool(direct) == bool(os_disk or data_disks) or (data_disks and not os_disk) or len(direct) > 1:
        raise SOURCE_ONE.unknown_answer(
            "The gallery artifact version source can only be specified either directly under storageProfile or "
            "within individual OS or data disks. One and only one source type (user image, snapshot, disk, "
            "virtual machine) can be provided."
        )
    if direct:
        return _whole(state, pick(profile, "source"))
    facts = _single(state, pick(profile, "osDiskImage.source"))
    _check_luns([disk.get("lun") for disk in profile.get("dataDiskImages") or []])
    for disk in profile.get("dataDiskImages") or []:
        facts.data_disks[int(disk["lun"])] = _single(state, disk.get("source") or {}).size_gb
    return facts


def _check_luns(luns: list[Any]) -> None:
    if not all(isinstance(lun, int) for lun in luns) or len(set(luns)) < len(luns):
        raise SOURCE_LUNS.unknown_answer(
            "Duplicated lun numbers have been detected in the input data disks. Lun number must be unique for each "
            "data disk."
        )


def _find(state: State, resource_id: str, types: tuple[str, ...], kinds: str) -> Resource:
    path = parse(resource_id)
    if path is None or path.is_collection or path.type.lower() not in types:
        raise SOURCE_TYPE.invalid(f"The source id: {resource_id} must {kinds}.")
    found = state.get(path.key)
    if found is None:
        raise missing(resource_id)
    return found


def missing(resource_id: str) -> ArmError:
    """Return the refusal of a source that is not there, or not in the version's location."""
    return SOURCE_EXISTS.refusal(
        404,
        "NotFound",
        f"Source {resource_id} is not found. Please check source exists, and is in the same region as gallery "
        "image version being created.",
    )


@SOURCE_VHD.applies
def _single(state: State, source: Json) -> SourceFacts:
    if source.get("uri") or source.get("storageAccountId"):
        if not (source.get("uri") and _storage_account(source)):
            raise SOURCE_VHD.invalid(
                "A VHD as source needs both 'storageAccountId' and 'uri'.",
                target="galleryArtifactVersion.properties.storageProfile.osDiskImage.source",
            )
        uri = str(source["uri"])
        _check_account(uri, str(source.get("storageAccountId") or source.get("id")))
        known: Json = state.setting(VHDS, {}).get(uri.lower(), {})
        return SourceFacts(id=uri, size_gb=known.get("sizeGB", TYPICAL_SIZE_GB))
    disk = _find(state, str(source.get("id")), (DISK, SNAPSHOT), "be a managed disk or snapshot")
    return disk_facts(disk)


def _check_account(uri: str, account_id: str) -> None:
    host = BLOB_HOST.fullmatch(uri.partition("://")[2].partition("/")[0].lower())
    account = account_id.rstrip("/").rpartition("/")[2].lower()
    if host and host["account"] != account:
        raise SOURCE_VHD_ACCOUNT.unknown_answer(f"The blob '{uri}' is not in the storage account '{account_id}'.")


def _storage_account(source: Json) -> bool:
    if source.get("storageAccountId"):
        return True
    path = parse(str(source.get("id") or ""))
    return path is not None and path.type.lower() == STORAGE_ACCOUNT and not path.is_collection


def disk_facts(disk: Resource) -> SourceFacts:
    """Return the facts of a managed disk or snapshot."""
    shown = disk.properties
    return SourceFacts(
        id=disk.id,
        location=disk.location,
        os_type=shown.get("osType"),
        generation=shown.get("hyperVGeneration"),
        size_gb=shown.get("diskSizeGB"),
    )


def _whole(state: State, source: Json) -> SourceFacts:
    if source.get("communityGalleryImageId"):
        raise missing(str(source["communityGalleryImageId"]))
    kinds = "either be a managed image, virtual machine or another gallery image version"
    machine_id = source.get("virtualMachineId")
    types = (MACHINE,) if machine_id else (MANAGED_IMAGE, MACHINE, VERSION)
    if not machine_id:
        _check_named(str(source.get("id")))
    found = _find(state, str(machine_id or source.get("id")), types, kinds)
    if found.path.type.lower() == VERSION:
        return _version_facts(state, found)
    return machine_facts(state, found)


def _check_named(resource_id: str) -> None:
    path = parse(resource_id)
    if path is not None and path.type.lower() == MACHINE:
        raise SOURCE_MACHINE.invalid(
            f"The gallery image version source id: '{resource_id}' must be specified in "
            "'galleryImageVersion.properties.storageProfile.source.virtualMachineId'.",
            target="galleryImageVersion.properties.storageProfile.source",
        )


def machine_facts(state: State, found: Resource) -> SourceFacts:
    """Return the facts of a virtual machine or managed image, read from its disks where it shows no size."""
    os_disk = pick(found.properties, "storageProfile.osDisk") or {}
    below = _disk_below(state, os_disk)
    data_disks = pick(found.properties, "storageProfile.dataDisks") or []
    machine = found.path.type.lower() == MACHINE
    generalized = "Generalized" if found.hidden.get("generalized") else "Specialized"
    return SourceFacts(
        id=found.id,
        location=found.location,
        os_type=os_disk.get("osType") or below.os_type,
        os_state=os_disk.get("osState") or generalized,
        generation=found.properties.get("hyperVGeneration") or below.generation,
        size_gb=os_disk.get("diskSizeGB") or below.size_gb,
        data_disks={
            int(disk.get("lun", index)): disk.get("diskSizeGB") or _disk_below(state, disk).size_gb
            for index, disk in enumerate(data_disks)
        },
        caching=os_disk.get("caching") or ("ReadWrite" if machine else "None"),
        data_caching={
            int(disk.get("lun", index)): disk["caching"] for index, disk in enumerate(data_disks) if disk.get("caching")
        },
    )


def _disk_below(state: State, disk: Json) -> SourceFacts:
    for key in ("managedDisk", "snapshot"):
        path = parse(str(pick(disk, f"{key}.id") or ""))
        found = state.get(path.key) if path else None
        if found is not None:
            return disk_facts(found)
    return SourceFacts()


def _version_facts(state: State, version: Resource) -> SourceFacts:
    parent = version.path.parent
    definition = state.get(parent.key) if parent else None
    shown = definition.properties if definition else {}
    profile = version.properties["storageProfile"]
    return SourceFacts(
        id=version.id,
        location=version.location,
        replicas=tuple(
            str(canonical(str(target["name"])))
            for target in pick(version.properties, "publishingProfile.targetRegions") or []
        ),
        os_type=shown.get("osType"),
        os_state=shown.get("osState"),
        generation=shown.get("hyperVGeneration"),
        size_gb=pick(profile, "osDiskImage.sizeInGB"),
        data_disks={int(disk["lun"]): disk.get("sizeInGB") for disk in profile.get("dataDiskImages") or []},
        caching=pick(profile, "osDiskImage.hostCaching") or "ReadWrite",
        data_caching={
            int(disk["lun"]): disk.get("hostCaching", "None") for disk in profile.get("dataDiskImages") or []
        },
    )
