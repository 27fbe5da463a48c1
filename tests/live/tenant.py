"""Where the smoke test works: what it was given, and the ids of what it makes."""

from __future__ import annotations

from dataclasses import dataclass

GALLERY = "lab_image_gallery_smoke"
IMAGE = "smoke"
VERSION = "1.0.0"
DISK_GB = 4

COMPUTE_API = "2024-03-03"
DISK_API = "2024-03-02"
GROUP_API = "2021-04-01"
LABS_API = "2019-01-01-preview"
LAB_IMAGES_API = "2018-10-15"
PLANS_API = "2022-08-01"
ROLES_API = "2022-04-01"


@dataclass(frozen=True)
class Tenant:
    """A subscription, two regions of one geography (canonical names), a lab account, and its service's object id."""

    subscription: str
    region: str
    second_region: str
    lab_account: str
    lab_services: str
    exported_version: str = ""
    """Id of a version that Lab Services exported; empty when there is none to ask about."""
    lab_plan: str = ""
    """Id of a lab plan with a gallery; empty when there is none to ask about."""
    group: str = "lab-image-gallery-smoke"

    @property
    def sources(self) -> str:
        """Name of the resource group of everything that the program does not declare."""
        return f"{self.group}-sources"

    def group_id(self, name: str) -> str:
        """Id of a resource group."""
        return f"/subscriptions/{self.subscription}/resourceGroups/{name}"

    @property
    def disk(self) -> str:
        """The disk that the version is published from."""
        return f"{self.group_id(self.sources)}/providers/Microsoft.Compute/disks/smoke"

    @property
    def gallery(self) -> str:
        """The gallery that the program declares."""
        return f"{self.group_id(self.group)}/providers/Microsoft.Compute/galleries/{GALLERY}"

    @property
    def version(self) -> str:
        """The version that the program declares."""
        return f"{self.gallery}/images/{IMAGE}/versions/{VERSION}"

    def other_gallery(self, name: str) -> str:
        """A gallery beside the program's, to ask questions of."""
        return f"{self.group_id(self.sources)}/providers/Microsoft.Compute/galleries/{name}"

    def attachment(self, name: str) -> str:
        """The attachment of a gallery to the lab account."""
        return f"{self.lab_account}/sharedGalleries/{name}"
