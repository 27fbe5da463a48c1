"""One line of a report: fixed words, texts that others wrote, and links to files of the project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quoted:
    """A name or value from a catalogue, a message or Azure: shown as it is, never interpreted as Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """A sentence from a message: its plain words are shown as text, everything else in it as `Quoted` is."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A file of the project, as people find it: `images.yaml:12`. `address` is empty where no web page shows it."""

    text: str
    address: str = ""


Piece = str | Quoted | Prose | Link
Line = tuple[Piece, ...]
"""Pieces in order. Only fixed words may be plain strings."""


def joined(lines: Iterable[Line], separator: str = ", ") -> Line:
    """Lines with a separator between."""
    pieces: list[Piece] = []
    for line in lines:
        pieces += [separator, *line] if pieces else line
    return tuple(pieces)


def listed(texts: Iterable[str]) -> Line:
    """Quoted texts with commas between."""
    return joined((Quoted(text),) for text in texts)
