"""Microsoft.LabServices/labPlans/images: the images that a lab plan offers to teachers, each switched on or off."""

from __future__ import annotations

from sandbox.emulator.arm_path import ArmPath
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.types.compute.image_version import copies_of
from sandbox.emulator.types.labs.lab_plan import LabPlan, system_data
from sandbox.emulator.types.labs.shared_image import STATES, offered_images
from sandbox.emulator.types.resource import Resource
from sandbox.emulator.types.resource_type import Context, ResourceType, WriteRequest, check_value

PLAN_IMAGES = rule(
    "plan-images",
    "A lab plan has an image for each definition of its gallery that Lab Services can show, in the plan's region; it "
    "goes with its definition, and when the gallery is taken off.",
    evidence=Evidence.DOCUMENT,
    where="Azure Lab Services, attach or detach an Azure Compute Gallery (lab plans); that the image has the name of "
    "its definition, comes at once, and that the rules of lab accounts hold, is UNVERIFIED",
    question="an image of a lab plan's gallery is named as its definition",
)
PLAN_IMAGE_OFF = rule(
    "plan-image-off",
    "Images of a gallery start Disabled in a lab plan.",
    evidence=Evidence.DOCUMENT,
    where="Azure Lab Services, attach or detach an Azure Compute Gallery (lab plans, 2023); in 2021 it said enabled",
)
PLAN_IMAGE_NOT_MADE = rule(
    "plan-image-not-made",
    "PUT and PATCH change the state of an image that is there; neither makes one, and none can be deleted.",
    evidence=Evidence.DOCUMENT,
    where="OpenAPI of Azure Lab Services, Images, which has neither",
)
PLAN_IMAGE_SHOWN = rule(
    "plan-image-shown",
    "An image shows properties of its definition and latest version, and the definition's id as sharedGalleryId.",
    evidence=Evidence.EXAMPLE,
    where="listImages, getImage, patchImage, putImage",
)


class PlanImage(ResourceType):
    """An image of a lab plan: worked out from the plan's gallery, but for its state and what the seed put there."""

    type = "Microsoft.LabServices/labPlans/images"
    api_versions = LabPlan.api_versions
    tracked = False
    methods = ("GET", "HEAD", "PUT", "PATCH")

    def check(self, write: WriteRequest) -> None:
        """Refuse a new image and a bad state."""
        if write.existing is None:
            raise PLAN_IMAGE_NOT_MADE.unknown_answer(
                f"The image '{write.path.name}' was not found in lab plan '{write.path.names[0]}'. Images "
                "cannot be created."
            )
        check_value(write.properties.get("enabledState"), STATES, "properties.enabledState", required=True)

    def properties(self, write: WriteRequest) -> Json:
        """Return what was there, with the state that was sent: nothing else can be written."""
        there = write.existing.properties if write.existing else {}
        return dict(there) | {"enabledState": write.properties["enabledState"]}

    def show(self, resource: Resource, context: Context) -> Json:
        """Return the image with its system data."""
        return super().show(resource, context) | {"systemData": system_data(resource, context)}

    def found(self, path: ArmPath, context: Context) -> Resource | None:
        """Return an image by its path."""
        return next((image for image in self._images(path.container, context) if image.path.key == path.key), None)

    def listed(self, path: ArmPath, context: Context) -> list[Json]:
        """Return every image."""
        return [self.show(image, context) for image in self._images(path.container, context)]

    @PLAN_IMAGES.applies
    def _images(self, plan_key: str, context: Context) -> list[Resource]:
        plan = context.state.get(plan_key)
        if plan is None:
            return []
        kept = {image.path.key: image for image in context.state.of_type(self.type, container=plan_key)}
        images = [image for image in kept.values() if image.hidden.get("seeded")]
        gallery = context.state.find(plan.properties.get("sharedGalleryId"))
        for definition, version in offered_images(gallery.path.key, plan.location, context) if gallery else ():
            path = plan.path.child("images", definition.path.name)
            images.append(_image(path, definition, version, kept.get(path.key), context.now))
        return images


@PLAN_IMAGE_OFF.applies
@PLAN_IMAGE_SHOWN.applies
def _image(path: ArmPath, definition: Resource, version: Resource, kept: Resource | None, now: float) -> Resource:
    properties: Json = {
        "displayName": definition.path.name,
        "description": definition.properties.get("description"),
        "osType": definition.properties["osType"],
        "osState": definition.properties["osState"],
        "offer": None,
        "publisher": None,
        "sku": None,
        "version": None,
        "sharedGalleryId": definition.id,
        "availableRegions": [copy.region for copy in copies_of(version) if copy.state(now) == "Completed"],
        "enabledState": kept.properties["enabledState"] if kept else "Disabled",
    }
    return Resource(path, {"properties": properties}, dict(kept.hidden) if kept else {})
