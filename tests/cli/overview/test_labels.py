"""Where labels go if there is hardly any room."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.overview.labels import LINE_HEIGHT, Box, Spot, placed_labels, width_of

SMALL = Box(0, 0, 120, 60)
SPOTS = st.lists(
    st.builds(Spot, st.integers(1, 119).map(float), st.integers(1, 59).map(float), st.text("abw한 0", max_size=12)),
    max_size=30,
)


@given(SPOTS)
def test_no_label_covers_another_however_many_points_there_are(spots: list[Spot]) -> None:
    labels = placed_labels(spots, SMALL)
    assert len(labels) == len(spots)
    for label in labels:
        assert label.box.left >= 0
        assert label.box.right <= SMALL.right
        assert label.box.top >= 0
    for one, other in combinations(labels, 2):
        assert not one.box.meets(other.box)


def test_a_lonely_point_has_its_text_to_the_right_without_a_line() -> None:
    (label,) = placed_labels([Spot(20, 30, "here")], SMALL)
    assert (label.text, label.anchor, label.line) == ("here", "start", None)
    assert label.box.left > 20


def test_at_the_right_edge_it_is_to_the_left() -> None:
    (label,) = placed_labels([Spot(115, 30, "here")], SMALL)
    assert label.anchor == "end"


def test_what_is_wider_than_the_picture_is_a_number() -> None:
    assert [label.text for label in placed_labels([Spot(20, 30, "w" * 40), Spot(60, 30, "a")], SMALL)] == ["1", "a"]


def test_without_any_room_numbers_stand_in_rows_below() -> None:
    picture = Box(0, 0, 40, 10)
    labels = placed_labels([Spot(float(at), 5, "w" * 9) for at in range(2, 38, 2)], picture)
    assert [label.text for label in labels] == [str(number) for number in range(1, 19)]
    assert {label.box.top for label in labels} == {10 + row * LINE_HEIGHT for row in range(8)}
    assert all(label.line is not None and label.line[3] == label.box.top for label in labels)


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("ijl", 8.0), ("m", 10.0), ("koreacentral", 66.0), ("한국", 24.0), ("日本", 24.0)]
)
def test_width_of_a_text(text: str, width: float) -> None:
    assert width_of(text) == pytest.approx(width, abs=0.1)


def test_boxes_that_touch_do_not_meet() -> None:
    assert not Box(0, 0, 1, 1).meets(Box(1, 0, 2, 1))
    assert Box(0, 0, 1, 1).meets(Box(0.5, 0.5, 2, 2))
