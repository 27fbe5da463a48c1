"""Which Marketplace images one lab offers: a switch for each image that the stack decides about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pulumi import ComponentResource, Resource, ResourceOptions

from catalog.fields.api_versions import API_VERSIONS
from catalog.stacks.marketplace import ACCOUNT_IMAGES
from catalog.stacks.settings import LAB_PLAN
from components.arm_object import ArmObject, ArmOptions
from plan.planned import PlannedMarketplace, PlannedMarketplaceImage

NOT_LISTED: Final = (
    "Lab Services lists it no longer: the publisher has withdrawn it; take it out of marketplaceImages, and run "
    "`pulumi up` again"
)


class MarketplaceImages(ComponentResource):
    """The switches of one lab account or lab plan. Lab Services makes and keeps the images: only the state is written.

    Deleting a switch changes nothing in Azure, so what a lab offers stays when the key is removed, and at `destroy`.
    `first` is what the lab waits for, such as a lab plan that the stack makes.
    """

    def __init__(
        self, marketplace: PlannedMarketplace, first: Sequence[Resource], opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("lab-image-gallery:index:MarketplaceImages", marketplace.name, {}, opts)
        own = ResourceOptions(parent=self, depends_on=list(first))
        self.switches = {image.name: _switch(marketplace, image, own) for image in marketplace.images}
        self.register_outputs({})


def _switch(marketplace: PlannedMarketplace, image: PlannedMarketplaceImage, opts: ResourceOptions) -> ArmObject:
    is_plan = marketplace.type == LAB_PLAN
    state = "Enabled" if image.offered else "Disabled"
    return ArmObject(
        f"{marketplace.name}:{image.name}",
        resource_id=image.id,
        api_version=API_VERSIONS[LAB_PLAN if is_plan else ACCOUNT_IMAGES],
        body={"enabledState": state} if is_plan else {"isEnabled": image.offered},
        options=ArmOptions(update_only=True, when_absent=NOT_LISTED),
        opts=opts,
    )
