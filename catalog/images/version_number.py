"""Numbers of versions: `1.0.0`, and `2024.01.15` as others make them.

Azure compares them part by part as numbers, so that text is compared with text nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache
from typing import Final, Literal

from catalog.files.diagnostic import shown

VERSION_PATTERN: Final = r"[0-9]{1,10}(\.[0-9]{1,10}){2}"
_NUMBER: Final = re.compile(VERSION_PATTERN)
_NEARLY: Final = re.compile(r"\s*[vV]?([0-9]+(?:\.[0-9]+){0,2})\s*")
"""What can only mean one number: parts that are left out, a v, blanks around it."""
_LONGEST_GUESSED: Final = 60
_LARGEST_PART: Final = 2**31 - 1
_TOO_LARGE: Final = f"each part of a version is at most {_LARGEST_PART}"

VersionStep = Literal["patch", "minor", "major"]


def version_key(number: str) -> tuple[int, int, int]:
    """A version number as Azure compares it: `2024.01.15` → `(2024, 1, 15)`. Raises ValueError if it is not valid."""
    problem = version_problem(number)
    if problem is not None:
        raise ValueError(problem)
    major, minor, patch = number.split(".")
    return int(major), int(minor), int(patch)


@cache
def listing_key(number: str) -> tuple[int, int, int]:
    """As `version_key`; what is no number at all comes first."""
    return version_key(number) if version_problem(number) is None else (-1, -1, -1)


def same_number(number: str, numbers: Collection[str]) -> str | None:
    """The one of `numbers` that is `number` for Azure, as it is spelled there; None if there is none.

    Azure compares versions by number, and spells one as it was made (source: `2022.10.03` in ids of the images of Azure
    Kubernetes Service). That it takes 1.01.0 and 1.1.0 for one version is UNVERIFIED: here they are one, unless it has
    both.
    """
    if number in numbers:
        return number
    if version_problem(number) is not None:
        return None
    key = listing_key(number)
    return next((each for each in numbers if listing_key(each) == key), None)


def number_above(numbers: Iterable[str], step: VersionStep = "patch") -> str | None:
    """The number one `step` above the highest of `numbers`, which may have zeros; None if Azure has no such number.

    What is no number is passed over; without any number it is above 0.0.0.
    """
    major, minor, patch = max((0, 0, 0), *map(listing_key, numbers))
    following = {"patch": (major, minor, patch + 1), "minor": (major, minor + 1, 0), "major": (major + 1, 0, 0)}[step]
    return ".".join(map(str, following)) if max(following) <= _LARGEST_PART else None


def version_problem(number: str) -> str | None:
    """What is wrong with the number of a version that Azure may hold, and what to write; None if it is valid.

    Source: "Azure Compute Gallery troubleshooting": Major.Minor.Patch, each from 0 to 2,147,483,647. Versions that
    others made may have zeros before a part (`2024.01.15`); for one that is to be made see `zeros_problem`. What is to
    be written is named only where the text can mean nothing else.
    """
    if _NUMBER.fullmatch(number):
        return f"{_TOO_LARGE}; write a smaller number" if max(map(int, number.split("."))) > _LARGEST_PART else None
    nearly = _NEARLY.fullmatch(number) if len(number) <= _LONGEST_GUESSED else None
    if nearly is None:
        return f"a version is Major.Minor.Patch, such as 1.0.0, not {shown(number)}"
    parts = list(map(int, nearly[1].split(".")))
    if max(parts) > _LARGEST_PART:
        return f"{_TOO_LARGE}; write a smaller number"
    return f"a version is Major.Minor.Patch; write {'.'.join(map(str, (*parts, 0, 0)[:3]))}"


def zeros_problem(number: str) -> str | None:
    """What is wrong with a valid number for a version that is to be made, and what to write; None if nothing is."""
    plain = ".".join(map(str, version_key(number)))
    if number == plain:
        return None
    return f"a version that is to be made has no zeros before a number; write {plain}"
