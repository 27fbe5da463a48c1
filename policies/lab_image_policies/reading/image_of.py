"""The image of a resource of any kind that declares one."""

from __future__ import annotations

from lab_image_policies.messages import shown_text
from lab_image_policies.model.image import Image, text_or
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.reading.from_component import image_of_component
from lab_image_policies.reading.from_raw_resource import image_of_definition, image_of_version

WITH_VERSIONS = frozenset({ResourceKind.LAB_IMAGE, ResourceKind.VERSION})
"""Kinds of resources that declare versions."""
WITH_DEFINITION = frozenset({ResourceKind.LAB_IMAGE, ResourceKind.DEFINITION})
"""Kinds of resources that declare an image definition."""

_READERS = {
    ResourceKind.LAB_IMAGE: image_of_component,
    ResourceKind.DEFINITION: image_of_definition,
    ResourceKind.VERSION: image_of_version,
    ResourceKind.DEFINITION_OF_COMPONENT: image_of_definition,
    ResourceKind.VERSION_OF_COMPONENT: image_of_version,
}


def image_of(resource: Resource) -> Image:
    """The image that a resource declares."""
    return _READERS[resource.kind](resource)


def image_name(resource: Resource) -> str:
    """The name of the image alone, without reading the rest."""
    key = "image" if resource.kind is ResourceKind.LAB_IMAGE else "galleryImageName"
    return text_or(resource.properties.get(key), resource.name)


def subject(image: Image, number: str | None) -> str:
    """The name of an image in messages, or of its version with this number."""
    return shown_text(image.name) if number is None else f"{shown_text(image.name)} {shown_text(number)}"
