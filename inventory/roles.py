"""Roles of a principal on the gallery and on the images in it."""

from __future__ import annotations

from catalog.fields.api_versions import API_VERSIONS
from inventory.arm.answer import part
from inventory.arm.client import Arm, JsonObject
from inventory.arm.error import ArmError, ErrorKind
from plan.observed import ObservedRoleAssignment


def look_up_roles(arm: Arm, gallery_id: str, principal_id: str) -> tuple[ObservedRoleAssignment, ...]:
    """Assignments to the principal on the gallery and its image definitions, inherited ones left out.

    A list at a scope has those above and below it too, and the service knows no filter for all that (source: "List
    Azure role assignments using the REST API"). Raises ArmError.
    """
    try:
        answers = arm.list(
            f"{gallery_id}/providers/Microsoft.Authorization/roleAssignments",
            API_VERSIONS["Microsoft.Authorization/roleAssignments"],
            only=f"principalId eq '{principal_id}'",
        )
    except ArmError as error:
        if error.kind in {ErrorKind.NOT_FOUND, ErrorKind.NO_RESOURCE_GROUP}:
            return ()
        raise
    return tuple(found for answer in answers if (found := _read(answer, gallery_id)) is not None)


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
