"""The outlines of land, as they are read from TopoJSON and as they are in the repository."""

from __future__ import annotations

import json
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools import land
from tools.land import FILE, LEVELS, Level, Point, Topology, area, document, encoded, main, rings_of, simplified

EXACT = Level(0, 0, 10)


def topology(*arcs: list[tuple[int, int]], rings: list[list[list[int]]]) -> Topology:
    """A file in tenths of a degree, whose arcs begin where no one moved them."""
    return {
        "transform": {"scale": (0.1, 0.1), "translate": (0.0, 0.0)},
        "arcs": [list(arc) for arc in arcs],
        "objects": {"land": {"geometries": [{"arcs": rings}]}},
    }


def rounded(rings: list[list[Point]]) -> list[list[Point]]:
    return [[(round(x, 6), round(y, 6)) for x, y in ring] for ring in rings]


SQUARE = topology([(0, 0), (100, 0), (0, 100)], [(0, 0), (0, 100), (100, 0)], rings=[[[0, -2]]])
"""Two arcs that share both ends; the second one is passed backwards."""


def test_arcs_are_joined_in_their_direction() -> None:
    assert rounded(list(rings_of(SQUARE))) == [[(0, 0), (10, 0), (10, 10), (0, 10)]]


def test_a_ring_that_crosses_the_antimeridian_goes_on() -> None:
    ring = [(1750, 0), (0, 100), (-3500, 0), (0, -100), (3500, 0)]
    assert rounded(list(rings_of(topology(ring, rings=[[[0]]])))) == [[(175, 0), (175, 10), (185, 10), (185, 0)]]


def test_one_that_begins_beyond_it_has_its_middle_on_the_map() -> None:
    ring = [(-1750, 0), (3400, 0), (0, 100), (-3400, 0), (0, -100)]
    assert rounded(list(rings_of(topology(ring, rings=[[[0]]])))) == [[(185, 0), (165, 0), (165, 10), (185, 10)]]


def test_a_ring_around_a_pole_is_left_out() -> None:
    ring = [(-1800, -700), (1200, 0), (1200, 0), (1200, 0)]
    assert list(rings_of(topology(ring, rings=[[[0]]]))) == []


def test_what_is_small_or_near_a_pole_is_left_out() -> None:
    square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    southern = [(x, y - 70) for x, y in square]
    assert encoded([square, southern], EXACT) == [[0, 0, 10, 0, 0, 10, -10, 0]]
    assert encoded([square], Level(0, 1.5, 10)) == []


@given(
    st.lists(st.tuples(st.floats(-10, 10), st.floats(-10, 10)), min_size=4, max_size=40, unique=True),
    st.floats(0.01, 2),
)
def test_a_simplified_ring_has_points_of_the_ring_in_their_order(ring: list[Point], tolerance: float) -> None:
    found = simplified(ring, tolerance)
    assert found[0] == ring[0]
    assert [point for point in ring if point in found] == found


def test_points_on_a_line_are_left_out() -> None:
    square = [(0.0, 0.0), (1.0, 0.001), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    assert simplified(square, 0.01) == [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    assert area(square) == pytest.approx(4, abs=0.01)


def test_the_file_is_written_from_two_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(land, "FILE", tmp_path / "land.json")
    source = tmp_path / "source.json"
    source.write_text(json.dumps(SQUARE), "utf-8")
    assert main([str(source), str(source)]) == 0
    written = json.loads((tmp_path / "land.json").read_text("utf-8"))
    assert written["levels"]["far"] == {"unit": 10, "rings": [[0, 0, 100, 0, 0, 100, -100, 0]]}
    assert (tmp_path / "land.json").read_text("utf-8") == document({"far": SQUARE, "near": SQUARE})
    assert main([]) == 2
    assert "land-110m.json" in capsys.readouterr().err


def test_the_file_of_the_repository_says_where_it_is_from_and_is_small() -> None:
    found = json.loads(FILE.read_text("utf-8"))
    assert "Natural Earth" in found["source"]
    assert found["licence"].startswith("public domain")
    assert FILE.stat().st_size <= 250_000
    assert found["levels"].keys() == LEVELS.keys()
    for name, level in found["levels"].items():
        assert level["unit"] == LEVELS[name].unit
        for ring in level["rings"]:
            assert len(ring) >= 6
            assert len(ring) % 2 == 0
            assert all(-60 <= y / level["unit"] <= 84 for y in accumulate(ring[1::2]))
            assert all(-360 <= x / level["unit"] <= 360 for x in accumulate(ring[::2]))
