"""Recorded events in a form that is the same for every run of the same scene.

The engine works in parallel, so the order between resources differs from run to run; the pack counts days up to the
day of the run, and its notice of the cost has the administrator's prices. The order of one resource's own steps is the
engine's and is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

RECORDED_ON: Final = date(2026, 11, 24)
"""The day that recorded texts count up to, whenever they are recorded."""

COUNTED: Final = re.compile(r"(\d{4}-\d\d-\d\d), (?:\d+ days? ago|in \d+ days?)")
MESSAGES: Final = ("policyEvent", "diagnosticEvent")
SUMMARY: Final = "summaryEvent"


def is_of_prices(event: Mapping[str, Any]) -> bool:
    """Whether an event is the pack's notice of what all replicas cost, which is not recorded."""
    content = event.get("policyEvent", {})
    return content.get("policyName") == "deployed-image-notices" and "replicas of this stack" in content["message"]


def stable(events: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The events in one order: steps by resource, then messages by resource and text, at last the summary."""
    return sorted((_counted(event) for event in events if not is_of_prices(event)), key=_place)


def _place(event: Mapping[str, Any]) -> tuple[int, str, str]:
    kind, content = next(iter(event.items()))
    if kind == SUMMARY:
        return 2, "", ""
    if kind in MESSAGES:
        return 1, str(content.get("resourceUrn") or content.get("urn") or ""), json.dumps(event, sort_keys=True)
    return 0, str(content["metadata"]["urn"]), ""


def _counted(event: Mapping[str, Any]) -> Mapping[str, Any]:
    kind, content = next(iter(event.items()))
    if kind not in MESSAGES:
        return event
    return {kind: content | {"message": COUNTED.sub(_days, content["message"])}}


def _days(found: re.Match[str]) -> str:
    days = (RECORDED_ON - date.fromisoformat(found[1])).days
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"{found[1]}, {count} ago" if days >= 0 else f"{found[1]}, in {count}"
