"""Who changed what in Azure, and when, as the activity log has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the log: `operation` is Azure's name of what was done, `id` the id of the object.

    `who` is the mail address of a person or the id of an identity. Events of one change have the same `change`.
    """

    when: datetime
    who: str
    operation: str
    id: str
    change: str
    failed: bool = False


def changes(events: Iterable[Event], ids: Iterable[str]) -> list[Event]:
    """The changes of objects with one of these ids, or below one, the latest first.

    Azure writes several events for one change, the last when it is done; the first says when somebody made it. What
    failed changed nothing.
    """
    roots = [f"{one.rstrip('/')}/".lower() for one in ids]
    first: dict[tuple[str, str, str], Event] = {}
    failed: set[tuple[str, str, str]] = set()
    for event in sorted(events, key=lambda each: each.when):
        key = (event.change, event.operation.lower(), event.id.lower())
        if event.failed:
            failed.add(key)
        if any(f"{event.id}/".lower().startswith(root) for root in roots):
            first.setdefault(key, event)
    kept = [event for key, event in first.items() if key not in failed]
    return sorted(kept, key=lambda each: (each.when, each.id), reverse=True)
