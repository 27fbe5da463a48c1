"""The compute gallery, with the roles on it as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pulumi import ComponentResource, Output, Resource, ResourceOptions

from components.azure_resource import AzureResource
from components.role_assignment import role_assignment
from plan.planned import Plan, PlannedGallery


class GalleryFirst(Protocol):
    """What images and attachments wait for: the gallery, declared here or by another part of a program."""

    @property
    def made(self) -> Sequence[Resource]:
        """The gallery itself."""

    @property
    def role_assignments(self) -> Sequence[Resource]:
        """The roles on it as a whole."""


class Gallery(ComponentResource):
    """One compute gallery and its role assignments; its resource group only where the plan says so.

    It does not own the images in it (`LabImage`), nor what attaches it to labs. A resource group made here outlives
    the stack: images that teachers exported lie in it too.
    """

    gallery_id: Output[str]

    def __init__(self, plan: Plan, opts: ResourceOptions | None = None, name: str = "gallery") -> None:
        planned, soft_delete = plan.gallery, plan.gallery.soft_delete
        inputs = {
            "location": planned.location,
            "replicaStorageGb": planned.replica_storage_gb,
            "largestImages": [{"image": image, "storageGb": size} for image, size in planned.largest],
        }
        super().__init__("lab-image-gallery:index:Gallery", name, inputs, opts)
        group = self._resource_group(planned) if planned.create_resource_group else None
        self.gallery = AzureResource(
            "compute:Gallery",
            "gallery",
            {
                "galleryName": planned.name,
                "resourceGroupName": planned.resource_group,
                "location": planned.location,
                "description": planned.description,
                "softDeletePolicy": None if soft_delete is None else {"isSoftDeleteEnabled": soft_delete},
                "tags": planned.tags,
            },
            ResourceOptions(
                parent=self,
                protect=planned.protect,
                retain_on_delete=planned.protect,
                import_=planned.import_id,
                delete_before_replace=True,
                depends_on=[group] if group else None,
            ),
        )
        self.made = (self.gallery,)
        self.role_assignments = tuple(
            role_assignment(role, planned.id, self, self.gallery)
            for role in plan.role_assignments
            if role.image is None
        )
        self.gallery_id = self.gallery.id
        self.register_outputs({"galleryId": self.gallery_id})

    def _resource_group(self, planned: PlannedGallery) -> AzureResource:
        return AzureResource(
            "resources:ResourceGroup",
            "resource-group",
            {"resourceGroupName": planned.resource_group, "location": planned.location, "tags": planned.tags},
            ResourceOptions(parent=self, protect=True, retain_on_delete=True, import_=planned.resource_group_import_id),
        )
