"""CHANGELOG.md, in the form of Keep a Changelog: one section a release, newest first.

Uses nothing beyond the standard library, as `version` does.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cli.upgrade.version import Version

FILE: Final = "CHANGELOG.md"

_HEADING: Final = re.compile(r"^## +(.*?) *$", re.MULTILINE)
_RELEASE: Final = re.compile(r"\[?([0-9.]+)\]? - ([0-9]{4}-[0-9]{2}-[0-9]{2})")
_ITEM: Final = re.compile(r"( *)([*+-]) +")


@dataclass(frozen=True, slots=True)
class Section:
    """The notes of one release: its date as `2026-11-28`, and the text below its heading."""

    version: Version
    date: str
    notes: str


def sections(text: str) -> list[Section]:
    """The sections of releases, in the order of the file. What is not released yet is left out."""
    found = []
    _, *parts = _HEADING.split(text.replace("\r\n", "\n"))
    for heading, notes in zip(parts[::2], parts[1::2], strict=True):
        release = _RELEASE.fullmatch(heading)
        version = Version.of(release[1]) if release else None
        if release and version:
            found.append(Section(version, release[2], notes.strip("\n")))
    return found


def between(text: str, old: Version, new: Version) -> list[Section]:
    """The sections of releases after `old` and up to `new`, newest first."""
    chosen = (section for section in sections(text) if old < section.version <= new)
    return sorted(chosen, key=lambda section: section.version, reverse=True)


def wrapped(notes: str, width: int) -> Iterator[str]:
    """The lines of notes in at most `width` columns: items and paragraphs are filled again."""
    block: list[str] = []
    for line in notes.split("\n"):
        if block and (not line.strip() or _ITEM.match(line) or "#" in (line[0], block[0][0])):
            yield from _filled(block, width)
            block = []
        if line.strip():
            block.append(line)
        else:
            yield ""
    yield from _filled(block, width) if block else ()


def _filled(lines: list[str], width: int) -> list[str]:
    item = _ITEM.match(lines[0])
    indent = item[1] if item else ""
    return textwrap.wrap(
        " ".join(line.strip() for line in lines),
        width,
        initial_indent=indent,
        subsequent_indent=indent + ("  " if item else ""),
        break_long_words=False,
        break_on_hyphens=False,
    )
