"""A time line of events, as plain figures that a page draws: a column for each month from today's on.

It has numbers and keys only: names of months and kinds belong to the page, which has several languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from lifecycle.calendar_events import KINDS, EventKind, TimeEvent

MOST_COLUMNS: Final = 24
"""Columns from today's month on; one for what is past comes before them."""

FEWEST_MONTHS: Final = 8
"""Months at least before years follow: up to the first December from then on, so 19 at most."""

NAMED: Final = 3
"""Events of a mark that are named; the others are counted."""

Span = Literal["past", "month", "year", "later"]


_Key = tuple[Span, int | None, int | None]
"""Span, year and month of a column."""

_PAST: Final[_Key] = ("past", None, None)


@dataclass(frozen=True, slots=True)
class Column:
    """A stretch of time. `left` and `width` are in percent of the time line.

    `span` says which: the days before today, a month (today's begins today), a year, or all years from `year` on.
    `year` and `month` are None where they say nothing.
    """

    span: Span
    year: int | None
    month: int | None
    left: float
    width: float

    @property
    def middle(self) -> float:
        """Where its marks stand, in percent."""
        return round(self.left + self.width / 2, 2)


@dataclass(frozen=True, slots=True)
class Mark:
    """The events of one kind in one column, by day; `x` is the middle of the column, in percent."""

    column: int
    x: float
    events: tuple[TimeEvent, ...]

    @property
    def named(self) -> tuple[TimeEvent, ...]:
        """The first ones, to be named."""
        return self.events[:NAMED]

    @property
    def more(self) -> int:
        """How many there are beside those."""
        return len(self.events) - len(self.named)


@dataclass(frozen=True, slots=True)
class Row:
    """The events of one kind, in the order of the columns."""

    kind: EventKind
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Columns in the order of time, and a row for each kind that has events, in the order of KINDS.

    Without events there is neither.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def time_line(events: Iterable[TimeEvent], today: date) -> TimeLine:
    """The time line of events: from today's month to the last one of them."""
    in_order = sorted(events, key=lambda event: event.order)
    if not in_order:
        return TimeLine((), ())
    spans = _spans(in_order[0].day, in_order[-1].day, today)
    width = 100 / len(spans)
    columns = tuple(
        Column(span, year, month, round(at * width, 2), round(width, 2)) for at, (span, year, month) in enumerate(spans)
    )
    places = {key: at for at, key in enumerate(spans)}
    groups: dict[tuple[EventKind, int], list[TimeEvent]] = {}
    for event in in_order:
        groups.setdefault((event.kind, _column(event.day, today, places)), []).append(event)
    rows = []
    for kind in KINDS:
        found = sorted((at, each) for (of, at), each in groups.items() if of == kind)
        if found:
            rows.append(Row(kind, tuple(Mark(at, columns[at].middle, tuple(each)) for at, each in found)))
    return TimeLine(columns, tuple(rows))


def _spans(first: date, last: date, today: date) -> list[_Key]:
    """What the columns stand for: months as long as they suffice, else months, years, and the rest."""
    past = [_PAST] if first < today else []
    months = (last.year - today.year) * 12 + last.month - today.month + 1
    if months <= MOST_COLUMNS:
        return [*past, *_months(today, max(months, 1))]
    this_year = 13 - today.month
    months, next_year = (this_year, today.year + 1) if this_year >= FEWEST_MONTHS else (this_year + 12, today.year + 2)
    years, room = range(next_year, last.year + 1), MOST_COLUMNS - months
    whole = years if len(years) <= room else years[: room - 1]
    later: list[_Key] = [("later", years[room - 1], None)] if len(years) > room else []
    return [*past, *_months(today, months), *(("year", year, None) for year in whole), *later]


def _months(today: date, number: int) -> Iterator[_Key]:
    """Today's month and those after it."""
    for month in range(today.month - 1, today.month - 1 + number):
        yield "month", today.year + month // 12, month % 12 + 1


def _column(day: date, today: date, places: Mapping[_Key, int]) -> int:
    """The column of a day."""
    if day < today:
        return places[_PAST]
    keys: tuple[_Key, ...] = (("month", day.year, day.month), ("year", day.year, None))
    return next((places[key] for key in keys if key in places), len(places) - 1)
