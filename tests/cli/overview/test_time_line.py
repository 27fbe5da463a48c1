"""The time line: which columns there are, and where events stand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.overview.time_line import MOST_COLUMNS, NAMED, TimeLine, time_line
from lifecycle.calendar_events import KINDS, TimeEvent

TODAY = date(2026, 11, 29)
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
EVENTS = st.lists(st.builds(TimeEvent, DAYS, st.sampled_from(KINDS), st.sampled_from(["gis", "cad", "gis 1.0.0"])))


def ends(*days: str) -> list[TimeEvent]:
    """Images that end on these days."""
    return [TimeEvent(date.fromisoformat(day), "image", f"image-{at}") for at, day in enumerate(days)]


def spans(line: TimeLine) -> list[str]:
    """The columns: `past`, `2026-11`, `2028`, `2040+`."""
    return [
        {"past": "past", "month": f"{each.year}-{each.month}", "year": f"{each.year}", "later": f"{each.year}+"}[
            each.span
        ]
        for each in line.columns
    ]


def test_months_from_todays_to_the_last_event() -> None:
    line = time_line(ends("2026-12-31", "2027-02-01"), TODAY)
    assert spans(line) == ["2026-11", "2026-12", "2027-1", "2027-2"]
    assert [(column.left, column.width, column.middle) for column in line.columns[:2]] == [
        (0, 25, 12.5),
        (25, 25, 37.5),
    ]
    assert [(mark.column, mark.x) for mark in line.rows[0].marks] == [(1, 37.5), (3, 87.5)]


def test_what_is_past_is_in_a_column_of_its_own_and_today_is_not() -> None:
    line = time_line(ends("2026-11-28", "2026-11-29", "2020-01-01"), TODAY)
    assert spans(line) == ["past", "2026-11"]
    assert [[event.day.day for event in mark.events] for mark in line.rows[0].marks] == [[1, 28], [29]]


def test_past_events_alone_have_todays_month_beside_them() -> None:
    assert spans(time_line(ends("2020-01-01"), TODAY)) == ["past", "2026-11"]


def test_without_events_there_is_no_time_line() -> None:
    assert time_line([], TODAY) == TimeLine((), ())


def test_two_years_are_months() -> None:
    line = time_line(ends("2028-10-31"), TODAY)
    assert len(line.columns) == MOST_COLUMNS
    assert {column.span for column in line.columns} == {"month"}


def test_beyond_them_years_follow_the_december_of_the_next_year() -> None:
    line = time_line(ends("2028-11-01", "2030-05-05"), TODAY)
    assert spans(line)[-5:] == ["2027-11", "2027-12", "2028", "2029", "2030"]
    assert len(line.columns) == 14 + 3


def test_early_in_a_year_they_follow_its_own_december() -> None:
    assert spans(time_line(ends("2030-05-05"), date(2026, 5, 1)))[7:] == ["2026-12", "2027", "2028", "2029", "2030"]


def test_what_is_too_far_away_is_in_the_last_column() -> None:
    line = time_line(ends("2060-01-01", "2037-01-01", "2036-12-31"), TODAY)
    assert spans(line)[-2:] == ["2036", "2037+"]
    assert [mark.column for mark in line.rows[0].marks] == [22, 23]


def test_many_events_of_a_month_are_counted() -> None:
    line = time_line(ends(*["2026-12-05"] * 5, "2026-12-01"), TODAY)
    (mark,) = line.rows[0].marks
    assert [event.subject for event in mark.named] == ["image-5", "image-0", "image-1"]
    assert mark.more == 3


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2026, 12, 31), date(2027, 1, 1)])
def test_the_first_month_is_todays(today: date) -> None:
    columns = time_line(ends("2100-12-31"), today).columns
    assert (columns[0].year, columns[0].month) == (today.year, today.month)


@given(EVENTS, DAYS)
def test_every_event_is_in_exactly_one_column_and_that_is_its_own(events: list[TimeEvent], today: date) -> None:
    line = time_line(events, today)
    found = [event for row in line.rows for mark in row.marks for event in mark.events]
    assert sorted(found, key=lambda event: event.order) == sorted(events, key=lambda event: event.order)
    for row in line.rows:
        assert [mark.column for mark in row.marks] == sorted({mark.column for mark in row.marks})
        for mark in row.marks:
            column = line.columns[mark.column]
            assert mark.x == column.middle
            assert len(mark.named) + mark.more == len(mark.events)
            assert 1 <= len(mark.named) <= NAMED
            for event in mark.events:
                assert event.kind == row.kind
                assert (column.span == "past") == (event.day < today)
                assert column.year is None or (
                    event.day.year >= column.year if column.span == "later" else event.day.year == column.year
                )
                assert column.month in {None, event.day.month}


@given(EVENTS, DAYS)
def test_columns_are_few_follow_each_other_and_fill_the_whole(events: list[TimeEvent], today: date) -> None:
    line = time_line(events, today)
    assert len(line.columns) <= MOST_COLUMNS + 1
    assert [row.kind for row in line.rows] == [kind for kind in KINDS if any(event.kind == kind for event in events)]
    assert time_line(reversed(events), today) == line
    keys = [(column.year, column.month or 0) for column in line.columns if column.year is not None]
    assert keys == sorted(set(keys))
    if events:
        assert line.columns[-1].left + line.columns[-1].width == pytest.approx(100, abs=0.05)
