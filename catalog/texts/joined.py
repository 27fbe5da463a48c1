"""Names and sentences one after another, as each language joins them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from catalog.texts.translation import _, p_


def listed(names: Iterable[str]) -> str:
    """Names one after another: `a, b, c`."""
    return p_("between names", ", ").join(names)


def all_of(names: Sequence[str]) -> str:
    """Names of which each counts: `a, b and c`."""
    return _("{names} and {last}", names=listed(names[:-1]), last=names[-1]) if len(names) > 1 else "".join(names)


def clauses(parts: Iterable[str]) -> str:
    """Sentences without full stops in one: `a; b`. Languages that have no such sentence part them by full stops."""
    return p_("between clauses", "; ").join(parts)
