"""The events that the engine wrote in one run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from catalog.files.diagnostic import escaped
from cli.terminal import Unreadable

EMPTY: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Recording:
    """`events` in the engine's form (`EngineEvent` of sdk/go/common/apitype/events.go); `name` is the file's."""

    name: str
    events: tuple[Mapping[str, Any], ...]


def read_event_log(path: Path) -> Recording:
    """The events in a file of JSON lines. A run that never began leaves no file: it has none.

    A line that was being written when the engine was killed is left out. Raises Unreadable when the file holds
    anything else, or cannot be read.
    """
    shown = escaped(str(path))
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        text = ""
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Unreadable(f"{shown}: the events cannot be read: {reason}") from None
    lines = [line for line in text.split("\n") if line.strip()]
    events = []
    for number, line in enumerate(lines, start=1):
        event = _event(line)
        if event is not None:
            events.append(event)
        elif number < len(lines):
            raise Unreadable(
                f"{shown}:{number}: this is no event of the engine, so the report would be wrong; name a file that "
                "pulumi preview --event-log FILE wrote"
            )
    return Recording(path.stem, tuple(events))


def _event(line: str) -> Mapping[str, Any] | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def mapping(value: object) -> Mapping[str, Any]:
    """A value that should be an object; an empty one when it is none, as in an event of a later engine."""
    return value if isinstance(value, dict) else EMPTY


def text(value: object) -> str:
    """A value that should be a text; an empty one when it is none."""
    return value if isinstance(value, str) else ""
