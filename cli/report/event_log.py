"""The events that the engine wrote in one run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from catalog.files.diagnostic import escaped
from catalog.texts.translation import _
from cli.terminal import Unreadable

Event = Mapping[str, Any]
"""In the engine's form: `EngineEvent` of sdk/go/common/apitype/events.go."""


def read_event_log(path: Path) -> list[Event]:
    """The events in a file of JSON lines; none if there is no file, since a run that never began leaves none.

    An incomplete last line, as a killed engine leaves it, is ignored. Raises Unreadable if the file is unreadable or
    holds anything else.
    """
    shown = escaped(str(path))
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        text = ""
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Unreadable(_("{file}: the events cannot be read: {reason}", file=shown, reason=reason)) from None
    lines = [line for line in text.split("\n") if line.strip()]
    events: list[Event] = []
    for number, line in enumerate(lines, start=1):
        event = _event(line)
        if event is not None:
            events.append(event)
        elif number < len(lines):
            place = f"{shown}:{number}"
            raise Unreadable(
                _(
                    "{place}: this line is not an event of the engine; name a file that pulumi preview --event-log "
                    "FILE wrote",
                    place=place,
                )
            )
    return events


def _event(line: str) -> Mapping[str, Any] | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one: later engines may change an event."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """The value if it is a text, else an empty one."""
    return value if isinstance(value, str) else ""
