"""A resource that stops `destroy`, before anything is deleted, while the gallery has images the stack did not make.

It stands for nothing in Azure. It depends on everything else, so the engine deletes it first, and its deletion looks
into the gallery and refuses. The removal of single images does not touch it. Where a program of others declares an
image by itself, the image has a guard of its own, which looks into that image only.

The stack's state stores the provider by reference, as `components.destroy_guard.DestroyGuardProvider`: earlier states
need this module and class under these names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi import Input, ResourceOptions
from pulumi.dynamic import (
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ResourceProvider,
    UpdateResult,
)

from components.dynamic_host import tell_refusals_plainly
from components.own_resource import OwnResource
from inventory.arm.error import ArmError
from plan.destroy import check_destroy

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

        image = _props.get("image")
        try:
            gallery = whole_gallery(str(_props["galleryId"]), None if image is None else str(image))
        except ArmError as error:
            cause = "whether others have images in the gallery cannot be seen, so nothing was deleted"
            raise ArmError(error.kind, f"{cause}: {error.cause}", error.advice, status=error.status) from error
        if gallery is not None:
            check_destroy(gallery, (_props["tagName"], _props["tagValue"]))


@dataclass(frozen=True, slots=True)
class Guarded:
    """The gallery to guard, or one image in it. `owner_tag` is name and value of the tag on what the stack made."""

    gallery_id: Input[str]
    owner_tag: tuple[str, str]
    image: str | None = None


class DestroyGuard(OwnResource, module="lab-image-gallery", name="DestroyGuard"):
    """The guard of a gallery, or of an image in it. `everything` is what may be deleted only after the guard."""

    def __init__(
        self, guarded: Guarded, everything: Sequence[pulumi.Resource], opts: ResourceOptions | None = None
    ) -> None:
        (tag, owner), image = guarded.owner_tag, guarded.image
        inputs = {"galleryId": guarded.gallery_id, "tagName": tag, "tagValue": owner}
        inputs |= {} if image is None else {"image": image}
        last = ResourceOptions.merge(opts, ResourceOptions(depends_on=list(everything)))
        name = "destroy-guard" if image is None else f"destroy-guard:{image}"
        super().__init__(DestroyGuardProvider(), name, inputs, last)
