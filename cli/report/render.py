"""The report of several runs, within a limit of bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from catalog.texts.translation import _, n_, p_
from cli.report.layout import Layout
from cli.report.places import Places
from cli.report.run import Run
from cli.report.run_summary import RunSummary, Section, summary_of, verdict_of

LIMIT: Final = 65_000
"""Bytes of UTF-8. A comment on GitHub may have 65,536 characters, and no text has more characters than bytes."""

RESERVE: Final = 200
"""Bytes for the line about stacks that are left out, if it is not longer."""

Place = tuple[int, int, int]
"""Where an item stands: chapter, section, line."""


def render(
    runs: Iterable[Run], layout: Layout, limit: int = LIMIT, *, places: Places | None = None, note: str = ""
) -> str:
    """The report. If it does not fit into `limit` bytes, the most important items and the number of the others.

    `places` are where findings stand; without it, no line of a file is named. `note` is what is said after the verdict.
    """
    chapters = [summary_of(run, places or Places()) for run in runs]
    chapters.sort(key=lambda found: (found.verdict.weight, [str(piece) for piece in found.headline]))
    verdict = verdict_of([found.verdict for found in chapters])
    start = layout.start(verdict.mark, (verdict.words,)) + (layout.note_form(note) if note else "")
    shown: list[RunSummary] = []
    room = limit - _size(start) - max(RESERVE, _size(_stacks_more(len(chapters), layout)))
    # Half of the room is for items: headlines alone would not explain why stacks failed.
    kept = room // 2 if any(found.sections for found in chapters) else 0
    for found in chapters:
        # The line about sections that are left out is at its longest here: none is chosen yet.
        size = _size(layout.headline(found.headline), _unseen([section.title for section in found.sections], layout))
        if size > room - kept:
            break
        room -= size
        shown.append(found)
    chosen = _chosen(shown, layout, room)
    parts = [start]
    for number, found in enumerate(shown):
        parts.append(layout.headline(found.headline))
        parts += _sections(number, found.sections, chosen, layout)
    if len(shown) < len(chapters):
        parts.append(_stacks_more(len(chapters) - len(shown), layout))
    return "".join(parts)


def _chosen(chapters: Sequence[RunSummary], layout: Layout, room: int) -> set[Place]:
    """As many items as fit, the most important sections of all chapters first."""
    ranked = sorted(
        ((section.rank, number, position) for number, found in enumerate(chapters)
         for position, section in enumerate(found.sections))
    )  # fmt: skip
    chosen: set[Place] = set()
    for _rank, number, position in ranked:
        section = chapters[number].sections[position]
        room -= _size(layout.title(section.title, section.columns), _more(section.length, layout))
        for index, item in enumerate(_items(section, layout)):
            size = _size(item)
            if size > room:
                break
            room -= size
            chosen.add((number, position, index))
        if room < 0:
            break
    return chosen


def _items(section: Section, layout: Layout) -> list[str]:
    """The lines of a section, or the rows of its table."""
    return list(map(layout.row, section.rows)) if section.columns else list(map(layout.item, section.lines))


def _sections(number: int, sections: Sequence[Section], chosen: set[Place], layout: Layout) -> Iterator[str]:
    unseen: list[str] = []
    for position, section in enumerate(sections):
        items = [item for index, item in enumerate(_items(section, layout)) if (number, position, index) in chosen]
        if not items:
            unseen.append(section.title)
            continue
        yield layout.title(section.title, section.columns)
        yield from items
        if len(items) < section.length:
            # After a table, an empty line ends it.
            yield ("\n" if section.columns else "") + _more(section.length - len(items), layout)
    yield _unseen(unseen, layout)


def _more(lines: int, layout: Layout) -> str:
    text = _("… {n} more, left out to keep the report short: the run's own log has everything.", n=lines)
    return layout.item((text,))


def _stacks_more(number: int, layout: Layout) -> str:
    text = n_(
        "… {n} stack more, left out to keep the report short: the run's own log has everything.",
        "… {n} stacks more, left out to keep the report short: the run's own log has everything.",
        number,
        n=number,
    )
    return "\n" + layout.item((text,))


def _unseen(titles: Sequence[str], layout: Layout) -> str:
    if not titles:
        return ""
    sections = p_("between names", ", ").join(f"{title[:1].lower()}{title[1:]}" for title in titles)
    return "\n" + layout.item((_("Left out to keep the report short: {sections}.", sections=sections),))


def _size(*texts: str) -> int:
    return sum(len(text.encode()) for text in texts)
