"""Microsoft.DevTestLab/labs/sharedGalleries: the gallery that is attached to a DevTest lab."""

from __future__ import annotations

from sandbox.emulator.rules import Evidence, rule
from sandbox.emulator.types.labs.shared_gallery import check_attachment
from sandbox.emulator.types.resource_type import ResourceType, WriteRequest, check_value

DEVTEST_ONE = rule(
    "devtest-one",
    "One gallery per DevTest lab: the one that is attached is detached first.",
    evidence=Evidence.DOCUMENT,
    where="Azure DevTest Labs, configure a shared image gallery",
)
DEVTEST_GALLERY = rule(
    "devtest-gallery",
    "The gallery that is attached to a DevTest lab exists; it may lie in another resource group, region or "
    "subscription.",
    evidence=Evidence.DOCUMENT,
    where="Azure DevTest Labs, configure a shared image gallery",
)
DEVTEST_LOCATION = rule(
    "devtest-location",
    "An attachment to a DevTest lab needs a location when it is made.",
    evidence=Evidence.QUOTED,
    where="a public thread of azure-docs, where a request without one was refused; the documentation's own examples "
    "have none",
)


class DevTestGallery(ResourceType):
    """The attachment of a gallery to a DevTest lab."""

    type = "Microsoft.DevTestLab/labs/sharedGalleries"
    api_versions = ("2018-10-15-preview",)

    @DEVTEST_LOCATION.applies
    def check(self, write: WriteRequest) -> None:
        """Refuse a gallery that does not exist, a second gallery, and a bad `allowAllImages`."""
        check_value(write.properties.get("allowAllImages"), ("Enabled", "Disabled"), "properties.allowAllImages")
        check_attachment(write, "DevTest lab", DEVTEST_GALLERY.unknown_answer, DEVTEST_ONE.unknown_answer)
