"""What a version is made from, as far as it is in the same stack: disks, snapshots, images, machines, versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import count_of, ids_of, key_of, mapping
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import SOURCES, ResourceKind
from lab_image_policies.reading.from_raw_resource import image_of_version, number_in, source_ids
from lab_image_policies.rules import number

_FROM: Final = ("storageProfile", "creationData", "sourceVirtualMachine")
_CLASSIC_OS_DISKS: Final = ("osDisk", "storageOsDisk")
_CLASSIC_IDS: Final = ("sourceUri", "sourceResourceId", "sourceVirtualMachineId", "sourceImageId", "osManagedDiskId")
"""The properties that name what a resource is made from, those of azure-native and those of azurerm."""
_SEGMENTS: Final = {
    "disks": ResourceKind.DISK,
    "snapshots": ResourceKind.SNAPSHOT,
    "images": ResourceKind.MANAGED_IMAGE,
    "virtualmachines": ResourceKind.VIRTUAL_MACHINE,
    "versions": ResourceKind.VERSION,
}
_NAME_INPUTS: Final = {
    ResourceKind.DISK: "diskName",
    ResourceKind.SNAPSHOT: "snapshotName",
    ResourceKind.MANAGED_IMAGE: "imageName",
    ResourceKind.VIRTUAL_MACHINE: "vmName",
}
_LAST: Final = re.compile(r"/([a-z]+)/([^/]+)/?\Z")
_IMAGE_VERSION: Final = re.compile(r"/images/([^/]+)/versions/([^/]+)/?\Z")
_Named = dict[tuple[ResourceKind, str], Resource]


def sources_of(version: Resource, named: _Named) -> list[Resource]:
    """Everything in the stack that a version is made from, nearest first, through any number of steps."""
    found: dict[str, Resource] = {}
    open_ends = [version]
    while open_ends:
        for source in _direct(open_ends.pop(0), named):
            if source.urn not in found and source.urn != version.urn:
                found[source.urn] = source
                open_ends.append(source)
    return list(found.values())


def sources_by_name(stack: Sequence[Resource], inputs: Iterable[Resource]) -> _Named:
    """The possible sources of a stack by kind and name in Azure, in lower case: an id written as text names them."""
    by_urn = {resource.urn: resource for resource in stack if resource.kind in SOURCES}
    named: _Named = {}
    for declared in (*stack, *inputs):
        resource = by_urn.get(declared.urn)
        if resource is not None and isinstance(name := _name(declared), str):
            named[(resource.kind, name.lower())] = resource
    return named


def disks_of(source: Resource) -> tuple[object, object]:
    """OS disk size and number of data disks of a source in the same stack; None for what it does not show."""
    if source.kind in (ResourceKind.DISK, ResourceKind.SNAPSHOT):
        return _size(source.properties), None
    profile = mapping(source.properties.get("storageProfile"))
    if source.kind is ResourceKind.VERSION:
        size, disks = key_of(profile.get("osDiskImage"), "sizeInGB"), profile.get("dataDiskImages")
        if isinstance(number(size), Fault):  # before Azure answers the tag is all that is known
            size = image_of_version(source).readable_versions[0].os_disk_size_gb
    else:
        size = next((size for disk in _os_disks(source) if (size := _size(disk)) is not None), None)
        disks = next((disks for disks in _data_disks(source) if disks is not None), None)
    count = count_of(disks)
    return size, None if isinstance(count, Fault) else count


def _size(disk: object) -> object:
    sizes = (number_in(key_of(disk, key)) for key in ("diskSizeGB", "diskSizeGb", "sizeGb"))
    return next((size for size in sizes if size is not None), None)


def _os_disks(source: Resource) -> tuple[object, ...]:
    profile = source.properties.get("storageProfile")
    return key_of(profile, "osDisk"), *(source.properties.get(key) for key in _CLASSIC_OS_DISKS)


def _data_disks(source: Resource) -> tuple[object, ...]:
    profile = source.properties.get("storageProfile")
    return key_of(profile, "dataDisks"), *(source.properties.get(key) for key in ("dataDisks", "storageDataDisks"))


def _direct(resource: Resource, named: _Named) -> Iterator[Resource]:
    for name in (*_FROM, *_CLASSIC_OS_DISKS, *_CLASSIC_IDS):
        yield from (source for source in resource.feeding.get(name, ()) if source.kind in SOURCES)
    for identifier in _ids(resource):
        key = _key(identifier) if isinstance(identifier, str) else None
        if key in named:
            yield named[key]


def _ids(resource: Resource) -> frozenset[str | Fault]:
    profile, creation = resource.properties.get("storageProfile"), resource.properties.get("creationData")
    disk = key_of(key_of(profile, "osDisk"), "managedDisk")
    further = (
        key_of(creation, "sourceResourceId"),
        key_of(key_of(creation, "imageReference"), "id"),
        key_of(key_of(creation, "galleryImageReference"), "id"),
        key_of(disk, "id"),
        key_of(key_of(key_of(profile, "osDisk"), "snapshot"), "id"),
        key_of(key_of(profile, "imageReference"), "id"),
        key_of(resource.properties.get("sourceVirtualMachine"), "id"),
        *(key_of(resource.properties.get(key), "managedDiskId") for key in _CLASSIC_OS_DISKS),
        *(resource.properties.get(key) for key in _CLASSIC_IDS),
    )
    return source_ids(profile) | ids_of(further)


def _key(identifier: str) -> tuple[ResourceKind, str] | None:
    version = _IMAGE_VERSION.search(identifier)
    if version is not None:
        return ResourceKind.VERSION, f"{version[1]}/{version[2]}"
    last = _LAST.search(identifier)
    kind = _SEGMENTS.get(last[1]) if last else None
    return (kind, last[2]) if kind is not None and last is not None else None


def _name(resource: Resource) -> object:
    if resource.kind is ResourceKind.VERSION:
        image, number = (resource.properties.get(f"galleryImage{part}Name") for part in ("", "Version"))
        return f"{image}/{number}" if isinstance(image, str) and isinstance(number, str) else None
    key = _NAME_INPUTS.get(resource.kind)
    return resource.properties.get(key) or resource.properties.get("name") if key else None
