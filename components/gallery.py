"""The compute gallery, with the roles that Lab Services needs on it."""

from __future__ import annotations

from pulumi import ComponentResource, Output, ResourceOptions
from pulumi_azure_native import authorization, compute, resources

from catalog.planned import Plan, PlannedGallery, PlannedRoleAssignment
from components.old_aliases import without_old_aliases

# A role assignment's name is made from these, so another principal or role is another assignment.
ROLE_NAMED_BY = ("principalId", "principalType", "roleDefinitionId", "scope")


class Gallery(ComponentResource):
    """One compute gallery and its role assignments; its resource group only where the plan says so.

    It does not own the images in it (`LabImage`), nor what attaches it to labs. A resource group made here outlives
    the stack: images that teachers exported lie in it too.
    """

    gallery_id: Output[str]

    def __init__(self, plan: Plan, opts: ResourceOptions | None = None) -> None:
        planned = plan.gallery
        inputs = {
            "location": planned.location,
            "replicaStorageGb": planned.replica_storage_gb,
            "largestImages": [{"image": image, "storageGb": size} for image, size in planned.largest],
        }
        own = ResourceOptions(transformations=[without_old_aliases])
        super().__init__("lab-image-gallery:index:Gallery", "gallery", inputs, ResourceOptions.merge(opts, own))
        group = self._resource_group(planned) if planned.create_resource_group else None
        self.gallery = compute.Gallery(
            "gallery",
            gallery_name=planned.name,
            resource_group_name=planned.resource_group,
            location=planned.location,
            description=planned.description,
            tags=planned.tags,
            opts=ResourceOptions(
                parent=self,
                protect=planned.protect,
                retain_on_delete=planned.protect,
                import_=planned.import_id,
                delete_before_replace=True,
                depends_on=[group] if group else None,
            ),
        )
        self.role_assignments = tuple(self._role_assignment(role, planned.id) for role in plan.role_assignments)
        self.gallery_id = self.gallery.id
        self.register_outputs({"galleryId": self.gallery_id})

    def _resource_group(self, planned: PlannedGallery) -> resources.ResourceGroup:
        return resources.ResourceGroup(
            "resource-group",
            resource_group_name=planned.resource_group,
            location=planned.location,
            tags=planned.tags,
            opts=ResourceOptions(
                parent=self, protect=True, retain_on_delete=True, import_=planned.resource_group_import_id
            ),
        )

    def _role_assignment(self, role: PlannedRoleAssignment, scope: str) -> authorization.RoleAssignment:
        return authorization.RoleAssignment(
            f"role:{role.name}",
            role_assignment_name=role.name,
            scope=scope,
            role_definition_id=role.role_definition_id,
            principal_id=role.principal_id,
            # Without the type Azure looks a new service principal up in the directory and may not find it yet.
            principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
            opts=ResourceOptions(
                parent=self,
                depends_on=[self.gallery],
                delete_before_replace=True,
                import_=role.import_id,
                ignore_changes=list(ROLE_NAMED_BY),
            ),
        )
