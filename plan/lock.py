"""The lock that the stack puts on its gallery."""

from __future__ import annotations

from catalog.stacks.lock import LOCK_NAME
from plan.planned import PlannedLock
from plan.stack import Stack


def plan_lock(stack: Stack) -> PlannedLock | None:
    """The lock to declare; None where the stack wants none."""
    wanted, exists = stack.settings.lock, stack.observed.lock
    if wanted is None:
        return None
    own_id = f"{stack.gallery_id}/providers/Microsoft.Authorization/locks/{LOCK_NAME}"
    return PlannedLock(
        name=LOCK_NAME,
        level=wanted.level,
        notes=wanted.notes,
        exists=exists,
        import_id=own_id if exists and stack.settings.import_existing else None,
    )
