"""The image of a resource of any kind that declares one."""

from __future__ import annotations

from typing import Final

from lab_image_policies.messages import number_text, shown_text
from lab_image_policies.model.image import Image
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.reading.from_child import image_of_child
from lab_image_policies.reading.from_component import image_of_component
from lab_image_policies.reading.from_raw_resource import image_of_definition, image_of_version

WITH_VERSIONS: Final = frozenset({ResourceKind.LAB_IMAGE, ResourceKind.VERSION})
"""Kinds of resources that declare versions."""
DECLARING: Final = WITH_VERSIONS | {ResourceKind.DEFINITION}
"""Kinds of resources that declare an image or a part of it."""


def image_of(resource: Resource, component: Image | None) -> Image | None:
    """The image that a resource declares, by itself or below a component.

    None for a definition or version that is as its component says: the component's own inputs are judged.
    """
    if resource.kind is ResourceKind.LAB_IMAGE:
        return image_of_component(resource)
    if component is not None:
        return image_of_child(resource, component)
    return image_of_definition(resource) if resource.kind is ResourceKind.DEFINITION else image_of_version(resource)


def subject(image: Image, number: str | None) -> str:
    """The name of an image in messages, or of its version with this number."""
    return shown_text(image.name) if number is None else f"{shown_text(image.name)} {number_text(number)}"
