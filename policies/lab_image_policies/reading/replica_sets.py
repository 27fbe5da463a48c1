"""The replicas that a stack declares, by every route that shows them, and those that others publish for it."""

from __future__ import annotations

from collections.abc import Iterator

from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import NO_NUMBER, Image, Version, count_of, key_of, listed, text_or
from lab_image_policies.model.replica_set import ReplicaSet
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.policy import PolicyInput
from lab_image_policies.reading.arm_template import MadeImage
from lab_image_policies.reading.consumers_tag import consumers_of
from lab_image_policies.rules import is_for_lab_services, number, plain_number
from lab_image_policies.run_state import RunState, parent_urn

DEFAULT_STORAGE = "Standard_LRS"
"""What Azure takes if neither a target region nor the version names a storage type."""

_Declared = set[tuple[str, str]]
"""Component and number of each version that is declared below a component."""


def replica_sets(given: PolicyInput) -> list[ReplicaSet]:
    """The replicas of every version that the stack declares or that others publish for it.

    What is only read, or goes with this update, has none here. What may make versions and cannot be read is refused by
    image-by-known-route, unless its tags say that no lab uses what it makes: it may cost as much then.
    """
    state = given.run_state
    in_azure = {one.urn: one for one in given.resources if one.kind is ResourceKind.VERSION}
    found: list[ReplicaSet] = []
    declared: _Declared = set()
    for urn, resource in state.declared.items():
        if resource.kind is ResourceKind.VERSION:
            found += _of_version(resource, _entry(state, resource), in_azure.get(urn))
            declared.add((parent_urn(resource), plain_number(_number(resource))))
    for urn, resource in state.declared.items():
        image = state.images.get(urn)
        if resource.kind is ResourceKind.LAB_IMAGE and image is not None:
            found += _of_component(resource, image, declared)
    for urn, made in state.made.items():
        resource = state.declared[urn]
        for one in made:
            if isinstance(one, MadeImage):
                if one.is_version:
                    found.append(ReplicaSet(one.image or resource.name, one.number or NO_NUMBER, unseen=True))
            elif not is_for_lab_services(consumers_of(resource.properties.get("tags"))):
                found.append(ReplicaSet(resource.name, "", unread=True))
    return found


def _of_component(resource: Resource, image: Image, declared: _Declared) -> Iterator[ReplicaSet]:
    """Versions that others publish, which only the component shows, and those that it lists and nothing declares."""
    entries = listed(resource.properties.get("versions"))
    older = listed(_or(resource.properties.get("olderVersions"), []))
    if isinstance(entries, Fault) or isinstance(older, Fault):
        yield ReplicaSet(image.name, NO_NUMBER, unseen=True)
        return
    for entry, version in zip(entries, image.readable_versions, strict=True):
        if version.is_external:
            yield from _of_others(image.name, entry)
        elif (resource.urn, plain_number(version.number)) not in declared:
            yield ReplicaSet(image.name, version.number, unseen=True)
    for entry in older:
        yield from _of_others(image.name, entry)


def _of_others(name: str, entry: object) -> Iterator[ReplicaSet]:
    """A version that others have published, by the component's entry."""
    version = text_or(key_of(entry, "version"), NO_NUMBER)
    size, disks = key_of(entry, "osDiskSizeGb"), key_of(entry, "dataDiskCount")
    targets = listed(_or(key_of(entry, "targetRegions"), []))
    if isinstance(targets, Fault) or not targets:
        yield ReplicaSet(name, version, None, None, 1, size, disks)
        return
    for target in targets:
        region, storage, count = (key_of(target, key) for key in ("name", "storageAccountType", "replicas"))
        yield ReplicaSet(name, version, region, storage, count, size, disks)


def _of_version(resource: Resource, entry: Version | None, in_azure: Resource | None) -> Iterator[ReplicaSet]:
    """The replicas of a version. Of what is declared and what Azure shows of its disks, the larger numbers count."""
    inputs = resource.properties
    size, disks = (entry.os_disk_size_gb, entry.data_disk_count) if entry is not None else (None, None)
    profile = key_of(in_azure.properties, "storageProfile") if in_azure is not None else None
    size = _larger(size, key_of(key_of(profile, "osDiskImage"), "sizeInGB"))
    disks = _larger(disks, count_of(key_of(profile, "dataDiskImages")))
    name, version = text_or(inputs.get("galleryImageName"), resource.name), _number(resource)
    for region, storage_type, count in _targets(inputs.get("publishingProfile"), inputs.get("location")):
        yield ReplicaSet(name, version, region, storage_type, count, size, disks)


def _targets(publishing: object, location: object) -> Iterator[tuple[object, object, object]]:
    """Region, storage type and number of replicas of each set. Without regions Azure takes the version's location.

    Further sets of a region name their own storage type. Extended locations have no price.
    """
    everywhere = _or(key_of(publishing, "replicaCount"), 1)
    storage = _or(key_of(publishing, "storageAccountType"), DEFAULT_STORAGE)
    targets = key_of(publishing, "targetRegions")
    if targets is None or targets == []:
        yield location, storage, everywhere
        targets = []
    entries = listed(targets)
    for entry in (entries,) if isinstance(entries, Fault) else entries:
        name = key_of(entry, "name")
        own = key_of(entry, "storageAccountType"), key_of(entry, "regionalReplicaCount")
        yield name, _or(own[0], storage), _or(own[1], everywhere)
        further = listed(_or(key_of(entry, "additionalReplicaSets"), []))
        for one in (further,) if isinstance(further, Fault) else further:
            yield name, key_of(one, "storageAccountType"), key_of(one, "regionalReplicaCount")
    if key_of(publishing, "targetExtendedLocations") not in (None, []):
        yield Fault.UNKNOWN, None, 1


def _entry(state: RunState, resource: Resource) -> Version | None:
    """A version with its disks as policies of resources judge them; None if nothing says them."""
    image, component = state.images.get(resource.urn), state.component(resource)
    if image is not None:
        return image.readable_versions[0]
    return component.version(_number(resource)) if component is not None else None


def _larger(declared: object, in_azure: object) -> object:
    """The larger one of two numbers; the declared one if the other is none."""
    sizes = number(declared), number(in_azure)
    if isinstance(sizes[1], Fault):
        return declared
    return sizes[1] if isinstance(sizes[0], Fault) else max(sizes[0], sizes[1])


def _number(resource: Resource) -> str:
    return text_or(resource.properties.get("galleryImageVersionName"), NO_NUMBER)


def _or(value: object, otherwise: object) -> object:
    return otherwise if value is None else value
