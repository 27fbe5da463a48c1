"""The stack's lock on the gallery."""

from __future__ import annotations

from catalog.fields.api_versions import API_VERSIONS
from catalog.stacks.lock import LOCK_NAME
from inventory.arm.client import Arm
from inventory.arm.error import ArmError, ErrorKind


def look_up_lock(arm: Arm, gallery_id: str) -> bool:
    """Whether the gallery has the lock that this stack would make. Raises ArmError."""
    lock_id = f"{gallery_id}/providers/Microsoft.Authorization/locks/{LOCK_NAME}"
    try:
        return arm.get(lock_id, API_VERSIONS["Microsoft.Authorization/locks"]) is not None
    except ArmError as error:
        if error.kind is ErrorKind.NO_RESOURCE_GROUP:
            return False
        raise
