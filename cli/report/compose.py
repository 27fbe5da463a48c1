"""The report of several runs, no longer than its place allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cli.report.chapter import Chapter, Section, chapter
from cli.report.layout import Layout
from cli.report.run import Run

LIMIT: Final = 65_000
"""Bytes of UTF-8. A comment on GitHub may have 65,536 characters, which is never less, however these are counted."""

REST: Final = "… {} more, not shown here for want of room: the run's own log has everything."
RESERVE: Final = 200
"""Bytes for such a line."""

Place = tuple[int, int, int]
"""Where an item stands: chapter, section, line."""


def compose(runs: Iterable[Run], layout: Layout, limit: int = LIMIT) -> str:
    """The report; where not all fits into `limit` bytes, what matters most is there, and how much is left out."""
    chapters = sorted(map(chapter, runs), key=lambda found: (found.weight, [str(piece) for piece in found.headline]))
    shown: list[Chapter] = []
    room = limit - len(layout.start.encode()) - RESERVE
    for found in chapters:
        room -= len(layout.headline(found.headline).encode())
        if room < 0:
            break
        shown.append(found)
    chosen = _chosen(shown, layout, room)
    parts = [layout.start]
    for number, found in enumerate(shown):
        parts.append(layout.headline(found.headline))
        parts += _sections(number, found.sections, chosen, layout)
    if len(shown) < len(chapters):
        stacks = len(chapters) - len(shown)
        parts.append("\n" + layout.item((REST.format(f"{stacks} {'stack' if stacks == 1 else 'stacks'}"),)))
    return "".join(parts)


def _chosen(chapters: Sequence[Chapter], layout: Layout, room: int) -> set[Place]:
    """As many items as there is room for, those of the most important sections first, of all chapters alike."""
    ranked = sorted(
        ((section.rank, number, position) for number, found in enumerate(chapters)
         for position, section in enumerate(found.sections))
    )  # fmt: skip
    chosen: set[Place] = set()
    for _, number, position in ranked:
        section = chapters[number].sections[position]
        room -= len(layout.title(section.title).encode()) + RESERVE
        for index, line in enumerate(section.lines):
            size = len(layout.item(line).encode())
            if size > room:
                break
            room -= size
            chosen.add((number, position, index))
        if room < 0:
            break
    return chosen


def _sections(number: int, sections: Sequence[Section], chosen: set[Place], layout: Layout) -> Iterator[str]:
    unseen: list[str] = []
    for position, section in enumerate(sections):
        lines = [line for index, line in enumerate(section.lines) if (number, position, index) in chosen]
        if not lines:
            unseen.append(section.title)
            continue
        yield layout.title(section.title)
        yield from map(layout.item, lines)
        if len(lines) < len(section.lines):
            yield layout.item((REST.format(len(section.lines) - len(lines)),))
    if unseen:
        yield "\n" + layout.item((f"Not shown here for want of room: {', '.join(unseen).lower()}.",))
