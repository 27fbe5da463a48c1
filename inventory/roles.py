"""Roles of a principal on the gallery and on the images in it."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from functools import partial

from catalog.fields.api_versions import API_VERSIONS
from inventory.answer import part
from inventory.arm.client import Arm, JsonObject
from inventory.arm.error import NO_OBJECT_OR_GROUP
from inventory.side_by_side import failed, found, side_by_side
from plan.observed import Observed, ObservedRoleAssignment


def look_up_roles(arm: Arm, pool: Executor, gallery_id: str, principals: Iterable[str]) -> Observed:
    """Assignments to the principals (object ids) on the gallery and its image definitions, without inherited ones."""
    answers = side_by_side(pool, {person: partial(_roles_of, arm, gallery_id, person) for person in principals})
    assignments = tuple(role for roles in found(answers).values() for role in roles)
    return Observed(role_assignments=assignments, failures=tuple(map(str, failed(answers))))


def _roles_of(arm: Arm, gallery_id: str, principal_id: str) -> list[ObservedRoleAssignment]:
    """The principal's assignments. Raises ArmError.

    A list at a scope has the assignments above and below it too, and no filter leaves them out. Source: "List Azure
    role assignments using the REST API".
    """
    answers = arm.list(
        f"{gallery_id}/providers/Microsoft.Authorization/roleAssignments",
        API_VERSIONS["Microsoft.Authorization/roleAssignments"],
        only=f"principalId eq '{principal_id}'",
        absent=NO_OBJECT_OR_GROUP,
    )
    return [role for answer in answers if (role := _read(answer, gallery_id)) is not None]


def _read(answer: JsonObject, gallery_id: str) -> ObservedRoleAssignment | None:
    """The assignment; None when its scope is neither the gallery nor a definition in it."""
    properties = part(answer, "properties")
    scope = str(properties.get("scope", ""))
    inside = scope[len(gallery_id) :].lower().strip("/").split("/")
    below = scope.lower().startswith(f"{gallery_id.lower()}/") and inside[0] == "images" and len(inside) == 2
    if not below and scope.lower() != gallery_id.lower():
        return None
    return ObservedRoleAssignment(
        name=str(answer["name"]).lower(),
        role_definition_id=str(properties.get("roleDefinitionId", "")),
        principal_id=str(properties.get("principalId", "")),
        image=inside[1] if below else None,
    )
