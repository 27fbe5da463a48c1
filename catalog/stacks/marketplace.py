"""The Marketplace images that labs offer besides those of the gallery: the configuration key `marketplaceImages`."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator

from catalog.fields.fields import CatalogueModel, checked_text
from catalog.files.diagnostic import shown
from catalog.files.field_error import each_once
from catalog.stacks.attachment import LAB_ACCOUNT

ACCOUNT_IMAGES: Final = f"{LAB_ACCOUNT.type}/galleryImages"
"""The type of a Marketplace image in a lab account, with an api-version of its own."""
_PART: Final = re.compile(r"[\w.-]{1,128}", re.ASCII)


def _part_problem(text: str) -> str | None:
    if _PART.fullmatch(text):
        return None
    return (
        f"{shown(text)} is no part of a Marketplace image's name: 1 to 128 letters, digits, - _ and full stops, as "
        "`az vm image list --all` shows them"
    )


_Part = Annotated[str, checked_text(_part_problem)]


class MarketplaceImage(CatalogueModel):
    """An image of the Azure Marketplace, whatever its version: labs take the latest one."""

    publisher: _Part
    offer: _Part
    sku: _Part

    @property
    def name(self) -> str:
        """`publisher.offer.sku` in lower case: how lab plans name their images, and what images are compared by."""
        return image_name(self.publisher, self.offer, self.sku)


def image_name(publisher: str, offer: str, sku: str) -> str:
    """The name of a Marketplace image in a lab plan. Source: azure-powershell, Get-AzLabServicesPlanImage, recorded."""
    return f"{publisher}.{offer}.{sku}".lower()


EACH_IMAGE_ONCE: Final = AfterValidator(
    each_once(lambda image: image.name, "entry {} is the same Marketplace image as entry {}; keep one")
)
"""A validator of `marketplaceImages`."""
