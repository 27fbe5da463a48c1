"""A day of the calendar, or a moment with its offset: what an end of life may be. A moment is kept in UTC.

Azure has moments only; a day stands for its first moment in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Final

from catalog.files.diagnostic import shown
from catalog.files.field_error import field_error

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt]|[ \t]+)(?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?)"
    r"[ \t]*(?P<offset>[Zz]|[-+][0-9]{2}:[0-9]{2})?"
)


def day_or_moment(value: object) -> date:
    """A day, or a moment as RFC 3339 and YAML write it, in UTC. Raises ValueError that says what to write."""
    if isinstance(value, datetime) and value.utcoffset() is not None:
        return value.astimezone(UTC)
    if type(value) is date:
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise field_error(f"{value} is no day of the calendar; write one such as 2027-06-30") from None
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        moment = " or a moment such as 2027-06-30T18:00:00+09:00" if isinstance(value, str) and ":" in value else ""
        raise field_error(f"must be a day such as 2027-06-30{moment}, not {shown(value)}")
    text = f"{found['day']}T{found['time']}"
    if found["offset"] is None:
        raise field_error(
            f"{shown(value)} has no offset, so nobody knows which moment it is; write {text}Z for UTC, or the offset "
            f"of the place that is meant, such as {text}+09:00"
        )
    try:
        return datetime.fromisoformat(text + found["offset"].upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise field_error(f"{value} is no moment that there is; write one such as 2027-06-30T18:00:00+09:00") from None


def start_of(end: date) -> datetime:
    """The moment itself, or the first one of a day in UTC."""
    return end if isinstance(end, datetime) else datetime.combine(end, time(), UTC)


def day_of(end: date) -> date:
    """The day, or that of a moment in UTC."""
    return end.astimezone(UTC).date() if isinstance(end, datetime) else end


def shortest(end: date) -> date:
    """The day if `end` is its first moment in UTC, else the moment."""
    return day_of(end) if start_of(end) == start_of(day_of(end)) else end
