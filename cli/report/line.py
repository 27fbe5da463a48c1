"""One line of a report: fixed words, and texts that others wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text from a catalogue, a message or Azure: shown, never interpreted as Markdown."""

    text: str


Line = tuple[str | Quoted, ...]
"""Pieces in order. Only fixed words may be plain strings."""


def joined(lines: Iterable[Line], separator: str = ", ") -> Line:
    """Lines with a separator between."""
    pieces: list[str | Quoted] = []
    for line in lines:
        pieces += [separator, *line] if pieces else line
    return tuple(pieces)


def listed(texts: Iterable[str]) -> Line:
    """Quoted texts with commas between."""
    return joined((Quoted(text),) for text in texts)
