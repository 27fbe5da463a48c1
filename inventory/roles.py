"""Roles of a principal on the gallery."""

from __future__ import annotations

from catalog.observed import ObservedRoleAssignment
from inventory.arm import Arm, JsonObject
from inventory.arm_error import ArmError, Kind
from inventory.spelling import part

API_VERSION = "2022-04-01"


def look_up_roles(arm: Arm, gallery_id: str, principal_id: str) -> tuple[ObservedRoleAssignment, ...]:
    """Assignments to the principal on the gallery itself, those inherited from above left out. Raises ArmError.

    The service knows no filter for both (source: "List Azure role assignments using the REST API").
    """
    try:
        answers = arm.list(
            f"{gallery_id}/providers/Microsoft.Authorization/roleAssignments",
            API_VERSION,
            only=f"principalId eq '{principal_id}'",
        )
    except ArmError as error:
        if error.kind in {Kind.NOT_FOUND, Kind.NO_RESOURCE_GROUP}:
            return ()
        raise
    return tuple(_read(answer) for answer in answers if _scope(answer) == gallery_id.lower())


def _scope(answer: JsonObject) -> str:
    return str(part(answer, "properties").get("scope", "")).lower()


def _read(answer: JsonObject) -> ObservedRoleAssignment:
    properties = part(answer, "properties")
    return ObservedRoleAssignment(
        name=str(answer["name"]).lower(),
        role_definition_id=str(properties.get("roleDefinitionId", "")),
        principal_id=str(properties.get("principalId", "")),
    )
