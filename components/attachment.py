"""The gallery attached to an existing lab, so that those who choose images there see the images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pulumi import Alias, ComponentResource, Output, Resource, ResourceOptions

from components.arm_object import ArmObject, ArmOptions
from components.gallery import GalleryFirst
from components.image_regions import image_regions
from plan.planned import Plan, PlannedAttachment


class Attachment(ComponentResource):
    """One lab's attachment, of the component type that its kind names. The lab itself is not declared.

    It waits for `repeated`, the versions whose publication failed before: while one fails again, nothing is attached.
    `part` is the component's name where a program of others declares it by itself.
    """

    attachment_id: Output[str]

    def __init__(
        self,
        attachment: PlannedAttachment,
        plan: Plan,
        gallery: GalleryFirst,
        opts: ResourceOptions | None = None,
        repeated: Sequence[Resource] = (),
        part: str | None = None,
    ) -> None:
        kind, name = attachment.kind, attachment.name
        # The SDK gives the child, which has the same name, the alias as well.
        own = ResourceOptions(aliases=[Alias(name=attachment.earlier_name)])
        component, inputs = f"lab-image-gallery:index:{kind.component}", _inputs(attachment, plan)
        super().__init__(component, part or name, inputs, ResourceOptions.merge(opts, own))
        location = attachment.region or "" if kind.located else ""
        # Lab Services needs its role on the gallery before it is attached, and the gallery must go last.
        first = [*gallery.made, *(gallery.role_assignments if kind.lab_services else ()), *repeated]
        self.attachment = ArmObject(
            name,
            resource_id=attachment.id,
            api_version=kind.api_version,
            body={"galleryId": plan.gallery.id},
            options=ArmOptions(location=location, initial=kind.initial),
            opts=ResourceOptions(parent=self, depends_on=first),
        )
        self.attachment_id = self.attachment.id
        self.register_outputs({"attachmentId": self.attachment_id})


def _inputs(attachment: PlannedAttachment, plan: Plan) -> dict[str, Any]:
    """What policies see. A lab account of unknown region has no `labRegions`."""
    lab: dict[str, Any] = {"labLocation": attachment.region or ""}
    if attachment.kind.lab_services:
        lab = {
            "labRegions": [attachment.region] if attachment.region else None,
            "imageRegions": image_regions(plan),
        }
    return {**lab, "galleryLocation": plan.gallery.location}
