"""The activity log of Azure Monitor: who changed the objects of a stack, and when. It reaches 90 days back.

An identity that may not read it is answered with that and no error, since nothing else depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from catalog.fields.api_versions import API_VERSIONS
from catalog.stacks.attachment import ATTACHMENT_KINDS
from catalog.stacks.settings import Settings
from inventory.answer import part, text
from inventory.arm.client import Arm, JsonObject
from inventory.arm.error import ArmError, ErrorKind
from inventory.session import refuse_pretend, signed_in
from inventory.side_by_side import side_by_side
from lifecycle.activity import Event, changes
from plan.lab_plan import lab_plan_id
from plan.stack import Stack

_MADE = frozenset({"write", "delete", "action"})
"""Ends of the operations that change something. Source: "Azure resource provider operations"."""


@dataclass(frozen=True, slots=True)
class ActivityLog:
    """The changes of a stack's objects, the latest first, and why parts of the log are unreadable."""

    changes: tuple[Event, ...]
    unreadable: tuple[str, ...] = ()


def look_up_activity(settings: Settings, since: datetime, arm: Arm | None = None) -> ActivityLog:
    """What was changed since then in the stack's gallery, its labs and its lab plan.

    Raises ArmError if Azure cannot be asked at all.
    """
    if arm is None:
        refuse_pretend(settings.subscription_id)
    ids = list(_objects(settings))
    with signed_in(settings.subscription_id, arm) as session:
        # Each in the spelling of its first object.
        groups = {"/".join(one.split("/")[:5]).lower(): "/".join(one.split("/")[:5]) for one in reversed(ids)}
        answers = side_by_side(
            session.pool, {key: partial(_events, session.arm, group, since) for key, group in groups.items()}
        )
    events: list[Event] = []
    unreadable: list[str] = []
    for answer in answers.values():
        if not isinstance(answer, ArmError):
            events += answer
        elif answer.kind in {ErrorKind.SIGN_IN, ErrorKind.UNREACHABLE}:
            raise answer
        else:
            unreadable.append(str(answer))
    return ActivityLog(tuple(changes(events, ids)), tuple(dict.fromkeys(unreadable)))


def _objects(settings: Settings) -> Iterator[str]:
    """Ids of what the stack changes, or others may change against it."""
    yield Stack(settings).gallery_id
    for kind in ATTACHMENT_KINDS:
        yield from settings.lab_ids(kind)
    plan = lab_plan_id(settings)
    if plan is not None:
        yield plan


def _events(arm: Arm, group: str, since: datetime) -> list[Event]:
    """The events of one resource group. Raises ArmError. Source: "Activity Logs - List"."""
    subscription, name = group.split("/")[2], group.split("/")[4]
    moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = arm.list(
        f"/subscriptions/{subscription}/providers/Microsoft.Insights/eventtypes/management/values",
        API_VERSIONS["Microsoft.Insights/eventtypes"],
        only=f"eventTimestamp ge '{moment}' and resourceGroupName eq '{name}'",
    )
    return list(_read(found))


def _read(answers: Iterable[JsonObject]) -> Iterator[Event]:
    for answer in answers:
        operation = text(part(answer, "operationName").get("value")) or ""
        when = _moment(answer.get("eventTimestamp"))
        # Some events have no resourceId; their own id begins with the object's.
        object_id = text(answer.get("resourceId")) or (text(answer.get("id")) or "").partition("/events/")[0]
        if when is None or operation.rpartition("/")[2].lower() not in _MADE:
            continue
        yield Event(
            when=when,
            who=text(answer.get("caller")) or "somebody whom Azure does not name",
            operation=operation,
            id=object_id,
            change=text(answer.get("correlationId")) or str(answer.get("id")),
            failed=part(answer, "status").get("value") == "Failed",
        )


def _moment(value: object) -> datetime | None:
    """A time as Azure writes it, with seven digits after the second."""
    try:
        return datetime.fromisoformat(f"{str(value).rstrip('Z')[:26]}+00:00")
    except ValueError:
        return None
