"""Images as the component of this program declares them."""

from __future__ import annotations

from lab_image_policies.messages import number_text, shown_text
from lab_image_policies.model.image import (
    EXTERNAL,
    NO_NUMBER,
    Image,
    TargetRegion,
    Version,
    each_of,
    ids_of,
    key_of,
    mapping,
    text_or,
)
from lab_image_policies.model.resource import Resource
from lab_image_policies.translation import _

_DEFINITION_KEYS = ("osType", "osState", "hyperVGeneration", "architecture", "securityType")


def image_of_component(resource: Resource) -> Image:
    """The image that a `LabImage` component declares, of whatever shape its inputs are."""
    inputs = resource.properties
    name = text_or(inputs.get("image"), resource.name)
    return Image(
        name=name,
        place=_("images.{image} in the catalogue", image=shown_text(name)),
        consumers=inputs.get("consumers"),
        home_region=inputs.get("homeRegion"),
        definition={key: inputs.get(key) for key in _DEFINITION_KEYS},
        versions=each_of(inputs.get("versions"), lambda entry: _version(name, entry)),
        by_component=True,
        newest_usable=inputs.get("newestUsableVersion"),
        known_name=text_or(inputs.get("image"), "") or None,
        purchase_plan=inputs.get("purchasePlan"),
        is_external=inputs.get("external") is True,
        unfinished=inputs.get("unfinishedVersion"),
    )


def _version(image: str, entry: object) -> Version:
    values = mapping(entry)
    source = values.get("source")
    number = text_or(values.get("version"), NO_NUMBER)
    names = {"image": shown_text(image), "number": number_text(number)}
    place = _("images.{image}.versions.{number} in the catalogue", **names)
    if key_of(source, "kind") == EXTERNAL:
        place = _("{image} {number} where it is published", **names)
    return Version(
        number=number,
        place=place,
        source_kind=key_of(source, "kind"),
        os_disk_size_gb=values.get("osDiskSizeGb"),
        data_disk_count=values.get("dataDiskCount"),
        declared_os_disk_size_gb=values.get("declaredOsDiskSizeGb"),
        declared_data_disk_count=values.get("declaredDataDiskCount"),
        target_regions=each_of(values.get("targetRegions"), _region),
        exclude_from_latest=values.get("excludeFromLatest"),
        end_of_life=values.get("endOfLife"),
        source_ids=ids_of([key_of(source, "id")]),
    )


def _region(entry: object) -> TargetRegion:
    return TargetRegion(key_of(entry, "name"), key_of(entry, "replicas"), key_of(entry, "excludeFromLatest"))
