"""Values of Azure's answers, in our spelling: regions by canonical name, and None for what an answer lacks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from catalog.fields.tags import OWNER_TAG
from catalog.regions import geography


def region(spelling: str) -> str:
    """The canonical name of a region. For a region newer than our data it is formed as Azure forms names."""
    try:
        return geography.canonical(spelling)
    except ValueError:
        return "".join(spelling.split()).lower()


def number(value: object) -> int | None:
    """A size or count, None if the answer has none."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def text(value: object) -> str | None:
    """A text, None if the answer has none or an empty one."""
    return value if isinstance(value, str) and value else None


def moment(value: object) -> datetime | None:
    """A moment such as `2027-06-30T00:00:00+00:00` in UTC, None if the answer has none. Without an offset it is UTC."""
    try:
        found = datetime.fromisoformat(str(value))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def finer_text(value: object) -> str | None:
    """The text of a moment if `moment` does not keep all of it: another offset, or parts of a second; else None.

    Powershell sends seven digits of a second, and Azure keeps them, zeros at the end too.
    """
    if moment(value) is None:
        return None
    text = str(value)
    return text if datetime.fromisoformat(text).utcoffset() or "." in text else None


def part(answer: Mapping[str, Any] | None, *keys: str) -> dict[str, Any]:
    """The object under `keys`, empty if one of them is missing."""
    found: Any = answer
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else {}


def purchase_plan(answer: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Name, product and publisher of a Marketplace plan, each empty if the answer lacks it; None without a plan."""
    name, product, publisher = (text(answer.get(key)) or "" for key in ("name", "product", "publisher"))
    return (name, product, publisher) if answer else None


def tags(answer: Mapping[str, Any]) -> dict[str, str]:
    """Tags of an object; the owner's in our spelling, because Azure compares names of tags without regard to case."""
    found = {str(key): str(value) for key, value in part(answer, "tags").items()}
    return {OWNER_TAG if key.lower() == OWNER_TAG else key: value for key, value in found.items()}
