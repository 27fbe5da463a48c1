"""The resource group that a stack makes, if it exists already."""

from __future__ import annotations

from catalog.fields.api_versions import API_VERSIONS
from inventory.arm.answer import region, tags
from inventory.arm.client import Arm
from inventory.arm.error import ArmError, ErrorKind
from plan.observed import ObservedResourceGroup


def look_up_resource_group(arm: Arm, group_id: str) -> ObservedResourceGroup | None:
    """The resource group, None if it does not exist. Raises ArmError."""
    try:
        answer = arm.get(group_id, API_VERSIONS["Microsoft.Resources/resourceGroups"])
    except ArmError as error:
        if error.kind is ErrorKind.NO_RESOURCE_GROUP:
            return None
        raise
    if answer is None:
        return None
    return ObservedResourceGroup(group_id, location=region(str(answer["location"])), tags=tags(answer))
