"""Microsoft.LabServices/labaccounts/sharedGalleries: the gallery that is attached to a lab account."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.emulator.arm_path import parse, same_id
from sandbox.emulator.rules import ArmError, Evidence, Json, rule
from sandbox.emulator.types.compute.gallery import Gallery
from sandbox.emulator.types.resource_type import ResourceType, WriteRequest

ATTACHMENT_ONE = rule(
    "attachment-one",
    "One gallery per lab account: the one that is attached is detached first.",
    evidence=Evidence.DOCUMENT,
    where="Azure Lab Services, attach or detach a shared image gallery (lab accounts); status 409 and code "
    "Conflict are UNVERIFIED",
    question="a second gallery on the lab account",
)
ATTACHMENT_GALLERY = rule(
    "attachment-gallery",
    "The gallery that is attached exists; it may lie in another resource group or subscription.",
    evidence=Evidence.DOCUMENT,
    where="Azure Lab Services, attach or detach a shared image gallery (lab accounts)",
)
ATTACHMENT_STAYS = rule(
    "attachment-stays",
    "A gallery can be deleted while it is attached; the attachment then points nowhere.",
    evidence=Evidence.UNVERIFIED,
    where="no source says otherwise",
    question="the attachment outlives its gallery",
)
ATTACHMENT_VERSION = rule(
    "attachment-version",
    "Attachments and the images of a lab account exist in api-version 2019-01-01-preview only; attaching and "
    "detaching are done when they are answered.",
    evidence=Evidence.DOCUMENT,
    where="PowerShell module Az.LabServices of Azure DevTest Labs' samples; specification of 2018-10-15",
)


class SharedGallery(ResourceType):
    """The attachment of a gallery; it has no location and no tags."""

    type = "Microsoft.LabServices/labaccounts/sharedGalleries"
    api_versions = ("2019-01-01-preview",)
    tracked = False

    @ATTACHMENT_STAYS.applies
    @ATTACHMENT_VERSION.applies
    def check(self, write: WriteRequest) -> None:
        """Refuse a gallery that does not exist and a second gallery."""
        check_attachment(write, "lab account", ATTACHMENT_GALLERY.unknown_answer, ATTACHMENT_ONE.conflict)

    def properties(self, write: WriteRequest) -> Json:
        """Return the id of the gallery, in the spelling first sent."""
        if write.existing:
            return dict(write.existing.properties)
        return {"galleryId": write.properties["galleryId"]}


def check_attachment(
    write: WriteRequest, noun: str, missing: Callable[[str], ArmError], taken: Callable[[str], ArmError]
) -> None:
    """Refuse to attach a gallery that does not exist, or a second one, to the lab or lab account of a path."""
    gallery_id = str(write.properties.get("galleryId") or "")
    path = parse(gallery_id)
    is_gallery = path is not None and path.type.lower() == Gallery.type.lower() and not path.is_collection
    if path is None or not is_gallery or not write.state.exists(path.key):
        raise missing(f"The gallery '{gallery_id}' of property 'galleryId' was not found.")
    for other in write.state.of_type(write.path.type, container=write.path.container):
        if other.path.key != write.path.key or not same_id(other.properties["galleryId"], gallery_id):
            raise taken(
                f"Only one shared image gallery can be attached to {noun} '{write.path.names[0]}'. Attached is "
                f"'{other.properties['galleryId']}'. Detach it before another is attached."
            )
