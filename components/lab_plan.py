"""A lab plan that uses the gallery, and which of the images its teachers see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi import ComponentResource, Output, Resource, ResourceOptions

from catalog.fields.api_versions import API_VERSIONS
from catalog.stacks.settings import LAB_PLAN
from components.arm_object import ArmObject, ArmOptions
from components.azure_resource import AzureResource
from components.gallery import GalleryFirst
from components.image_regions import image_regions
from components.lab_image import LabImage, republished
from plan.lab_services_limits import OS_DISK_LIMIT_GB
from plan.planned import Plan, PlannedLabPlan, PlannedPlanImage

NAME = "lab-plan"
NO_PLAN = "the lab plan was there a moment ago: see who deleted it, or take it out of labPlanId"
NOT_SHOWN = (
    f"Lab Services lists an image in a lab plan only when its OS disk is below {OS_DISK_LIMIT_GB} GB, it has one disk, "
    "and its latest version has a finished replica in the plan's region; mend that, or take enabled_in_plan out of the "
    "image. A new image may take some minutes: then run `pulumi up` again"
)


class LabPlan(ComponentResource):
    """The lab plan of a stack: made here, or an existing one of which only the gallery is set, and given back.

    It owns no image: whether teachers see one is a switch that Lab Services makes, and only its state is written.
    """

    plan_id: Output[str]

    def __init__(
        self,
        lab_plan: PlannedLabPlan,
        plan: Plan,
        gallery: GalleryFirst,
        images: Mapping[str, LabImage],
        opts: ResourceOptions | None = None,
        name: str = NAME,
    ) -> None:
        super().__init__("lab-image-gallery:index:LabPlan", name, _inputs(lab_plan, plan), opts)
        # Lab Services needs its role on the gallery before the gallery is attached, and the gallery must go last.
        first: list[Resource] = [*gallery.made, *gallery.role_assignments, *republished(images.values())]
        declare = self._declared if lab_plan.declared else self._existing
        self.plan: AzureResource | ArmObject = declare(lab_plan, plan, first)
        self.switches = {image.id: self._switch(image, images.get(image.image)) for image in lab_plan.images}
        self.plan_id = self.plan.id
        self.register_outputs({"planId": self.plan_id})

    def _declared(self, lab_plan: PlannedLabPlan, plan: Plan, first: Sequence[Resource]) -> AzureResource:
        return AzureResource(
            "labservices:LabPlan",
            NAME,
            {
                "labPlanName": lab_plan.name,
                "resourceGroupName": lab_plan.resource_group,
                "location": lab_plan.location,
                "allowedRegions": list(lab_plan.lab_regions or ()),
                "sharedGalleryId": plan.gallery.id,
                "supportInfo": dict(lab_plan.support_info) if lab_plan.support_info else None,
                "tags": lab_plan.tags,
            },
            ResourceOptions(
                parent=self,
                depends_on=list(first),
                protect=lab_plan.protect,
                retain_on_delete=lab_plan.protect,
                import_=lab_plan.import_id,
            ),
        )

    def _existing(self, lab_plan: PlannedLabPlan, plan: Plan, first: Sequence[Resource]) -> ArmObject:
        return ArmObject(
            NAME,
            resource_id=lab_plan.id,
            api_version=API_VERSIONS[LAB_PLAN],
            body={"sharedGalleryId": plan.gallery.id},
            options=ArmOptions(update_only=True, when_absent=NO_PLAN, given_back=("sharedGalleryId",)),
            opts=ResourceOptions(parent=self, depends_on=list(first)),
        )

    def _switch(self, switch: PlannedPlanImage, image: LabImage | None) -> ArmObject:
        versions = image.image_versions.values() if image else ()  # else the program has waited for them
        return ArmObject(
            f"{NAME}:{switch.image}",
            resource_id=switch.id,
            api_version=API_VERSIONS[LAB_PLAN],
            body={"enabledState": "Enabled" if switch.enabled else "Disabled"},
            options=ArmOptions(update_only=True, when_absent=NOT_SHOWN),
            # The switch appears when the gallery is attached and a version is replicated.
            opts=ResourceOptions(parent=self, depends_on=[self.plan, *versions]),
        )


def _inputs(lab_plan: PlannedLabPlan, plan: Plan) -> dict[str, Any]:
    """What policies see. An existing plan of unknown regions has no `labRegions`."""
    return {
        "labRegions": list(lab_plan.lab_regions) if lab_plan.lab_regions else None,
        "galleryLocation": plan.gallery.location,
        "imageRegions": image_regions(plan),
        "location": lab_plan.location,
    }
