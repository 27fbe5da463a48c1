"""What a version is made from, as far as it is in the same stack: disks, snapshots, images, machines, versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import count_of, ids_of, key_of, mapping
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import SOURCES, ResourceKind
from lab_image_policies.reading.from_raw_resource import image_of_version, number_in, source_ids
from lab_image_policies.rules import number, plain_number

# The properties that name what a resource is made from, those of azure-native and those of azurerm.
_FROM: Final = ("storageProfile", "creationData", "sourceVirtualMachine")
_CLASSIC_OS_DISKS: Final = ("osDisk", "storageOsDisk")
_CLASSIC_IDS: Final = ("sourceUri", "sourceResourceId", "sourceVirtualMachineId", "sourceImageId", "osManagedDiskId")
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
_IMAGE: Final = re.compile(r"/galleries/[^/]+/images/([^/]+)/?\Z")
_GROUP: Final = re.compile(r"/resourcegroups/([^/]+)/")
_GALLERY: Final = re.compile(r"/microsoft\.compute/galleries/([^/]+)/")
_OF_ONE_DISK: Final = frozenset({ResourceKind.DISK, ResourceKind.SNAPSHOT})


class Source(NamedTuple):
    """What a version is made from; `with_data_disks` is true if its data disks become those of the version."""

    resource: Resource
    with_data_disks: bool


class _Placed(NamedTuple):
    """A resource with its resource group and gallery in lower case; None for one that is not known."""

    resource: Resource
    group: str | None
    gallery: str | None


_Named = dict[tuple[ResourceKind, str], list[_Placed]]


def sources_of(version: Resource, named: _Named) -> list[Source]:
    """Everything in the stack that a version is made from, nearest first, through any number of steps."""
    found: dict[str, Source] = {}
    open_ends = [Source(version, with_data_disks=True)]
    while open_ends:
        made, with_data_disks = open_ends.pop(0)
        with_data_disks = with_data_disks and made.kind not in _OF_ONE_DISK
        for resource in _direct(made, named):
            known = found.get(resource.urn)
            if resource.urn != version.urn and (known is None or (with_data_disks and not known.with_data_disks)):
                found[resource.urn] = Source(resource, with_data_disks)
                open_ends.append(found[resource.urn])
    return list(found.values())


def sources_by_name(stack: Sequence[Resource], inputs: Iterable[Resource]) -> _Named:
    """The possible sources of a stack by kind and name in Azure, in lower case: an id written as text names them."""
    declared = {resource.urn: resource for resource in inputs}
    named: _Named = {}
    for resource in stack:
        if resource.kind not in SOURCES:
            continue
        shown = (declared.get(resource.urn, resource), resource)
        placed = _Placed(resource, _text(shown, "resourceGroupName"), _text(shown, "galleryName"))
        for name in {name.lower() for one in shown for name in _names(one)}:
            named.setdefault((resource.kind, name), []).append(placed)
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
        if not isinstance(identifier, str) or (key := _key(identifier)) is None:
            continue
        for placed in named.get(key, ()):
            if _may_be(placed.group, _GROUP, identifier) and _may_be(placed.gallery, _GALLERY, identifier):
                yield placed.resource


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
    if version is not None and version[2] != "latest":
        return ResourceKind.VERSION, f"{version[1]}/{plain_number(version[2])}"
    image = version or _IMAGE.search(identifier)
    if image is not None:  # the latest version of it, whichever that is
        return ResourceKind.VERSION, image[1]
    last = _LAST.search(identifier)
    kind = _SEGMENTS.get(last[1]) if last else None
    return (kind, last[2]) if kind is not None and last is not None else None


def _may_be(name: str | None, segment: re.Pattern[str], identifier: str) -> bool:
    """Whether an id may lie in a resource group or gallery of this name: unless it names another one."""
    found = segment.search(identifier)
    return name is None or found is None or found[1] == name


def _text(shown: Iterable[Resource], key: str) -> str | None:
    """The first known text of a key, in lower case."""
    values = (one.properties.get(key) for one in shown)
    return next((value.lower() for value in values if isinstance(value, str)), None)


def _names(resource: Resource) -> Iterator[str]:
    """What ids end with that may mean a resource: for a version also its image, whose latest version it may be."""
    if resource.kind is ResourceKind.VERSION:
        image, number = (resource.properties.get(f"galleryImage{part}Name") for part in ("", "Version"))
        if isinstance(image, str) and isinstance(number, str):
            yield from (image, f"{image}/{plain_number(number)}")
        return
    name = resource.properties.get(_NAME_INPUTS[resource.kind]) or resource.properties.get("name")
    if isinstance(name, str):
        yield name
