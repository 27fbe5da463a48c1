"""A role of somebody on the gallery, or on one image in it."""

from __future__ import annotations

from pulumi import Alias, Resource, ResourceOptions

from components.azure_resource import AzureResource
from plan.planned import PlannedRoleAssignment

# A role assignment's name is made from these, so another principal or role is another assignment.
NAMED_BY = ("principalId", "principalType", "roleDefinitionId", "scope")


def role_assignment(role: PlannedRoleAssignment, scope: str, parent: Resource, on: Resource) -> AzureResource:
    """Declare the role on `scope`, the id of the resource `on`."""
    return AzureResource(
        "authorization:RoleAssignment",
        role.logical_name,
        {
            "roleAssignmentName": role.name,
            "scope": scope,
            "roleDefinitionId": role.role_definition_id,
            "principalId": role.principal_id,
            # Without the type Azure looks a new principal up in the directory and may not find it yet.
            "principalType": role.principal_type,
            "description": role.description,
        },
        ResourceOptions(
            parent=parent,
            depends_on=[on],
            delete_before_replace=True,
            import_=role.import_id,
            ignore_changes=list(NAMED_BY),
            aliases=[Alias(name=role.earlier_logical_name)],
        ),
    )
