"""The gallery attached to an existing lab of Azure DevTest Labs, so that its users can make machines of the images."""

from __future__ import annotations

from pulumi import ComponentResource, Output, ResourceOptions

from catalog.fields.api_versions import API_VERSIONS
from catalog.stacks.settings import DEVTEST_LAB
from components.arm_object import ArmObject, ArmOptions
from components.gallery import Gallery
from plan.planned import Plan, PlannedDevTestAttachment


class DevTestAttachment(ComponentResource):
    """One lab's attachment. The lab itself is not declared.

    It offers every image of the gallery until its owner chooses some, which is left alone.
    """

    attachment_id: Output[str]

    def __init__(
        self, attachment: PlannedDevTestAttachment, plan: Plan, gallery: Gallery, opts: ResourceOptions | None = None
    ) -> None:
        name = f"devtest:{attachment.key}"
        inputs = {"labLocation": attachment.location, "galleryLocation": plan.gallery.location}
        super().__init__("lab-image-gallery:index:DevTestAttachment", name, inputs, opts)
        self.attachment = ArmObject(
            name,
            resource_id=attachment.id,
            api_version=API_VERSIONS[DEVTEST_LAB],
            body={"galleryId": plan.gallery.id},
            options=ArmOptions(location=attachment.location, initial={"allowAllImages": "Enabled"}),
            opts=ResourceOptions(parent=self, depends_on=[gallery.gallery]),
        )
        self.attachment_id = self.attachment.id
        self.register_outputs({"attachmentId": self.attachment_id})
