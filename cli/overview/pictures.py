"""The map and the time line of a stack, in the words of the page and with what is good or bad there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from catalog.regions.geography import UnknownRegion, region
from catalog.regions.region import Region
from cli.overview.labels import Label
from cli.overview.time_line import Column, Row, time_line
from cli.overview.views import State, region_state
from cli.overview.words import Words, quoted, spoken
from cli.overview.world_map import MapPicture, map_picture
from lifecycle.calendar_events import GALLERY, TimeEvent
from lifecycle.end_of_life import NOTICE_DAYS
from lifecycle.overview import Overview, RegionState

WIDTH: Final = 960
"""Units of a time line, and of its first column, which says what ends in a row."""
GUTTER: Final = 110
HEAD: Final = 40
ROW: Final = 30


@dataclass(frozen=True, slots=True)
class Point:
    """A region on the map: its colour and mark, and its label."""

    colour: State
    mark: str
    is_home: bool
    x: float
    y: float
    label: Label


@dataclass(frozen=True, slots=True)
class RegionMap:
    """The map, its points, and what it says in words. `key` explains labels that are only numbers."""

    picture: MapPicture
    points: tuple[Point, ...]
    texts: tuple[str, ...]
    key: tuple[Markup, ...]
    unplaced: tuple[str, ...]
    legend: tuple[tuple[State, str, Markup], ...]

    @property
    def view_box(self) -> str:
        """As an SVG has it."""
        return " ".join(f"{each:g}" for each in self.picture.view_box)


def region_map(overview: Overview, words: Words) -> RegionMap:
    """The regions of a stack on a map."""
    states = {state.name: state for state in overview.regions}
    known = {name: found for name in states if (found := _region(name)) is not None}
    texts = {name: f"{found.display_name} · {states[name].replicas:,}" for name, found in known.items()}
    picture = map_picture(known.values(), texts=texts)
    looks = {name: _look(state, overview, words) for name, state in states.items()}
    points = tuple(
        Point(*looks[each.region][:2], states[each.region].is_home, each.x, each.y, each.label)
        for each in picture.points
    )
    used = {looks[each.region]: None for each in picture.points}
    return RegionMap(
        picture,
        points,
        tuple(_said(states[each.region], overview, words) for each in picture.points),
        tuple(Markup("{} = {}").format(each.label.text, each.text) for each in picture.key),
        (*(known[name].display_name for name in picture.unplaced), *(name for name in states if name not in known)),
        tuple(sorted(used, key=lambda look: ("good", "none", "warn", "bad").index(look[0]))),
    )


def _region(name: str) -> Region | None:
    try:
        return region(name)
    except UnknownRegion:
        return None


def _look(state: RegionState, overview: Overview, words: Words) -> tuple[State, str, Markup]:
    colour = region_state(state, overview.cost, words)[0]
    text = {"good": "covered", "bad": "uncovered.all", "warn": "unknown"}.get(colour, "no_labs")
    return colour, {"good": "●", "bad": "✕", "warn": "◆"}.get(colour, "○"), words(f"map.{text}")


def _said(state: RegionState, overview: Overview, words: Words) -> str:
    """A region in words, for who does not see the map."""
    text = region_state(state, overview.cost, words)[2].striptags()
    return f"{region(state.name).display_name} ({words.counted('replicas', state.replicas)}, {text})"


@dataclass(frozen=True, slots=True)
class LineColumn:
    """A column of the time line; `top` is its year where one begins."""

    x: float
    width: float
    top: str
    text: str


@dataclass(frozen=True, slots=True)
class LineMark:
    """What ends in one column: how many are counted in `text` if they are several."""

    colour: State
    x: float
    r: float
    text: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """The marks of one kind."""

    y: int
    text: str
    marks: tuple[LineMark, ...]


@dataclass(frozen=True, slots=True)
class Dates:
    """The time line in units of its picture."""

    columns: tuple[LineColumn, ...]
    rows: tuple[LineRow, ...]
    described: Markup
    width: int = WIDTH

    @property
    def height(self) -> int:
        """Of the picture."""
        return HEAD + ROW * len(self.rows)


def dates(overview: Overview, words: Words) -> Dates:
    """The dates of a stack on a time line."""
    line = time_line(overview.ends, overview.today)
    said = words.names([f"{event.day} {event.subject}" for event in overview.ends], most=20, mark=spoken)
    return Dates(
        tuple(_columns(line.columns, words)),
        tuple(
            LineRow(HEAD + ROW * number + 14, str(words(f"row.{row.kind}")), tuple(_marks(row, overview.today)))
            for number, row in enumerate(line.rows)
        ),
        words("line.desc", dates=said),
    )


def _at(percent: float) -> float:
    return round(GUTTER + percent / 100 * (WIDTH - GUTTER), 1)


def _columns(columns: tuple[Column, ...], words: Words) -> Iterator[LineColumn]:
    year: int | None = None
    for column in columns:
        width = round(column.width / 100 * (WIDTH - GUTTER), 1)
        if column.span == "month":
            top, text = (str(column.year) if column.year != year else ""), str(words(f"month.{column.month}"))
            year = column.year
        else:
            top, text = "", str(column.year if column.span == "year" else words(f"line.{column.span}"))
        yield LineColumn(_at(column.left), width, top, text)


def _marks(row: Row, today: date) -> Iterator[LineMark]:
    for mark in row.marks:
        many = len(mark.events)
        yield LineMark(urgency(mark.events[0].day, today), _at(mark.x), 9 if many > 1 else 6, f"{many:,}" * (many > 1))


def urgency(day: date, today: date) -> State:
    """Past, near, or neither."""
    left = (day - today).days
    return "bad" if left < 0 else "warn" if left <= NOTICE_DAYS else "none"


def what(event: TimeEvent, words: Words) -> Markup:
    """What else there is to say of a date; an end in the catalogue, where dates are expected, needs no word."""
    if event.kind in {"exemption", "level"}:
        return quoted(event.what)
    return words("in_azure") if event.what == GALLERY else Markup()
