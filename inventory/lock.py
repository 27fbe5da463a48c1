"""The stack's lock on the gallery."""

from __future__ import annotations

from catalog.stacks.lock import LOCK_NAME
from inventory.arm.client import Arm
from inventory.arm.error import ArmError, ErrorKind

API_VERSION = "2020-05-01"


def look_up_lock(arm: Arm, gallery_id: str) -> bool:
    """Whether the gallery has the lock that this stack would make. Raises ArmError."""
    try:
        return arm.get(f"{gallery_id}/providers/Microsoft.Authorization/locks/{LOCK_NAME}", API_VERSION) is not None
    except ArmError as error:
        if error.kind is ErrorKind.NO_RESOURCE_GROUP:
            return False
        raise
