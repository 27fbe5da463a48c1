"""The sources of versions: their size, disks, operating system and region."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from catalog.fields.api_versions import API_VERSIONS
from catalog.images.source import KINDS
from inventory.answer import number, part, purchase_plan, region, text
from inventory.arm.client import Arm, JsonObject
from inventory.arm.error import NO_OBJECT_OR_GROUP, ArmError, ErrorKind
from inventory.arm.pipeline import THREADS
from inventory.gallery import GALLERIES, read_version, security_type_of
from inventory.side_by_side import affects_everything, found, side_by_side
from plan.observed import SUCCEEDED, Observed, ObservedSource, Unseen
from plan.take_over import USABLE


@dataclass(frozen=True, slots=True)
class _Reading:
    """A source as its own answer describes it, and the id of the object that describes the rest.

    Without `needed` the source is good enough if that object cannot be read.
    """

    source: ObservedSource
    follow: str | None = None
    needed: bool = True


_UNSEEN: Mapping[ErrorKind, Unseen] = {
    ErrorKind.OTHER_TENANT: "tenant",
    ErrorKind.NO_SUBSCRIPTION: "subscription",
    ErrorKind.FORBIDDEN: "forbidden",
}
"""Failures that the other sources of the subscription are likely to have too."""
LISTED_FROM: Final = 2 * THREADS + 1
"""From how many sources of one type and resource group on their list is asked for: when one by one takes a third round.

Measured with answers that take 0.2 s and Azure's limit of reads (250, and 25 more a second; "Understand how Azure
Resource Manager throttles requests"): 300 snapshots one by one take 4.7 s, in a list of 100 a page 1.1 s; 1000 take
31.6 s, with 178 requests throttled, and 4.0 s. The pages of a list come one after the other and have what else is in
the group, so a list is given up when it takes longer than one by one does without throttling.
"""
_LISTED: Final = frozenset({"snapshot", "disk", "managed_image"})
"""Kinds whose list has what a single answer has. A list of VMs lacks their instance view."""


def look_up_sources(arm: Arm, pool: Executor, wanted: Iterable[tuple[str, str]], home: str) -> Observed:
    """The sources of `wanted` (kind, id), each asked once, and the failures that concern more than one of them.

    Kinds that Azure Resource Manager cannot describe, such as a VHD, are left out. That `home`, the gallery's
    subscription, cannot be seen is in the failures only; another one is a failure of its sources.

    A VM or managed image without its size in the answer is followed to its OS disk or snapshot, a gallery version to
    its definition.
    """
    kinds = {source_id.lower(): (kind, source_id) for kind, source_id in wanted if kind in _READERS}
    listed = _listed(arm, pool, kinds)
    answers = side_by_side(pool, {key: partial(_ask, arm, *kinds[key], listed.get(key)) for key in kinds})
    follows = {
        answer.follow.lower(): answer.follow
        for answer in answers.values()
        if isinstance(answer, _Reading) and answer.follow
    }
    others = side_by_side(pool, {key: partial(_follow, arm, follows[key]) for key in follows})
    sources: dict[str, ObservedSource] = {}
    failures: list[str] = []
    for key, answer in answers.items():
        source = _completed(answer, others) if isinstance(answer, _Reading) else answer
        if not isinstance(source, ArmError):
            sources[key] = source
        elif affects_everything(source, kinds[key][1], home):
            failures.append(str(source))
        else:
            missing, unseen = source.kind in NO_OBJECT_OR_GROUP, _UNSEEN.get(source.kind)
            # To sign in elsewhere would hide the gallery: the plan says what to do about a source out of sight.
            failure = source.cause if unseen in {"tenant", "subscription"} else str(source)
            sources[key] = ObservedSource(kinds[key][1], failure=failure, missing=missing, unseen=unseen)
    return Observed(sources=sources, failures=tuple(failures))


def _listed(arm: Arm, pool: Executor, kinds: Mapping[str, tuple[str, str]]) -> dict[str, JsonObject]:
    """Answers about sources (by id in lower case) that are in a list, where few requests for lists replace many.

    A list that ends with an error, is long, or lacks a source or what is to be known of it leaves those to be asked one
    by one, so that what is known of each, and why not, does not depend on how it was asked.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for key, (kind, source_id) in kinds.items():
        if kind in _LISTED:
            groups.setdefault(key.rpartition("/")[0], []).append((kind, source_id))
    questions = {
        group: partial(_list, arm, *members[0], len(members) // THREADS)
        for group, members in groups.items()
        if len(members) >= LISTED_FROM
    }
    lists = found(side_by_side(pool, questions))
    return {f"{group}/{item.get('name')}".lower(): item for group, items in lists.items() for item in items}


def _list(arm: Arm, kind: str, source_id: str, most_pages: int) -> list[JsonObject]:
    """Everything beside a source, of its type. Raises ArmError."""
    return arm.list(source_id.rpartition("/")[0], API_VERSIONS[KINDS[kind].type], most_pages=most_pages)


def _ask(arm: Arm, kind: str, source_id: str, listed: JsonObject | None = None) -> _Reading:
    if listed is not None and text(listed.get("location")):
        reading = _READERS[kind](source_id, listed)
        if reading.follow is not None or reading.source.os_disk_size_gb is not None:
            return reading
    answer = arm.get(source_id, API_VERSIONS[KINDS[kind].type], expand="instanceView" if kind == "vm" else None)
    return _Reading(_absent(source_id)) if answer is None else _READERS[kind](source_id, answer)


def _follow(arm: Arm, other_id: str) -> ObservedSource:
    """The disk, snapshot or image definition `other_id`, as far as it describes the source that refers to it."""
    if "/galleries/" not in other_id.lower():
        return _ask(arm, "disk", other_id).source
    answer = arm.get(other_id, GALLERIES)
    return _absent(other_id) if answer is None else _read_system(other_id, part(answer, "properties"))


def _completed(reading: _Reading, others: Mapping[str, ObservedSource | ArmError]) -> ObservedSource | ArmError:
    """The source, with what its own answer lacks taken from the object that it refers to."""
    source = reading.source
    if reading.follow is None:
        return source
    other = others[reading.follow.lower()]
    if not reading.needed and (isinstance(other, ArmError) or other.failure is not None):
        return source
    if isinstance(other, ArmError):
        return other
    if other.failure is not None:
        return ObservedSource(source.id, failure=f"it refers to {other.id}, and {other.failure}", missing=other.missing)
    return replace(
        source,
        os_type=source.os_type or other.os_type,
        os_state=source.os_state or other.os_state,
        hyper_v_generation=source.hyper_v_generation or other.hyper_v_generation,
        architecture=source.architecture or other.architecture,
        security_type=source.security_type or other.security_type,
        os_disk_size_gb=other.os_disk_size_gb if source.os_disk_size_gb is None else source.os_disk_size_gb,
        purchase_plan=source.purchase_plan or other.purchase_plan,
    )


def _absent(object_id: str) -> ObservedSource:
    return ObservedSource(object_id, failure="Azure has no such object", missing=True)


def _read_disk(disk_id: str, answer: JsonObject) -> _Reading:
    """A disk or snapshot: exactly one disk. Its answer lacks the state of the operating system."""
    properties = part(answer, "properties")
    source = replace(
        _read_system(disk_id, properties),
        region=region(str(answer["location"])),
        os_disk_size_gb=number(properties.get("diskSizeGB")),
        data_disk_count=0,
    )
    return _Reading(source)


def _read_vm(vm_id: str, answer: JsonObject) -> _Reading:
    """A virtual machine: Specialized unless it is marked as generalized."""
    instance = part(answer, "properties", "instanceView")
    codes = {str(status.get("code", "")).lower() for status in instance.get("statuses") or []}
    reading = _read_managed_image(vm_id, answer)
    generation = text(instance.get("hyperVGeneration"))
    source = replace(
        reading.source,
        os_state="Generalized" if "osstate/generalized" in codes else "Specialized",
        hyper_v_generation=generation,
        security_type=_security(part(answer, "properties", "securityProfile")),
        purchase_plan=purchase_plan(part(answer, "plan")),
    )
    if reading.follow is not None or generation is not None:
        return replace(reading, source=source)
    # Its disk tells the generation too.
    return _Reading(source, _disk_of(part(answer, "properties", "storageProfile", "osDisk")), needed=False)


def _read_managed_image(image_id: str, answer: JsonObject) -> _Reading:
    properties = part(answer, "properties")
    storage = part(properties, "storageProfile")
    os_disk = part(storage, "osDisk")
    size = number(os_disk.get("diskSizeGB"))
    source = ObservedSource(
        id=image_id,
        region=region(str(answer["location"])),
        os_type=text(os_disk.get("osType")),
        os_state=text(os_disk.get("osState")),
        hyper_v_generation=text(properties.get("hyperVGeneration")),
        os_disk_size_gb=size,
        data_disk_count=len(storage.get("dataDisks") or []),
    )
    return _Reading(source, _disk_of(os_disk) if size is None else None)


def _read_gallery_version(version_id: str, answer: JsonObject) -> _Reading:
    """A version of a gallery; its definition describes the operating system."""
    version = read_version(answer)
    state = version.provisioning_state or SUCCEEDED
    if state not in USABLE:
        failure = f"its own publishing has not succeeded (its state is {state})"
        return _Reading(ObservedSource(version_id, failure=failure, missing=True, unfinished=True))
    source = ObservedSource(
        id=version_id,
        region=version.location,
        replica_regions=tuple(replica.region for replica in version.replicas),
        os_disk_size_gb=version.os_disk_size_gb,
        data_disk_count=version.data_disk_count,
    )
    definition, _, _ = version_id.rstrip("/").rpartition("/versions/")
    return _Reading(source, definition or None)


def _read_system(object_id: str, properties: JsonObject) -> ObservedSource:
    """The operating system that a disk, snapshot or image definition names.

    A definition has architecture and security type in other places than a disk. Source: Microsoft's examples Disk_Get
    and GalleryImage_Get, and the reference of disks for `supportedCapabilities`.
    """
    capabilities = part(properties, "supportedCapabilities")
    return ObservedSource(
        id=object_id,
        os_type=text(properties.get("osType")),
        os_state=text(properties.get("osState")),
        hyper_v_generation=text(properties.get("hyperVGeneration")),
        architecture=text(properties.get("architecture")) or text(capabilities.get("architecture")),
        security_type=security_type_of(properties) or _security(part(properties, "securityProfile")),
        purchase_plan=purchase_plan(part(properties, "purchasePlan")),
    )


def _security(profile: JsonObject) -> str | None:
    """The security type of a disk or VM; a disk of a confidential VM also says how it is encrypted."""
    found = text(profile.get("securityType"))
    return "ConfidentialVM" if found and found.startswith("ConfidentialVM") else found


def _disk_of(os_disk: JsonObject) -> str | None:
    """Id of the disk or snapshot under a VM or managed image; some answers leave out its first slash."""
    found = text(part(os_disk, "managedDisk").get("id")) or text(part(os_disk, "snapshot").get("id"))
    return f"/{found.lstrip('/')}" if found else None


_READERS: Mapping[str, Callable[[str, JsonObject], _Reading]] = {
    "snapshot": _read_disk,
    "disk": _read_disk,
    "vm": _read_vm,
    "managed_image": _read_managed_image,
    "gallery_version": _read_gallery_version,
}
"""The kinds of source that Azure Resource Manager describes."""
