"""The roles on the gallery that Lab Services needs to read images from it and to save images to it."""

from __future__ import annotations

import uuid

from catalog.observed import Observed
from catalog.planned import PlannedRoleAssignment
from catalog.settings import Settings

# The same role definition ids in every tenant.
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"


def needed_roles(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Principal and role of each kind of lab that the stack attaches the gallery to; none for what it does not attach.

    Lab accounts and lab plans have a principal each. Source: "Attach or detach an Azure Compute Gallery", of lab
    accounts (Contributor) and of lab plans (Owner).
    """
    wanted = (
        (bool(settings.lab_account_ids), settings.lab_account_service_principal_object_id, CONTRIBUTOR),
        (bool(settings.lab_plan or settings.lab_plan_id), settings.lab_plan_service_principal_object_id, OWNER),
    )
    return tuple((principal, role) for attached, principal, role in wanted if attached and principal is not None)


def plan_roles(gallery: str, settings: Settings, observed: Observed) -> tuple[PlannedRoleAssignment, ...]:
    """The role assignments to declare: none without a principal, or when somebody else has assigned the role.

    Azure keeps one assignment of a role to a principal on a scope, whatever its name. The portal makes one when a
    gallery is attached there; it serves as well as ours, is left alone, and outlives the stack.
    """
    planned = (_plan_role(gallery, principal, role, settings, observed) for principal, role in needed_roles(settings))
    return tuple(assignment for assignment in planned if assignment is not None)


def _plan_role(
    gallery: str, principal: str, role_name: str, settings: Settings, observed: Observed
) -> PlannedRoleAssignment | None:
    role = f"/subscriptions/{settings.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/{role_name}"
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{gallery}|{principal}|{role}".lower()))
    same = {
        assignment.name
        for assignment in observed.role_assignments
        if assignment.principal_id.lower() == principal
        and assignment.role_definition_id.lower().endswith(f"/{role_name}")
    }
    if same and name not in same:
        return None
    own_id = f"{gallery}/providers/Microsoft.Authorization/roleAssignments/{name}"
    return PlannedRoleAssignment(name, role, principal, own_id if same and settings.import_existing else None)
