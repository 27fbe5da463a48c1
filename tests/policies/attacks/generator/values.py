"""What the oracle knows of single values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any, Final

from tests.support.policy_server import UNKNOWN_LIST, UNKNOWN_NUMBER, UNKNOWN_OBJECT, UNKNOWN_TEXT, secret

UNKNOWN: Final = object()
"""A value that is not known yet."""
_UNKNOWNS: Final = {UNKNOWN_LIST, UNKNOWN_NUMBER, UNKNOWN_OBJECT, UNKNOWN_TEXT}
_SECRET: Final = "4dabf18193072939515e22adb298388d"  # pragma: allowlist secret

# The limits and names of the page.
OS_DISK_LIMIT_GB: Final = 128
MOST_REPLICAS: Final = 100
STORAGE_LIMIT_GB: Final = 20_000
CONSUMERS: Final = frozenset({"lab_services", "devtest_labs", "virtual_desktop", "windows_365", "dev_box", "other"})
KOREA: Final = frozenset({"koreacentral", "koreasouth"})
ELSEWHERE: Final = frozenset({"japaneast", "eastus"})
LONGEST_TAG: Final = 6
"""Digits that any disk's size in GB has at most."""


class Sure(IntEnum):
    """What a value comes to; the worst of several counts, and a bad one needs no certainty about the others."""

    GOOD = 0
    DOUBTFUL = 1
    BAD = 2


def worst(found: Iterable[Sure]) -> Sure:
    """The worst of all; good if there is nothing."""
    return max(found, default=Sure.GOOD)


def plain(value: Any) -> Any:
    """A value without its secrets, and with `UNKNOWN` for what is not known yet."""
    if isinstance(value, Mapping):
        if _SECRET in value:
            return plain(value.get("value"))
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return UNKNOWN if isinstance(value, str) and value in _UNKNOWNS else value


def is_broken(value: Any) -> bool:
    """Whether there is a secret in it that cannot be read, which makes a whole resource unreadable."""
    if isinstance(value, Mapping):
        broken = _SECRET in value and (value[_SECRET] != secret(0)[_SECRET] or "value" not in value)
        return broken or any(map(is_broken, value.values()))
    return any(map(is_broken, value)) if isinstance(value, (list, tuple)) else False


def among(value: Any, accepted: Iterable[str]) -> Sure:
    """Whether a text is one of these; in another case it is doubtful."""
    if value in (names := set(accepted)) if isinstance(value, str) else False:
        return Sure.GOOD
    lower = {name.lower() for name in names} if isinstance(value, str) else set()
    return Sure.DOUBTFUL if isinstance(value, str) and value.lower() in lower else Sure.BAD


def number(value: Any) -> float | None:
    """A number; None for everything else, booleans too."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def os_disk(size: Any) -> Sure:
    """An OS disk of this size in GB: below 128, and known."""
    found = number(size)
    return Sure.GOOD if found is not None and 0 < found < OS_DISK_LIMIT_GB else Sure.BAD


def no_data_disk(count: Any) -> Sure:
    """This number of data disks: none, and known."""
    return Sure.GOOD if number(count) == 0 else Sure.BAD


def region(name: Any) -> str | None:
    """The canonical name of a region in Korea; None for every other value."""
    found = any_region(name)
    return found if found in KOREA else None


def any_region(name: Any) -> str | None:
    """The canonical name of a region that the cases have; None for every other value."""
    found = name.replace(" ", "").lower() if isinstance(name, str) else ""
    return found if found in KOREA | ELSEWHERE else None


def tagged(tags: Any, name: str) -> tuple[Sure, float | None]:
    """A number in a tag: a few digits. None without the tag."""
    if tags is None:
        return Sure.GOOD, None
    if not isinstance(tags, dict):
        return Sure.BAD, None
    values = [value for key, value in tags.items() if key.lower() == name]
    if not values or values == [None]:
        return Sure.GOOD, None
    if len(values) > 1:
        return Sure.BAD, None
    value = values[0]
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return (Sure.GOOD if len(value) <= LONGEST_TAG else Sure.DOUBTFUL), float(value)
    return (Sure.DOUBTFUL if number(value) is not None else Sure.BAD), None


def for_labs(names: Iterable[Any]) -> bool:
    """Whether an image is for Lab Services: it is named, or nobody is, or a name is not known."""
    given = list(names)
    return (
        not given
        or "lab_services" in given
        or any(not isinstance(name, str) or name not in CONSUMERS for name in given)
    )
