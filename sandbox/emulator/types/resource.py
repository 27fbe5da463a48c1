"""One stored ARM resource."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.emulator.arm_path import ArmPath
from sandbox.emulator.rules import Json


@dataclass
class Resource:
    """A resource as stored.

    `body` is what ARM shows, less what is computed when it is shown; `hidden` is what the emulator remembers
    beside it, such as the copies of a version.
    """

    path: ArmPath
    body: Json
    hidden: Json = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id in its display spelling."""
        return self.path.text

    @property
    def properties(self) -> Json:
        """The `properties` of the body."""
        found: Json = self.body["properties"]
        return found

    @property
    def location(self) -> str:
        """The canonical region name, or the empty string for what has none."""
        return str(self.body.get("location", ""))

    @property
    def created(self) -> str | None:
        """When the resource was made, in ARM's form; None for a seeded one, whose body may have it."""
        made = self.hidden.get("created")
        return None if made is None else stamp(made)

    def unique(self, what: str) -> str:
        """Return a GUID of the service's for this resource; one made again under the same name gets another."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{what}:{self.path.key}@{self.hidden.get('created')}"))


def stamp(seconds: float) -> str:
    """Return a time in seconds since the epoch as Compute writes it: seven decimals and the offset `+00:00`."""
    return f"{_seven_decimals(seconds)}+00:00"


def stamp_z(seconds: float) -> str:
    """Return a time in seconds since the epoch as Lab Services writes it: seven decimals and `Z`."""
    return f"{_seven_decimals(seconds)}Z"


def _seven_decimals(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}0"


def with_offset(date: str) -> str:
    """Return a date as Compute shows one that it was sent: with its offset in digits, `+00:00` without one.

    A text that is no date stays as it is.
    """
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        return date
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
