"""The lock that the stack puts on its gallery."""

from __future__ import annotations

from catalog.stacks.lock import LOCK_NAME
from plan.planned import PlannedLock
from plan.stack import Stack


def lock_id(gallery: str) -> str:
    """Resource id of our lock on a gallery (its id)."""
    return f"{gallery}/providers/Microsoft.Authorization/locks/{LOCK_NAME}"


def plan_lock(stack: Stack) -> PlannedLock | None:
    """The lock to declare; None where the stack wants none."""
    wanted, exists = stack.settings.lock, stack.observed.lock
    if wanted is None:
        return None
    return PlannedLock(
        name=LOCK_NAME,
        level=wanted.level,
        notes=wanted.notes,
        exists=exists,
        import_id=lock_id(stack.gallery_id) if exists and stack.settings.import_existing else None,
    )
