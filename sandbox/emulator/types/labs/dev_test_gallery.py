"""Microsoft.DevTestLab/labs/sharedGalleries: the gallery that is attached to a DevTest lab."""

from __future__ import annotations

from sandbox.emulator.arm_path import parse, same_id
from sandbox.emulator.rules import Evidence, rule
from sandbox.emulator.types.compute.gallery import Gallery
from sandbox.emulator.types.resource_type import ResourceType, WriteRequest, check_value

DEVTEST_ONE = rule(
    "devtest-one",
    "One gallery per DevTest lab: the one that is attached is detached first.",
    evidence=Evidence.DOCUMENT,
    where="Azure DevTest Labs, configure a shared image gallery; status 409 and code Conflict are UNVERIFIED",
)
DEVTEST_GALLERY = rule(
    "devtest-gallery",
    "The gallery that is attached to a DevTest lab exists; it may lie in another resource group, region or "
    "subscription.",
    evidence=Evidence.DOCUMENT,
    where="Azure DevTest Labs, configure a shared image gallery; status 404 and code ResourceNotFound are UNVERIFIED",
)
DEVTEST_LOCATION = rule(
    "devtest-location",
    "An attachment to a DevTest lab needs a location when it is made.",
    evidence=Evidence.REPORT,
    where="a public thread of azure-docs, where its lack was refused; the documentation's own examples have none",
)


class DevTestGallery(ResourceType):
    """The attachment of a gallery to a DevTest lab."""

    type = "Microsoft.DevTestLab/labs/sharedGalleries"
    api_versions = ("2018-10-15-preview",)

    @DEVTEST_LOCATION.applies
    def check(self, write: WriteRequest) -> None:
        """Refuse a gallery that does not exist and a second gallery."""
        gallery_id = str(write.properties.get("galleryId") or "")
        path = parse(gallery_id)
        is_gallery = path is not None and path.type.lower() == Gallery.type.lower() and not path.is_collection
        if path is None or not is_gallery or not write.state.exists(path.key):
            raise DEVTEST_GALLERY.not_found(f"The gallery '{gallery_id}' of property 'galleryId' was not found.")
        allowed = write.properties.get("allowAllImages")
        check_value(allowed, ("Enabled", "Disabled"), "properties.allowAllImages")
        for other in write.state.of_type(self.type, container=write.path.container):
            if other.path.key != write.path.key or not same_id(other.properties["galleryId"], gallery_id):
                raise DEVTEST_ONE.conflict(
                    f"The lab '{write.path.names[0]}' has the gallery '{other.properties['galleryId']}'. Detach it "
                    "before another is attached."
                )
