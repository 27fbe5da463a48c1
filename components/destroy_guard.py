"""A resource that stops `destroy`, before anything is deleted, while the gallery has images the stack did not make.

It stands for nothing in Azure. It depends on everything else, so the engine deletes it first, and its deletion looks
into the gallery and refuses. The removal of single images does not touch it.

The stack's state stores the provider by reference, as `components.destroy_guard.DestroyGuardProvider`: earlier states
need this module and class under these names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi import ResourceOptions
from pulumi.dynamic import (
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ResourceProvider,
    UpdateResult,
)

from components.dynamic_host import tell_refusals_plainly
from components.gallery import Gallery
from components.own_resource import OwnResource
from inventory.arm.error import ArmError
from plan.destroy import check_destroy
from plan.planned import Plan

Inputs = dict[str, Any]


class DestroyGuardProvider(ResourceProvider):
    """Asks Azure only when it is deleted. Holds nothing: every value is in the resource's own inputs."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:  # noqa: ARG002 - the SDK's signature
        """Prepare the process that this provider runs in."""
        tell_refusals_plainly()

    def diff(self, _id: str, _olds: Inputs, _news: Inputs) -> DiffResult:
        """A changed gallery replaces the guard: the old guard is deleted, or refuses, before the old gallery is."""
        if str(_olds.get("galleryId")).lower() != str(_news.get("galleryId")).lower():
            return DiffResult(changes=True, replaces=["galleryId"], delete_before_replace=True)
        return DiffResult(changes=any(_olds.get(key) != _news.get(key) for key in ("tagName", "tagValue")))

    def create(self, props: Inputs) -> CreateResult:
        """Note which gallery is guarded."""
        return CreateResult(str(props["galleryId"]), dict(props))

    def update(self, _id: str, _olds: Inputs, _news: Inputs) -> UpdateResult:
        """Note the tag of the stack's own images."""
        return UpdateResult(dict(_news))

    def delete(self, _id: str, _props: Inputs) -> None:
        """Raise DestroyRefused if the gallery has images the stack did not make, ArmError if Azure cannot be asked."""
        from inventory.observe import whole_gallery  # noqa: PLC0415 - imported only in the process that needs it

        try:
            gallery = whole_gallery(str(_props["galleryId"]))
        except ArmError as error:
            cause = "whether others have images in the gallery cannot be seen, so nothing was deleted"
            raise ArmError(error.kind, f"{cause}: {error.cause}", error.advice, status=error.status) from error
        if gallery is not None:
            check_destroy(gallery, (_props["tagName"], _props["tagValue"]))


class DestroyGuard(OwnResource, module="lab-image-gallery", name="DestroyGuard"):
    """The guard of the plan's gallery. `everything` is what may be deleted only after the guard."""

    def __init__(
        self,
        plan: Plan,
        gallery: Gallery,
        everything: Sequence[pulumi.Resource],
        opts: ResourceOptions | None = None,
    ) -> None:
        tag, owner = plan.owner_tag
        inputs = {"galleryId": gallery.gallery_id, "tagName": tag, "tagValue": owner}
        last = ResourceOptions.merge(opts, ResourceOptions(depends_on=list(everything)))
        super().__init__(DestroyGuardProvider(), "destroy-guard", inputs, last)
