"""The Marketplace images that a lab account or lab plan lists, and which of them its teachers see.

Every page is read: Azure filters the list by display name only, and an image that is offered without being listed in
the configuration is found in the whole list alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from catalog.fields.api_versions import API_VERSIONS
from catalog.stacks.marketplace import ACCOUNT_IMAGES, image_name
from inventory.answer import part, text
from inventory.arm.client import Arm, JsonObject
from inventory.arm.error import ArmError
from plan.observed import ObservedMarketplace, ObservedMarketplaceImage


def look_up_account_images(arm: Arm, account: str) -> ObservedMarketplace:
    """The Marketplace images of a lab account; a refusal is their `failure`."""
    try:
        return marketplace_of(arm.list(f"{account}/galleryImages", API_VERSIONS[ACCOUNT_IMAGES]))
    except ArmError as error:
        return ObservedMarketplace(failure=str(error))


def marketplace_of(answers: Iterable[JsonObject]) -> ObservedMarketplace:
    """The Marketplace images in a list of Lab Services, by name; images of a compute gallery are left out."""
    found = (read_marketplace_image(answer) for answer in answers)
    return ObservedMarketplace({image.name: image for image in found if image is not None})


def read_marketplace_image(answer: JsonObject) -> ObservedMarketplaceImage | None:
    """An image of a list; None if it is none of the Marketplace.

    A lab plan has publisher, offer and sku among the properties, and no `enabledState` until somebody switches the
    image (azure-powershell, recorded). A lab account has them in `imageReference`, `isEnabled`, and `isOverride` for
    an image that somebody has switched (specification of 2018-10-15).
    """
    properties = part(answer, "properties")
    reference = part(properties, "imageReference") or properties
    publisher, offer, sku = (text(reference.get(key)) for key in ("publisher", "offer", "sku"))
    if not (publisher and offer and sku) or text(properties.get("sharedGalleryId")):
        return None
    state = text(properties.get("enabledState"))
    enabled = properties.get("isEnabled")
    offered = state.lower() == "enabled" if state else enabled is True
    return ObservedMarketplaceImage(
        id=str(answer["id"]),
        name=image_name(publisher, offer, sku),
        offered=offered,
        switched=offered or bool(state) or properties.get("isOverride") is True,
    )
