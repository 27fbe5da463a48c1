"""One line of a report: fixed words, texts that others wrote, and links to files of the project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from string import Formatter

from catalog.texts.translation import p_


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


def filled(text: str, **places: Piece | Line) -> Line:
    """A text of ours, already in the language it is to be shown in, with pieces in its places.

    In markdown and plain text alike the pieces stay what they are: a name in a place is shown as it is.
    """
    pieces: list[Piece] = []
    for words, name, _, _ in Formatter().parse(text):
        if words:
            pieces.append(words)
        if name is not None:
            found = places[name]
            pieces += found if isinstance(found, tuple) else (found,)
    return tuple(pieces)


def joined(lines: Iterable[Line], separator: str | None = None) -> Line:
    """Lines with a separator between, by default that between names."""
    if separator is None:
        separator = p_("between names", ", ")
    pieces: list[Piece] = []
    for line in lines:
        pieces += [separator, *line] if pieces else line
    return tuple(pieces)


def listed(texts: Iterable[str]) -> Line:
    """Quoted names, one after another."""
    return joined((Quoted(text),) for text in texts)
