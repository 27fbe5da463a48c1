"""Microsoft.Compute/galleries: Azure Compute Galleries."""

from __future__ import annotations

import re

from sandbox.emulator.arm_path import ArmPath
from sandbox.emulator.operations import Polling
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.types.resource import Resource
from sandbox.emulator.types.resource_type import Context, ResourceType, WriteRequest, pick

API_VERSIONS = (
    "2019-07-01",
    "2019-12-01",
    "2020-09-30",
    "2021-07-01",
    "2021-10-01",
    "2022-01-03",
    "2022-03-03",
    "2022-08-03",
    "2023-07-03",
    "2024-03-03",
    "2025-03-03",
    "2026-03-03",
)
"""Api-versions of galleries and what is in them. What differs between them is imitated as far as it is known."""

NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.]{0,78}[A-Za-z0-9])?")

GALLERY_NAME = rule(
    "gallery-name",
    "A gallery name has 1-80 letters, digits, underscores and periods (no dash) and starts and ends with a "
    "letter or digit.",
    evidence=Evidence.QUOTED,
    where="hashicorp/terraform-provider-azurerm issue 2081, with status and code; Azure Compute Gallery "
    "troubleshooting for the text of today",
)
GALLERY_UNIQUE = rule(
    "gallery-unique",
    "A gallery name is unique within the subscription.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery troubleshooting, with the text; status 409 and code Conflict are UNVERIFIED",
    question="the gallery's name in another group",
)
GALLERY_UNIQUE_NAME = rule(
    "gallery-unique-name",
    "identifier.uniqueName is the subscription id, a dash and the name in upper case.",
    evidence=Evidence.RECORDED,
    where="azure-sdk-for-net, GalleryTests",
)
GALLERY_LIST_UPPER = rule(
    "gallery-list-upper",
    "In a list of galleries, of a resource group or a subscription, the ids spell the resource group in capitals; "
    "everywhere else it keeps its spelling.",
    evidence=Evidence.RECORDED,
    where="azure-cli (test_gallery_e2e), azure-sdk-for-net (GalleryTests)",
)
GALLERY_SHARING_KEPT = rule(
    "gallery-sharing-kept",
    "A write of a gallery without a sharing profile keeps the one that is there.",
    evidence=Evidence.RECORDED,
    where="azure-powershell, TestGalleryDirectSharing (2021)",
)
GALLERY_SOFT_DELETE_OFF = rule(
    "gallery-soft-delete-off",
    "Once soft deletion is switched off, soft-deleted versions no longer hold up the deletion of their definition.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery, soft delete (preview), questions; that a write without the policy switches it off, "
    "and that the versions stay listed, is UNVERIFIED",
    question="soft deletion after a write of the gallery without its policy",
)


class Gallery(ResourceType):
    """A gallery; its description, tags, sharing profile and soft-delete policy can change."""

    type = "Microsoft.Compute/galleries"
    api_versions = API_VERSIONS
    polling = Polling.COMPUTE
    updates_at_once = True
    nested = "Microsoft.Compute/galleries/images"
    error_name = "gallery"
    read_only = (
        "provisioningState",
        "identifier",
        "sharingStatus",
        "sharingProfile.groups",
        "sharingProfile.communityGalleryInfo.publicNames",
        "sharingProfile.communityGalleryInfo.communityGalleryEnabled",
    )

    def check(self, write: WriteRequest) -> None:
        """Refuse a bad name, and a name that another group of the subscription has."""
        path = write.path
        if not NAME.fullmatch(path.name):
            raise GALLERY_NAME.refusal(
                400,
                "BadRequest",
                "Gallery name is invalid. Allowed characters are English alphanumeric characters, with "
                "underscores, and periods allowed in the middle, up to 80 characters total. All other special "
                "characters, including dashes, are disallowed.",
            )
        if write.existing:
            return
        for other in write.state.of_type(self.type, below=f"/subscriptions/{path.subscription}"):
            if other.path.name.lower() == path.name.lower():
                raise GALLERY_UNIQUE.conflict(
                    f"The gallery name '{path.name}' is not unique within the subscription '{path.subscription}'. "
                    "Please pick another gallery name."
                )

    @GALLERY_SHARING_KEPT.applies
    def properties(self, write: WriteRequest) -> Json:
        """Return the properties sent, and the sharing profile that was there when none is."""
        there = write.existing.properties if write.existing else {}
        kept = {key: value for key, value in there.items() if key == "sharingProfile"}
        return kept | super().properties(write)

    @GALLERY_SOFT_DELETE_OFF.applies
    def store(self, write: WriteRequest) -> Resource:
        """Return what a write leaves behind, and let go of soft-deleted versions when the policy is off."""
        if pick(write.properties, "softDeletePolicy.isSoftDeleteEnabled") is not True:
            write.state.forget_remnants(write.path.key)
        return super().store(write)

    @GALLERY_LIST_UPPER.applies
    def listed(self, path: ArmPath, context: Context) -> list[Json]:
        """Return the galleries of a group or subscription, the groups in capitals."""
        return [entry | {"id": _group_in_capitals(entry["id"])} for entry in super().listed(path, context)]

    @GALLERY_UNIQUE_NAME.applies
    def computed(self, resource: Resource, context: Context) -> Json:
        """Return the unique name beside the state."""
        unique = f"{resource.path.subscription}-{resource.path.name.upper()}"
        return {"identifier": {"uniqueName": unique}} | super().computed(resource, context)


def _group_in_capitals(gallery_id: str) -> str:
    parts = gallery_id.split("/")
    return "/".join((*parts[:4], parts[4].upper(), *parts[5:]))
