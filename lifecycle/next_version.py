"""The number of a new version: above every one that there is or was published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from catalog.images.version import version_key, version_problem

VersionStep = Literal["patch", "minor", "major"]
FIRST: Final = "1.0.0"


class NoNumber(ValueError):
    """There is no higher number; the message says why."""


def next_number(known: Iterable[str], step: VersionStep = "patch") -> str:
    """The number one `step` above the highest of `known`; the first one when nothing is known.

    `known` are numbers of the catalogue and of the gallery together; what is no version number (leading zeros, which
    Azure may have taken from others) is left out. Raises NoNumber.
    """
    numbers = [version_key(number) for number in known if version_problem(number) is None]
    if not numbers:
        return FIRST
    major, minor, patch = max(numbers)
    following = {"patch": (major, minor, patch + 1), "minor": (major, minor + 1, 0), "major": (major + 1, 0, 0)}[step]
    found = ".".join(map(str, following))
    problem = version_problem(found)
    if problem is not None:
        raise NoNumber(f"there is no {step} above {major}.{minor}.{patch}: {problem}")
    return found
