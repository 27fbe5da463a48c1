"""The gallery attached to an existing lab account, so that its teachers see the images."""

from __future__ import annotations

from typing import Any

from pulumi import ComponentResource, Output, ResourceOptions

from catalog.fields.api_versions import API_VERSIONS
from catalog.stacks.settings import LAB_ACCOUNT
from components.arm_object import ArmObject
from components.gallery import Gallery
from components.image_regions import image_regions
from plan.planned import Plan, PlannedAttachment


class LabAccountAttachment(ComponentResource):
    """One lab account's attachment. The lab account itself is not declared: new ones can no longer be made."""

    attachment_id: Output[str]

    def __init__(
        self, attachment: PlannedAttachment, plan: Plan, gallery: Gallery, opts: ResourceOptions | None = None
    ) -> None:
        name = f"attachment:{attachment.key}"
        super().__init__("lab-image-gallery:index:LabAccountAttachment", name, _inputs(attachment, plan), opts)
        self.attachment = ArmObject(
            name,
            resource_id=attachment.id,
            api_version=API_VERSIONS[LAB_ACCOUNT],
            body={"galleryId": plan.gallery.id},
            # Lab Services must be let into the gallery before it is told of it, and the gallery must go last.
            opts=ResourceOptions(parent=self, depends_on=[gallery.gallery, *gallery.role_assignments]),
        )
        self.attachment_id = self.attachment.id
        self.register_outputs({"attachmentId": self.attachment_id})


def _inputs(attachment: PlannedAttachment, plan: Plan) -> dict[str, Any]:
    """What policies see. A lab account whose region nobody could tell has no `labRegions`."""
    return {
        "labRegions": [attachment.lab_region] if attachment.lab_region else None,
        "galleryLocation": plan.gallery.location,
        "imageRegions": image_regions(plan),
    }
