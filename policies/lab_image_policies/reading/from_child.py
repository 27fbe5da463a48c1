"""Definitions and versions below the component: their own inputs, with what only the component knows."""

from __future__ import annotations

from dataclasses import replace

from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import NO_NUMBER, Image, Version
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.reading.from_raw_resource import image_of_definition, image_of_version, visible_data_disks
from lab_image_policies.rules import canonical, may_be_excluded, number


def image_of_child(resource: Resource, component: Image) -> Image | None:
    """The image of a definition or version below the component `component`; None if it is as the component says.

    Sizes, data disks of the source and consumers come from the component's entry. A version that the component does not
    list has none of them.
    """
    if resource.kind is ResourceKind.DEFINITION:
        return _definition(image_of_definition(resource), component)
    return _version(resource, component)


def regions_of(version: Version) -> object:
    """Names and replicas of the target regions, to compare; what is wrong with them if they are unreadable.

    Order and spelling make no difference.
    """
    if isinstance(version.target_regions, Fault):
        return version.target_regions
    return sorted((canonical(region.name), str(number(region.replicas))) for region in version.target_regions)


def exclusions_of(version: Version) -> object:
    """Where a version is excluded from latest, to compare: everywhere, and the regions by name."""
    regions = () if isinstance(version.target_regions, Fault) else version.target_regions
    excluded = sorted(canonical(region.name) for region in regions if may_be_excluded(region.exclude_from_latest))
    return may_be_excluded(version.exclude_from_latest), excluded


def is_raw(image: Image) -> bool:
    """Whether an image is declared without the component."""
    return not image.by_component and image.component is None


def is_unlisted(image: Image, version: Version) -> bool:
    """Whether a version lies below a component that does not list it."""
    if image.component is None:
        return False
    return version.number == NO_NUMBER or image.component.version(version.number) is None


def same_source(one: Version, other: Version) -> bool:
    """Whether a version is made from what its entry says. What was taken over shows no source that could differ."""
    if other.is_existing:
        return True
    return any(isinstance(each, str) for each in one.source_ids & other.source_ids)


def _definition(own: Image, component: Image) -> Image | None:
    if _same_place(own, component) and _folded(own) == _folded(component):
        return None
    return replace(own, consumers=component.consumers, component=component)


def _version(resource: Resource, component: Image) -> Image | None:
    own = image_of_version(resource)
    version = own.readable_versions[0]
    count = visible_data_disks(resource.properties.get("storageProfile"))
    is_listed = _is_named(own, component) and version.number != NO_NUMBER
    entry = component.version(version.number) if is_listed else None
    if entry is None:
        unlisted = replace(version, os_disk_size_gb=None, data_disk_count=count, declared_data_disk_count=None)
        return replace(own, consumers=component.consumers, versions=(unlisted,), component=component)
    merged = replace(
        version,
        source_kind=entry.source_kind,
        os_disk_size_gb=entry.os_disk_size_gb,
        data_disk_count=entry.data_disk_count if count is None else count,
        declared_os_disk_size_gb=entry.declared_os_disk_size_gb,
        declared_data_disk_count=entry.declared_data_disk_count,
    )
    if _same_place(own, component) and _agrees(merged, entry):
        return None
    return replace(own, consumers=component.consumers, versions=(merged,), component=component)


def _agrees(version: Version, entry: Version) -> bool:
    return (
        version.data_disk_count in (0, entry.data_disk_count)
        and exclusions_of(version) == exclusions_of(entry)
        and not version.generation_2
        and not version.edge_zones
        and version.restored in (None, False)
        and regions_of(version) == regions_of(entry)
        and same_source(version, entry)
    )


def _is_named(own: Image, component: Image) -> bool:
    return own.known_name is not None and own.known_name.lower() == component.name.lower()


def _same_place(own: Image, component: Image) -> bool:
    """Whether name and location are the component's. Without a location Azure takes that of the resource group."""
    home = own.home_region
    return _is_named(own, component) and (home is None or canonical(home) == canonical(component.home_region))


def _folded(image: Image) -> dict[str, object]:
    """The definition to compare: without case, and with what the component leaves out because Azure takes it anyway."""
    given = image.definition or {}
    definition = {key: value for key, value in given.items() if value is not None}
    definition = {"architecture": "x64", "securityType": "Standard", **definition}
    return {key: value.lower() if isinstance(value, str) else value for key, value in definition.items()}
