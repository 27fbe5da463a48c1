"""The report of several runs, no longer than its place allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cli.report.layout import Layout
from cli.report.run import Run
from cli.report.run_summary import RunSummary, Section, chapter

LIMIT: Final = 65_000
"""Bytes of UTF-8. A comment on GitHub may have 65,536 characters, which is never less, however these are counted."""

REST: Final = "… {} more, not shown here for want of room: the run's own log has everything."
RESERVE: Final = 200
"""Bytes for such a line about stacks."""

Place = tuple[int, int, int]
"""Where an item stands: chapter, section, line."""


def render(runs: Iterable[Run], layout: Layout, limit: int = LIMIT) -> str:
    """The report; where not all fits into `limit` bytes, what matters most is there, and how much is left out."""
    chapters = sorted(map(chapter, runs), key=lambda found: (found.weight, [str(piece) for piece in found.headline]))
    shown: list[RunSummary] = []
    room = limit - _size(layout.start) - RESERVE
    # Headlines alone would tell that hundreds of stacks failed, and of none why.
    kept = room // 2 if any(found.sections for found in chapters) else 0
    for found in chapters:
        # Sections that are chosen later only make the line about the others shorter.
        size = _size(layout.headline(found.headline), _unseen([section.title for section in found.sections], layout))
        if size > room - kept:
            break
        room -= size
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


def _chosen(chapters: Sequence[RunSummary], layout: Layout, room: int) -> set[Place]:
    """As many items as there is room for, those of the most important sections first, of all chapters alike."""
    ranked = sorted(
        ((section.rank, number, position) for number, found in enumerate(chapters)
         for position, section in enumerate(found.sections))
    )  # fmt: skip
    chosen: set[Place] = set()
    for _, number, position in ranked:
        section = chapters[number].sections[position]
        room -= _size(layout.title(section.title), _more(len(section.lines), layout))
        for index, line in enumerate(section.lines):
            size = _size(layout.item(line))
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
            yield _more(len(section.lines) - len(lines), layout)
    yield _unseen(unseen, layout)


def _more(lines: int, layout: Layout) -> str:
    return layout.item((REST.format(lines),))


def _unseen(titles: Sequence[str], layout: Layout) -> str:
    if not titles:
        return ""
    return "\n" + layout.item((f"Not shown here for want of room: {', '.join(titles).lower()}.",))


def _size(*texts: str) -> int:
    return sum(len(text.encode()) for text in texts)
