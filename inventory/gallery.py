"""The gallery in Azure, with its image definitions and their published versions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from typing import Final, get_args

from catalog.fields.api_versions import API_VERSIONS
from catalog.images.features import SECURITY_TYPE
from catalog.images.image import SecurityType
from inventory.answer import finer_text, moment, number, part, purchase_plan, region, tags, text
from inventory.arm.client import Arm, JsonObject
from inventory.arm.error import NO_OBJECT_OR_GROUP, ArmError, ErrorKind
from inventory.side_by_side import failed, side_by_side
from plan.definition import STANDARD, Definition, Feature, further_features
from plan.observed import (
    COMPLETED,
    SUCCEEDED,
    ObservedDefinition,
    ObservedGallery,
    ObservedReplica,
    ObservedVersion,
    RegionProgress,
)

GALLERIES = API_VERSIONS["Microsoft.Compute/galleries"]  # also of what lies in them


def look_up_gallery(
    arm: Arm,
    pool: Executor,
    gallery_id: str,
    images: Collection[str] | None,
    owner_tag: tuple[str, str] | None = None,
) -> tuple[ObservedGallery | None, list[ArmError]]:
    """The gallery with the versions of `images` (definition names; None: all), and the look-ups that failed.

    With `owner_tag` also those of each definition that carries it: a stack may be about to delete one. None if the
    gallery does not exist. Definitions of other names have no versions here.

    The versions come in a list for each definition, and not one by one: only a list has what the catalogue lacks, such
    as a version that an update deletes. It is no slower either. With answers that take 0.2 s and Azure's limit of
    reads, 300 versions of 100 definitions take 4.1 s (one by one 4.7 s), 1000 versions of 334 take 19.0 s (31.6 s),
    half of it for progress, and 1000 of one definition 15 requests; where a list takes 1 s, 1000 versions take 30.6 s.
    """
    first = side_by_side(
        pool,
        {
            "gallery": lambda: arm.get(gallery_id, GALLERIES),
            "definitions": lambda: arm.list(f"{gallery_id}/images", GALLERIES, absent=(ErrorKind.NOT_FOUND,)),
        },
    )
    failures = failed(first)
    answer, definitions = first["gallery"], first["definitions"]
    if not isinstance(answer, dict) or not isinstance(definitions, list):
        return None, failures[:1]
    found = {str(item["name"]).lower(): read_definition(item) for item in definitions}
    wanted = set(found) if images is None else {name.lower() for name in images} & found.keys()
    if owner_tag is not None:
        tag, owner = owner_tag
        wanted |= {name for name, definition in found.items() if definition.tags.get(tag) == owner}
    lists = side_by_side(pool, {name: partial(_versions, arm, found[name].id) for name in sorted(wanted)})
    for name, versions in lists.items():
        if isinstance(versions, ArmError):
            failures.append(versions)
        else:
            found[name] = replace(found[name], versions=versions)
    gallery = ObservedGallery(
        id=str(answer["id"]),
        location=region(str(answer["location"])),
        tags=tags(answer),
        definitions=found,
        soft_delete=part(answer, "properties", "softDeletePolicy").get("isSoftDeleteEnabled"),
    )
    return gallery, failures


def look_up_namesake(arm: Arm, gallery_id: str) -> str | None:
    """Id of a gallery of the same name elsewhere in the subscription, None without one. Raises ArmError.

    Returns None if listing the subscription's galleries is forbidden: a deployment does not need that right. A list
    spells resource groups in capitals (recorded by the tests of Azure's own clients), so the gallery itself is asked
    for its id.
    """
    subscription, name = gallery_id.partition("/resourceGroups/")[0], gallery_id.rpartition("/")[2].lower()
    path = f"{subscription}/providers/Microsoft.Compute/galleries"
    galleries = arm.list(path, GALLERIES, absent=(ErrorKind.FORBIDDEN,))
    listed = next((str(item["id"]) for item in galleries if str(item.get("name", "")).lower() == name), None)
    answer = arm.get(listed, GALLERIES, absent=(*NO_OBJECT_OR_GROUP, ErrorKind.FORBIDDEN)) if listed else None
    return str(answer["id"]) if answer else listed


def look_up_progress(arm: Arm, version_id: str) -> tuple[RegionProgress, ...] | None:
    """How far replication of a version has come, None when the version is gone. Raises ArmError.

    Source: Microsoft's example GalleryImageVersion_Get_WithReplicationStatus.
    """
    answer = arm.get(version_id, GALLERIES, expand="ReplicationStatus")
    if answer is None:
        return None
    return tuple(
        RegionProgress(
            region=region(str(item.get("region", ""))),
            state=text(item.get("state")) or "Unknown",
            percent=number(item.get("progress")) or 0,
            details=" ".join((text(item.get("details")) or "").split()),
        )
        for item in map(part, part(answer, "properties", "replicationStatus").get("summary") or ())
    )


def is_settled(version: ObservedVersion, progress: Collection[RegionProgress]) -> bool:
    """Whether earlier `progress` is final: the version succeeded, and is complete in the regions that it has now."""
    return (
        version.provisioning_state == SUCCEEDED
        and {region.state for region in progress} <= {COMPLETED}
        and {region.region for region in progress} == {replica.region for replica in version.replicas}
    )


def _versions(arm: Arm, definition_id: str) -> dict[str, ObservedVersion]:
    answers = arm.list(f"{definition_id}/versions", GALLERIES, absent=(ErrorKind.NOT_FOUND,))
    return {str(answer["name"]): read_version(answer) for answer in answers}


def read_definition(answer: JsonObject) -> ObservedDefinition:
    """An image definition as Azure answers it. What older answers leave out gets the value that it stands for."""
    properties = part(answer, "properties")
    identifier = part(properties, "identifier")
    return ObservedDefinition(
        id=str(answer["id"]),
        location=region(str(answer["location"])),
        definition=Definition(
            os_type=str(properties.get("osType", "")),
            os_state=str(properties.get("osState", "")),
            hyper_v_generation=text(properties.get("hyperVGeneration")) or "V1",
            architecture=text(properties.get("architecture")) or "x64",
            security_type=security_type_of(properties) or STANDARD,
            publisher=str(identifier.get("publisher", "")),
            offer=str(identifier.get("offer", "")),
            sku=str(identifier.get("sku", "")),
            purchase_plan=purchase_plan(part(properties, "purchasePlan")),
            eula=text(properties.get("eula")),
            privacy_statement_uri=text(properties.get("privacyStatementUri")),
            description=text(properties.get("description")),
            recommended_vcpus=_range(part(properties, "recommended", "vCPUs")),
            recommended_memory_gb=_range(part(properties, "recommended", "memory")),
            disallowed_disk_types=tuple(map(str, part(properties, "disallowed").get("diskTypes") or ())),
            release_note_uri=text(properties.get("releaseNoteUri")),
            end_of_life=moment(properties.get("endOfLifeDate")),
            features=further_features(_features(properties)),
        ),
        end_of_life_text=finer_text(properties.get("endOfLifeDate")),
        features=tuple(_features(properties)),
        tags=tags(answer),
        inexpressible=tuple(
            f"recommended.{key}"
            for key in ("vCPUs", "memory")
            if part(properties, "recommended", key) and _range(part(properties, "recommended", key)) is None
        ),
    )


_SECURITY_TYPES: Final = {known.lower(): known for known in get_args(SecurityType)}


def security_type_of(properties: JsonObject) -> str | None:
    """The security type among the features of an image definition, as the catalogue spells it; None if there is none.

    Microsoft's own modules write ConfidentialVMSupported, its documents ConfidentialVmSupported.
    """
    values = (each.value for each in _features(properties) if each.name.lower() == SECURITY_TYPE.lower())
    found = next(values, None)
    return found if found is None else _SECURITY_TYPES.get(found.lower(), found)


def _features(properties: JsonObject) -> Iterator[Feature]:
    for item in properties.get("features") or []:
        yield Feature(str(item.get("name")), str(item.get("value")), text(item.get("startsAtVersion")))


def read_version(answer: JsonObject) -> ObservedVersion:
    """An image version as Azure answers it; one that is not published has no size.

    Source: Microsoft's examples GalleryImageVersion_Get and GalleryImageVersion_Get_WithVhdAsSource. That one made from
    a VHD shows its size once it is published: recorded test_image_version_create_os_vhd of azure-cli.
    """
    properties = part(answer, "properties")
    storage, profile = part(properties, "storageProfile"), part(properties, "publishingProfile")
    return ObservedVersion(
        id=str(answer["id"]),
        location=region(str(answer["location"])),
        source_id=_source_id(storage),
        os_disk_size_gb=number(part(storage, "osDiskImage").get("sizeInGB")),
        data_disk_count=len(storage.get("dataDiskImages") or []),
        replicas=_replicas(profile),
        provisioning_state=str(properties.get("provisioningState", "")),
        replication_mode=text(profile.get("replicationMode")) or "Full",
        tags=tags(answer),
        end_of_life=moment(profile.get("endOfLifeDate")),
        end_of_life_text=finer_text(profile.get("endOfLifeDate")),
        block_deletion_before_end_of_life=bool(part(properties, "safetyProfile").get("blockDeletionBeforeEndOfLife")),
        allow_deletion_of_replicated_locations=bool(
            part(properties, "safetyProfile").get("allowDeletionOfReplicatedLocations")
        ),
        excluded=profile.get("excludeFromLatest") is True,
        published=text(profile.get("publishedDate")),
        inexpressible=tuple(_inexpressible(profile)),
    )


def _inexpressible(profile: JsonObject) -> Iterator[str]:
    """Where a version has replicas that no key of the catalogue says."""
    if profile.get("targetExtendedLocations"):
        yield "targetExtendedLocations"
    if any(part(target).get("additionalReplicaSets") for target in profile.get("targetRegions") or ()):
        yield "targetRegions.additionalReplicaSets"


def _range(answer: JsonObject) -> tuple[int, int] | None:
    least, most = number(answer.get("min")), number(answer.get("max"))
    return None if least is None or most is None else (least, most)


def _source_id(storage: JsonObject) -> str | None:
    """Id of the source of a version; each kind of source is in another property."""
    whole, disk = part(storage, "source"), part(storage, "osDiskImage", "source")
    candidates = (
        whole.get("id"),
        whole.get("virtualMachineId"),
        whole.get("communityGalleryImageId"),
        disk.get("uri"),
        disk.get("id"),
        disk.get("storageAccountId"),
    )
    return next((found for candidate in candidates if (found := text(candidate))), None)


def _replicas(profile: JsonObject) -> tuple[ObservedReplica, ...]:
    """The target regions that have a replica, each once: the entry with most, if two spellings name one region."""
    found: dict[str, ObservedReplica] = {}
    for target in profile.get("targetRegions") or []:
        replica = _replica(target, profile)
        if replica.replicas > (found[replica.region].replicas if replica.region in found else 0):
            found[replica.region] = replica
    return tuple(found.values())


def _replica(target: JsonObject, profile: JsonObject) -> ObservedReplica:
    """One target region; what it leaves out is taken from the version's own profile."""
    counts = (number(target.get("regionalReplicaCount")), number(profile.get("replicaCount")), 1)
    return ObservedReplica(
        region=region(str(target["name"])),
        replicas=next(count for count in counts if count is not None),
        storage_account_type=text(target.get("storageAccountType"))
        or text(profile.get("storageAccountType"))
        or "Standard_LRS",
        exclude_from_latest=bool(target.get("excludeFromLatest") or profile.get("excludeFromLatest")),
    )
