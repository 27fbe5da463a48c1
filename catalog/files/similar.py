"""The known words nearest to an unknown one."""

from __future__ import annotations

from collections.abc import Iterable


def same_name(name: str, known: Iterable[str]) -> str | None:
    """The known name that equals `name` without regard to case, as Azure compares names; None if there is none."""
    return next((found for found in known if found.lower() == name.lower()), None)


def nearest(word: str, known: Iterable[str], *, most: int = 1, likeness: float = 0.6) -> list[str]:
    """At most `most` of the known words, nearest first, without regard to case; `likeness` from 0 (any) to 1 (same)."""
    from difflib import get_close_matches  # noqa: PLC0415 - slow to import, and needed only for mistakes

    by_lower = {choice.lower(): choice for choice in known}
    # Comparing a long text takes long, and nothing is near to it.
    return [by_lower[found] for found in get_close_matches(word.lower()[:60], by_lower, n=most, cutoff=likeness)]
