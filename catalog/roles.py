"""The role on the gallery that Lab Services needs to read images from it and to save images to it."""

from __future__ import annotations

import uuid

from catalog.observed import Observed
from catalog.planned import PlannedRoleAssignment
from catalog.settings import Settings

CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"  # the same role definition id in every tenant


def plan_roles(gallery: str, settings: Settings, observed: Observed) -> tuple[PlannedRoleAssignment, ...]:
    """The role assignments to declare: none without a principal, or when somebody else has assigned the role.

    Azure keeps one assignment of a role to a principal on a scope, whatever its name. The portal makes one when a
    gallery is attached there; it serves as well as ours, is left alone, and outlives the stack.
    """
    principal = settings.lab_account_service_principal_object_id
    if principal is None:
        return ()
    role = f"/subscriptions/{settings.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/{CONTRIBUTOR}"
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{gallery}|{principal}|{role}".lower()))
    same = {
        assignment.name
        for assignment in observed.role_assignments
        if assignment.principal_id.lower() == principal
        and assignment.role_definition_id.lower().endswith(f"/{CONTRIBUTOR}")
    }
    if same and name not in same:
        return ()
    own_id = f"{gallery}/providers/Microsoft.Authorization/roleAssignments/{name}"
    return (PlannedRoleAssignment(name, role, principal, own_id if same and settings.import_existing else None),)
