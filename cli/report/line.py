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


def listed(texts: Iterable[str]) -> Line:
    """Quoted texts with commas between."""
    pieces: list[str | Quoted] = []
    for text in texts:
        pieces += [", ", Quoted(text)] if pieces else [Quoted(text)]
    return tuple(pieces)


def joined(lines: Iterable[Line]) -> Line:
    """Lines with semicolons between."""
    pieces: list[str | Quoted] = []
    for line in lines:
        pieces += ["; ", *line] if pieces else line
    return tuple(pieces)
