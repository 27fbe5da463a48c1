"""What labs are made from, by the lab plans that a program declares without the component."""

from __future__ import annotations

from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.reading.arm_id import COMPUTE, read_id

_GALLERY_ID = "sharedGalleryId"


def attaches_gallery(resource: Resource) -> bool:
    """Whether a lab account or lab plan shows images of a gallery: all but a plan without one."""
    return resource.kind is not ResourceKind.PLAIN_LAB_PLAN or resource.properties.get(_GALLERY_ID) not in (None, "")


def may_attach(plan: Resource, gallery: object) -> bool:
    """Whether labs of a plan may be made from images of the gallery of this name: unless its id says another one."""
    given = plan.properties.get(_GALLERY_ID)
    attached = read_id(given) if isinstance(given, str) else None
    name = attached.names[0] if attached is not None and attached.is_of(COMPUTE, "galleries") else None
    return name is None or not isinstance(gallery, str) or name.lower() == gallery.lower()
