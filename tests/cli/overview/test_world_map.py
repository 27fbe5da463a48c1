"""The map of regions: what is shown, and that nothing leaves it or covers something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.regions.geography import all_regions, geography, region
from catalog.regions.region import Region
from cli.overview.labels import Box, width_of
from cli.overview.world_map import WIDE, MapPicture, map_picture

ALL = all_regions()
WIDTHS = st.sampled_from([360, 720, 1200])
SUBSETS = st.lists(st.sampled_from(ALL), min_size=1, max_size=len(ALL), unique_by=lambda each: each.name)
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9])?")


def outlines(path: str) -> list[list[tuple[float, float]]]:
    """The points of path data, which must have no other form than ours."""
    rings = []
    assert re.fullmatch(rf"(?:M{NUMBER.pattern} {NUMBER.pattern}l(?: ?{NUMBER.pattern})+z)*", path)
    for text in re.findall(r"M([^z]+)z", path):
        start, steps = text.split("l")
        x, y = (round(float(number) * 10) for number in start.split())
        numbers = [round(float(number) * 10) for number in NUMBER.findall(steps)]
        assert len(numbers) % 2 == 0
        ring = [(x / 10, y / 10)]
        for right, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + right, y + down
            ring.append((x / 10, y / 10))
        rings.append(ring)
    return rings


def has_land(picture: MapPicture, x: float, y: float) -> bool:
    """Whether there is land at a place, by the rule `evenodd`."""
    inside = False
    for ring in outlines(picture.land):
        for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
                inside = not inside
    return inside


def named(*names: str) -> list[Region]:
    return [region(name) for name in names]


def at(latitude: float, longitude: float) -> Region:
    """A region of no name at a place."""
    return replace(region("koreacentral"), name="here", latitude=latitude, longitude=longitude)


def xs(picture: MapPicture) -> dict[str, float]:
    return {point.region: point.x for point in picture.points}


@given(SUBSETS, WIDTHS)
def test_points_labels_and_land_stay_in_the_picture_and_labels_cover_nothing(
    regions: Sequence[Region], width: int
) -> None:
    picture = map_picture(regions, width=width)
    *start, height = picture.view_box
    assert start == [0, 0, width]
    whole = Box(0, 0, width, height + 0.05)
    for point in picture.points:
        assert 0 < point.x < width
        assert 0 < point.y < height
        assert whole.has(point.label.box), point
    for one, other in combinations(picture.points, 2):
        assert not one.label.box.meets(other.label.box), (one, other)
    for ring in outlines(picture.land):
        assert all(0 <= x <= width and 0 <= y <= height for x, y in ring)
    assert len(picture.land) <= 40_000


@given(st.lists(st.tuples(st.floats(-70, 80), st.floats(-180, 180)), min_size=1, max_size=6))
def test_wherever_a_region_is_it_is_in_the_picture(places: list[tuple[float, float]]) -> None:
    picture = map_picture([replace(at(*place), name=f"r{number}") for number, place in enumerate(places)])
    _, _, width, height = picture.view_box
    assert all(0 <= point.x <= width and 0 <= point.y <= height for point in picture.points)
    assert len(picture.points) == len(places)
    for ring in outlines(picture.land):
        assert all(0 <= x <= width and 0 <= y <= height for x, y in ring)


@given(SUBSETS, st.randoms(use_true_random=False))
def test_the_order_of_regions_does_not_matter_and_each_is_there_once(regions: list[Region], random: Random) -> None:
    shuffled = [*regions, *regions[:1]]
    random.shuffle(shuffled)
    picture = map_picture(regions)
    assert map_picture(shuffled) == picture
    known = {each.name for each in regions if each.latitude is not None}
    assert [point.region for point in picture.points] == sorted(known)
    assert picture.unplaced == tuple(sorted({each.name for each in regions} - known))


@given(SUBSETS)
def test_a_label_is_the_text_of_its_region_or_a_number_of_the_key(regions: Sequence[Region]) -> None:
    picture = map_picture(regions, width=360)
    assert [point.label.text for point in picture.key] == [str(number + 1) for number in range(len(picture.key))]
    by_name = [point for point in picture.points if point not in picture.key]
    assert all(point.label.text == point.text == point.region for point in by_name)


def test_a_label_stands_where_its_figures_say() -> None:
    for point in map_picture(ALL).points:
        part = {"start": 0, "middle": 0.5, "end": 1}[point.label.anchor]
        assert point.x + point.label.dx - part * point.label.width == pytest.approx(point.label.box.left, abs=0.1)
        assert point.label.box.top < point.y + point.label.dy < point.label.box.bottom
        assert point.label.width == width_of(point.label.text)
        if point.label.line:
            x1, y1, x2, y2 = point.label.line
            assert abs(x1 - point.x) < 7
            assert abs(y1 - point.y) < 7
            box = point.label.box
            assert box.left - 2 <= x2 <= box.right + 2
            assert box.top - 1 <= y2 <= box.bottom + 1


def test_few_regions_have_their_names_beside_them() -> None:
    for name in ("Korea", "Japan", "United States", "Australia", "Brazil", "UAE", "United Kingdom", "France"):
        picture = map_picture(geography(name)[1])
        assert len(picture.points) > 1
        assert [point for point in picture.points if point.label.line] == []
        assert picture.key == ()


def test_a_label_may_be_another_text() -> None:
    picture = map_picture(named("koreacentral"), texts={"koreacentral": "한국 중부 · 3"})
    assert picture.points[0].label.text == picture.points[0].text == "한국 중부 · 3"
    assert picture.points[0].label.width > width_of("koreacentral") / 2


def test_regions_without_a_place_are_listed_apart() -> None:
    picture = map_picture(named("swedensouth", "koreacentral", "chinaeast"))
    assert picture.unplaced == ("chinaeast", "swedensouth")
    assert map_picture(named("chinaeast")) == MapPicture((0, 0, 720, 0), "", (), ("chinaeast",))
    assert map_picture([]) == MapPicture((0, 0, 720, 0), "", (), ())


@pytest.mark.parametrize("name", [each.name for each in ALL if each.latitude is not None])
def test_one_region_is_shown_amid_its_country(name: str) -> None:
    picture = map_picture(named(name))
    point = picture.points[0]
    assert picture.view_box == (0, 0, 720, 720 / WIDE)
    assert (point.x, point.y) == (360, 180)
    assert outlines(picture.land)


@pytest.mark.parametrize(
    ("latitude", "longitude", "land"),
    [
        (37.3, 127.5, True),  # Seoul's province
        (37.3, 130.2, False),  # the sea east of it
        (36.0, 138.0, True),  # Honshu
        (48.5, 9.0, True),  # Germany
        (54.0, 3.0, False),  # the North Sea
        (39.0, -98.0, True),  # Kansas
        (-22.0, -48.0, True),  # Brazil
        (24.0, 54.0, True),  # Emirates
        (26.5, 52.0, False),  # the Gulf
        (42.0, 51.0, False),  # the Caspian Sea, a hole in the land
        (67.0, -178.0, True),  # Chukotka beyond the antimeridian
        (67.0, 178.0, True),  # and before it
        (-44.0, 170.5, True),  # New Zealand
    ],
)
def test_land_is_where_land_is(latitude: float, longitude: float, land: bool) -> None:
    picture = map_picture([at(latitude, longitude)])
    assert has_land(picture, 360, 180) is land


@pytest.mark.parametrize(
    ("latitude", "longitude", "land"),
    [(45.0, 100.0, True), (40.0, -100.0, True), (0.0, -30.0, False), (67.0, -174.0, True), (30.0, -160.0, False)],
)
def test_land_is_where_land_is_in_the_whole_world(latitude: float, longitude: float, land: bool) -> None:
    world = map_picture([at(latitude, longitude), *ALL])
    here = next(point for point in world.points if point.region == "here")
    assert world.view_box[2] == 720
    assert has_land(world, here.x, here.y) is land


def test_the_pacific_is_not_cut() -> None:
    found = xs(map_picture(named("japaneast", "australiaeast", "newzealandnorth", "westus", "eastus")))
    assert sorted(found, key=lambda name: found[name]) == [
        "japaneast",
        "australiaeast",
        "newzealandnorth",
        "westus",
        "eastus",
    ]


def test_the_atlantic_is_not_cut() -> None:
    found = xs(map_picture(named("westeurope", "eastus", "brazilsouth")))
    assert found["eastus"] < found["brazilsouth"] < found["westeurope"]


def test_no_direction_is_stretched() -> None:
    here, east, north = (replace(at(*place), name=name) for name, place in {
        "a": (50.0, 10.0), "b": (50.0, 11.0), "c": (50.0 + 0.6428, 10.0),
    }.items())  # fmt: skip
    a, b, c = map_picture([here, east, north]).points
    assert b.x - a.x == pytest.approx(a.y - c.y, rel=0.02)
