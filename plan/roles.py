"""The roles that a stack assigns: what Lab Services needs on the gallery, and those that `roleAssignments` lists."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator

from catalog.files.similar import nearest
from catalog.stacks.role import ROLES, RoleSetting
from catalog.stacks.settings import Settings
from plan.conflict import Conflict
from plan.planned import PlannedRoleAssignment
from plan.stack import Stack

CONTRIBUTOR, OWNER = ROLES["Contributor"], ROLES["Owner"]


def principals(settings: Settings) -> tuple[str, ...]:
    """The object ids of everybody who is to have a role, each once."""
    return tuple(dict.fromkeys(role.principal_id for role in _wanted(settings)))


def plan_roles(images: Collection[str], stack: Stack, conflicts: list[Conflict]) -> tuple[PlannedRoleAssignment, ...]:
    """The role assignments to declare; appends a conflict for each role on an image that `images` lacks.

    Azure keeps one assignment of a role to a principal on a scope, whatever its name. The portal makes one when a
    gallery is attached there: an assignment that exists under another name is left alone, and outlives the stack.
    """
    spelled = {name.lower(): name for name in images}
    planned: dict[str, PlannedRoleAssignment] = {}
    for wanted in _wanted(stack.settings):
        image = spelled.get((wanted.image or "").lower())
        if wanted.image is not None and image is None:
            conflicts.append(_unknown_image(wanted, images))
            continue
        assignment = _planned(wanted, image, stack)
        if assignment is None:
            continue
        known = planned.get(assignment.name)
        if known is None or known.description is None:  # the list may describe a role that Lab Services needs anyway
            planned[assignment.name] = assignment
    return tuple(planned.values())


def _wanted(settings: Settings) -> Iterator[RoleSetting]:
    """Every role that the stack wants; the same may be wanted twice, for Lab Services and by the list.

    Lab accounts and lab plans have a principal each, which gets a role only when something of its kind is attached.
    Source: "Attach or detach an Azure Compute Gallery", of lab accounts (Contributor) and of lab plans (Owner).
    """
    needed = (
        (bool(settings.lab_account_ids), settings.lab_account_service_principal_object_id, CONTRIBUTOR),
        (bool(settings.lab_plan or settings.lab_plan_id), settings.lab_plan_service_principal_object_id, OWNER),
    )
    for attached, principal, role in needed:
        if attached and principal is not None:
            yield RoleSetting(principalId=principal, principalType="ServicePrincipal", role=role)
    yield from settings.role_assignments


def _planned(wanted: RoleSetting, image: str | None, stack: Stack) -> PlannedRoleAssignment | None:
    """The assignment to declare, None when it exists under another name."""
    scope = stack.gallery_id if image is None else f"{stack.gallery_id}/images/{image}"
    roles = f"/subscriptions/{stack.settings.subscription_id}/providers/Microsoft.Authorization/roleDefinitions"
    role = f"{roles}/{wanted.role}"
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{scope}|{wanted.principal_id}|{role}".lower()))
    same = {
        assignment.name
        for assignment in stack.observed.role_assignments
        if assignment.principal_id.lower() == wanted.principal_id
        and assignment.role_definition_id.lower().endswith(f"/{wanted.role}")
        and (assignment.image or "").lower() == (image or "").lower()
    }
    if same and name not in same:
        return None
    own_id = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
    return PlannedRoleAssignment(
        name=name,
        role_definition_id=role,
        principal_id=wanted.principal_id,
        import_id=own_id if same and stack.settings.import_existing else None,
        principal_type=wanted.principal_type,
        image=image,
        description=wanted.description,
    )


def _unknown_image(wanted: RoleSetting, images: Collection[str]) -> Conflict:
    near = nearest(wanted.image or "", images)
    return Conflict(
        "roleAssignments",
        f"{wanted.principal_id} is to get a role on the image {wanted.image}, which the catalogue does not have",
        "A role cannot be given on an image definition that is not declared here",
        f"Write image: {near[0]}" if near else "Correct the image's name, or leave image out for the whole gallery",
    )
