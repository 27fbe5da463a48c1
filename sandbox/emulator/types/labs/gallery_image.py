"""Microsoft.LabServices/labaccounts/galleryimages: the Marketplace images that a lab account offers to teachers."""

from __future__ import annotations

from sandbox.emulator.arm_path import ArmPath
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.types.labs.marketplace import MarketplaceImage, listed_in
from sandbox.emulator.types.resource import Resource
from sandbox.emulator.types.resource_type import Context, ResourceType, WriteRequest

GALLERY_IMAGES = rule(
    "gallery-images",
    "A lab account lists images of the Marketplace, each with its imageReference, whether it is enabled, and whether "
    "somebody has switched it (isOverride).",
    evidence=Evidence.DOCUMENT,
    where="specification of Microsoft.LabServices 2018-10-15, GalleryImages",
)
GALLERY_IMAGE_FIRST = rule(
    "gallery-image-first",
    "A Marketplace image of a lab account is named as in a lab plan, disabled until somebody switches it, and "
    "overridden from then on, also when it is switched off.",
    evidence=Evidence.UNVERIFIED,
    where="the specification of 2018-10-15 says nothing of it; ids are taken from the list, never made up",
    question="a Marketplace image of a lab account that nobody switched is not offered",
)
GALLERY_IMAGE_SWITCH = rule(
    "gallery-image-switch",
    "PUT and PATCH switch an image of a lab account by isEnabled, done when it is answered.",
    evidence=Evidence.DOCUMENT,
    where="specification of Microsoft.LabServices 2018-10-15, GalleryImages; a PUT that makes an image and DELETE, of "
    "which it does not say what they do, are refused here",
)


class GalleryImage(ResourceType):
    """A Marketplace image of a lab account: worked out from the list, but for its state."""

    type = "Microsoft.LabServices/labaccounts/galleryimages"
    api_versions = ("2018-10-15",)
    tracked = False
    methods = ("GET", "HEAD", "PUT", "PATCH")

    @GALLERY_IMAGE_SWITCH.applies
    def check(self, write: WriteRequest) -> None:
        """Refuse a new image and a bad state."""
        if write.existing is None:
            raise GALLERY_IMAGE_SWITCH.unknown_answer(
                f"The image '{write.path.name}' was not found in lab account '{write.path.names[0]}'. Images cannot be "
                "created."
            )
        if not isinstance(write.properties.get("isEnabled"), bool):
            raise GALLERY_IMAGE_SWITCH.unknown_answer("'properties.isEnabled' is true or false.")

    def properties(self, write: WriteRequest) -> Json:
        """Return what was there, with the state that was sent: nothing else can be written."""
        there = write.existing.properties if write.existing else {}
        return dict(there) | {"isEnabled": write.properties["isEnabled"], "isOverride": True}

    def found(self, path: ArmPath, context: Context) -> Resource | None:
        """Return an image by its path."""
        return next((image for image in self._images(path.container, context) if image.path.key == path.key), None)

    def listed(self, path: ArmPath, context: Context) -> list[Json]:
        """Return every image, offered or not."""
        return [self.show(image, context) for image in self._images(path.container, context)]

    @GALLERY_IMAGES.applies
    @GALLERY_IMAGE_FIRST.applies
    def _images(self, account_key: str, context: Context) -> list[Resource]:
        account = context.state.get(account_key)
        if account is None:
            return []
        kept = {image.path.key: image for image in context.state.of_type(self.type, container=account_key)}
        return [_image(account.path, image, kept) for image in listed_in(account).values()]


def _image(account: ArmPath, image: MarketplaceImage, kept: dict[str, Resource]) -> Resource:
    path = account.child("galleryimages", image.name)
    there = kept.get(path.key)
    properties: Json = {
        "author": image.publisher,
        "description": image.display_name,
        "imageReference": image.reference | {"osType": image.os_type},
        "isEnabled": bool(there and there.properties["isEnabled"]),
        "isOverride": there is not None,
    }
    return Resource(path, {"properties": properties}, dict(there.hidden) if there else {})
