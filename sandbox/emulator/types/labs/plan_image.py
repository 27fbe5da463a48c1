"""Microsoft.LabServices/labPlans/images: the images that a lab plan offers to teachers, each switched on or off."""

from __future__ import annotations

import re

from sandbox.emulator.arm_path import ArmPath
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.types.compute.image_version import copies_of
from sandbox.emulator.types.labs.lab_plan import LabPlan
from sandbox.emulator.types.labs.marketplace import MARKETPLACE, MarketplaceImage, listed_in
from sandbox.emulator.types.labs.shared_image import STATES, offered_images
from sandbox.emulator.types.resource import Resource
from sandbox.emulator.types.resource_type import Context, ResourceType, WriteRequest, check_value

DISPLAY_NAME_FILTER = re.compile(r"properties/displayName\s+eq\s+'((?:[^']|'')*)'", re.IGNORECASE)

PLAN_IMAGE_FILTER = rule(
    "plan-image-filter",
    "$filter=Properties/DisplayName eq '...' keeps the images of a lab plan with that display name.",
    evidence=Evidence.RECORDED,
    where="azure-powershell, Get-AzLabServicesPlanImage",
)
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
    "An image that nobody switched is disabled in a lab plan and has no enabledState.",
    evidence=Evidence.RECORDED,
    where="azure-powershell, Get-AzLabServicesPlanImage, for images of the Marketplace; that it holds for those of a "
    "gallery is UNVERIFIED: Azure Lab Services' page on galleries of lab plans calls them disabled at first (2023)",
    question="an image of a lab plan's gallery that nobody switched has no state",
)
PLAN_IMAGE_NOT_MADE = rule(
    "plan-image-not-made",
    "PUT and PATCH change the state of an image that is there; neither makes one, and none can be deleted.",
    evidence=Evidence.DOCUMENT,
    where="OpenAPI of Azure Lab Services, Images, which has neither",
)
PLAN_IMAGE_SHOWN = rule(
    "plan-image-shown",
    "An image shows properties of its definition and latest version, and the definition's id as sharedGalleryId; no "
    "system data.",
    evidence=Evidence.EXAMPLE,
    where="listImages, getImage, patchImage, putImage; azure-powershell, Update-AzLabServicesPlanImage, recorded, for "
    "the system data",
)


PLAN_MARKETPLACE = rule(
    "plan-marketplace",
    "A lab plan lists images of the Marketplace, too, named publisher.offer.sku in lower case. Here there are "
    f"{len(MARKETPLACE)} of the thousand, besides marketplaceImages of the seed, or only the images that the seed has "
    "for the plan.",
    evidence=Evidence.RECORDED,
    where="azure-powershell, Get-AzLabServicesPlanImage",
)


class PlanImage(ResourceType):
    """An image of a lab plan: worked out from the plan's gallery, but for its state and what the seed put there."""

    type = "Microsoft.LabServices/labPlans/images"
    api_versions = LabPlan.api_versions
    tracked = False
    page_size = 200
    problem_json = True
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

    def found(self, path: ArmPath, context: Context) -> Resource | None:
        """Return an image by its path."""
        return next((image for image in self._images(path.container, context) if image.path.key == path.key), None)

    @PLAN_IMAGE_FILTER.applies
    def listed(self, path: ArmPath, context: Context) -> list[Json]:
        """Return every image, or those of the display name that is asked for."""
        wanted = DISPLAY_NAME_FILTER.search(context.query.get("$filter", ""))
        images = [self.show(image, context) for image in self._images(path.container, context)]
        name = wanted[1].replace("''", "'") if wanted else None
        return [image for image in images if name is None or image["properties"].get("displayName") == name]

    @PLAN_IMAGES.applies
    def _images(self, plan_key: str, context: Context) -> list[Resource]:
        plan = context.state.get(plan_key)
        if plan is None:
            return []
        kept = {image.path.key: image for image in context.state.of_type(self.type, container=plan_key)}
        images = [image for image in kept.values() if image.hidden.get("seeded")] or [
            _of_marketplace(plan.path, image, kept) for image in listed_in(plan).values()
        ]
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
        **({"enabledState": kept.properties["enabledState"]} if kept else {}),
    }
    return Resource(path, {"properties": properties}, dict(kept.hidden) if kept else {})


@PLAN_MARKETPLACE.applies
def _of_marketplace(plan: ArmPath, image: MarketplaceImage, kept: dict[str, Resource]) -> Resource:
    path = plan.child("images", image.name)
    there = kept.get(path.key)
    properties: Json = {
        "displayName": image.display_name,
        "osType": image.os_type,
        "osState": "Generalized",
        **image.reference,
        "plan": image.sku,
        **({"enabledState": there.properties["enabledState"]} if there else {}),
    }
    return Resource(path, {"properties": properties}, dict(there.hidden) if there else {})
