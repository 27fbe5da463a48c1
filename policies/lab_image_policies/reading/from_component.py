"""Facts of an image that the program's own component declares."""

from __future__ import annotations

from lab_image_policies.messages import shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, TargetRegion, Version, listed, mapping, text_or
from lab_image_policies.model.resource import Resource

_DEFINITION_KEYS = ("osType", "osState", "hyperVGeneration", "architecture", "securityType")


def image_of_component(resource: Resource) -> Image:
    """What a `LabImage` component says about its image; nothing in it is taken for granted."""
    inputs = resource.properties
    name = text_or(inputs.get("image"), resource.name)
    entries = listed(inputs.get("versions"))
    return Image(
        name=name,
        place=f"images.{shown_text(name)} in the catalogue",
        consumers=inputs.get("consumers"),
        home_region=inputs.get("homeRegion"),
        definition={key: inputs.get(key) for key in _DEFINITION_KEYS},
        versions=entries if isinstance(entries, Fault) else tuple(_version(name, entry) for entry in entries),
        all_versions=True,
        by_component=True,
        newest_usable=inputs.get("newestUsableVersion"),
    )


def _version(image: str, entry: object) -> Version:
    values = mapping(entry)
    number = text_or(values.get("version"), "(version without a number)")
    regions = listed(values.get("targetRegions"))
    return Version(
        number=number,
        place=f"images.{shown_text(image)}.versions.{shown_text(number)} in the catalogue",
        source_kind=_source_kind(values.get("source")),
        os_disk_size_gb=values.get("osDiskSizeGb"),
        data_disk_count=values.get("dataDiskCount"),
        declared_os_disk_size_gb=values.get("declaredOsDiskSizeGb"),
        declared_data_disk_count=values.get("declaredDataDiskCount"),
        target_regions=regions if isinstance(regions, Fault) else tuple(_region(region) for region in regions),
        exclude_from_latest=values.get("excludeFromLatest"),
        end_of_life=values.get("endOfLife"),
    )


def _source_kind(source: object) -> object:
    return source if isinstance(source, Fault) else mapping(source).get("kind")


def _region(entry: object) -> TargetRegion:
    values = mapping(entry)
    return TargetRegion(
        name=entry if isinstance(entry, Fault) else values.get("name"),
        replicas=entry if isinstance(entry, Fault) else values.get("replicas"),
        exclude_from_latest=entry if isinstance(entry, Fault) else values.get("excludeFromLatest"),
    )
