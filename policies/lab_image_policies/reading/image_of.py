"""The image that a resource declares, whatever declares it."""

from __future__ import annotations

from collections.abc import Iterator

from lab_image_policies.messages import message, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version, text_or
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.reading.from_component import image_of_component
from lab_image_policies.reading.from_raw_resource import image_of_definition, image_of_version
from lab_image_policies.rules import is_for_lab_services
from lab_image_policies.violation import Violation

WITH_VERSIONS = frozenset({ResourceKind.LAB_IMAGE, ResourceKind.VERSION})
"""Kinds of resources that tell of versions."""
WITH_DEFINITION = frozenset({ResourceKind.LAB_IMAGE, ResourceKind.DEFINITION})
"""Kinds of resources that tell of an image definition."""

_READERS = {
    ResourceKind.LAB_IMAGE: image_of_component,
    ResourceKind.DEFINITION: image_of_definition,
    ResourceKind.VERSION: image_of_version,
    ResourceKind.DEFINITION_OF_COMPONENT: image_of_definition,
    ResourceKind.VERSION_OF_COMPONENT: image_of_version,
}


def image_of(resource: Resource) -> Image:
    """The image of a resource of one of the kinds above."""
    return _READERS[resource.kind](resource)


def image_name(resource: Resource) -> str:
    """The name of the image alone, without reading the rest."""
    key = "image" if resource.kind is ResourceKind.LAB_IMAGE else "galleryImageName"
    return text_or(resource.properties.get(key), resource.name)


def image_for_labs(resource: Resource) -> Image | None:
    """The image of a resource, unless it is not meant for Lab Services."""
    image = image_of(resource)
    return image if is_for_lab_services(image.consumers) else None


def subject(image: Image, version: Version) -> str:
    """How messages name a version."""
    return f"{shown_text(image.name)} {shown_text(version.number)}"


def unreadable_versions(image: Image) -> Iterator[Violation]:
    """The violation of an image whose versions cannot be read, if so."""
    if not isinstance(image.versions, Fault):
        return
    said = {Fault.UNKNOWN: "are not known yet", Fault.MISSING: "are missing"}.get(image.versions, "are not a list")
    text = message(
        shown_text(image.name),
        f"its versions {said}",
        "Nobody can tell whether a teacher would see it, so it is refused",
        "Use the LabImage component of this program in its current form; an older or another one passes other inputs",
    )
    yield Violation(image.name, text)
