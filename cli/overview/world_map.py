"""A map of Azure regions, as plain figures that a page draws: outlines of land, points and their labels.

It is zoomed to its regions and drawn in Mercator's projection: that keeps the shape of a country at every zoom, needs
no choice of a middle, and enlarges Europe, where most regions are; what it enlarges beyond measure, the polar regions,
has no region. Nothing here knows of replicas, labs or colours. The outlines are in `land.json` (`tools/land.py`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Final

from catalog.regions.region import Region
from cli.overview.labels import Box, Label, Spot, placed_labels

NARROWEST: Final = 20.0
"""Degrees of longitude that a picture shows at least: a country with what is around it."""

MARGIN: Final = 0.14
"""Free room on each side of the outermost points, as a part of what they span."""

WIDE, TALL = 2.0, 1.3
"""Width to height, at most and at least."""

NEAR: Final = 120.0
"""Degrees of longitude up to which the exact outlines are drawn."""

SHORTEST: Final = 1 / 600
"""Between two points of an outline, at least, as a part of the width: nobody sees more."""

_LAND: Final = Path(__file__).resolve().parent / "land.json"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class MapPoint:
    """One region (canonical name) at x and y. Its label is `text`, or a number where that has no room."""

    region: str
    text: str
    x: float
    y: float
    label: Label


@dataclass(frozen=True, slots=True)
class MapPicture:
    """What a page draws; lengths in units of the picture, y downwards.

    `view_box` is (x, y, width, height). `land` is the path data of an SVG, filled by either rule; it ends at the edge
    of the map, which a line around it would show. `points` are sorted by region; `unplaced` are the regions of which
    Azure publishes no place. Without any point there is nothing to draw: `land` is empty and the height 0.
    """

    view_box: tuple[float, float, float, float]
    land: str
    points: tuple[MapPoint, ...]
    unplaced: tuple[str, ...]

    @property
    def key(self) -> tuple[MapPoint, ...]:
        """The points whose label is a number, since there is no room for more; in the order of the numbers."""
        return tuple(point for point in self.points if point.label.text != point.text)


@dataclass(frozen=True, slots=True)
class _Ring:
    """An outline in degrees, and between which longitudes and latitudes it lies."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    west: float
    east: float
    south: float
    north: float


@dataclass(frozen=True, slots=True)
class _View:
    """What is shown: from `west` on, `span` degrees of longitude; `top` is the edge in Mercator's degrees.

    `width` and `height` are in units of the picture.
    """

    west: float
    top: float
    span: float
    width: float
    height: float

    @property
    def scale(self) -> float:
        """Units of the picture to a degree of longitude."""
        return self.width / self.span

    @property
    def bottom(self) -> float:
        """The lower edge in Mercator's degrees."""
        return self.top - self.height / self.scale

    def at(self, longitude: float, latitude: float) -> Point:
        """Where a place is, in units of the picture."""
        return (longitude - self.west) % 360 * self.scale, (self.top - _mercator(latitude)) * self.scale


def map_picture(regions: Iterable[Region], *, width: int = 720, texts: Mapping[str, str] | None = None) -> MapPicture:
    """The map of these regions, each once; `texts` are their labels by name, else the name itself."""
    by_name = {region.name: region for region in regions}
    places = {
        name: (region.longitude, region.latitude)
        for name, region in sorted(by_name.items())
        if region.longitude is not None and region.latitude is not None
    }
    unplaced = tuple(sorted(by_name.keys() - places.keys()))
    if not places:
        return MapPicture((0, 0, width, 0), "", (), unplaced)
    view = _view(list(places.values()), width)
    spots = []
    for name, place in places.items():
        x, y = view.at(*place)
        spots.append(Spot(round(x, 1), round(y, 1), (texts or {}).get(name, name)))
    labels = placed_labels(spots, Box(0, 0, view.width, view.height))
    points = tuple(
        MapPoint(name, spot.text, spot.x, spot.y, label)
        for name, spot, label in zip(places, spots, labels, strict=True)
    )
    height = max([view.height, *(label.box.bottom for label in labels)])
    return MapPicture((0, 0, width, round(height, 1)), _land(view), points, unplaced)


def _view(places: Sequence[Point], width: int) -> _View:
    """The view of all places: the shorter way around the globe, a margin, and a shape that is neither too wide nor
    too tall."""
    west, across = _arc([longitude for longitude, _ in places])
    heights = [_mercator(latitude) for _, latitude in places]
    down = max(heights) - min(heights)
    span = max(across * (1 + 2 * MARGIN), NARROWEST)
    tall = max(down * (1 + 2 * MARGIN), span / WIDE)
    span = min(max(span, tall * TALL), 360)
    tall = max(tall, span / WIDE)
    height = round(tall * width / span, 1)
    middle = (max(heights) + min(heights)) / 2
    return _View(west + across / 2 - span / 2, middle + height * span / width / 2, span, width, height)


def _arc(longitudes: Sequence[float]) -> tuple[float, float]:
    """The shortest stretch of the globe with all longitudes: where it begins in the west, and how long it is."""
    around = sorted({longitude % 360 for longitude in longitudes})
    gaps = [(after - before, after) for before, after in zip(around, [*around[1:], around[0] + 360], strict=True)]
    gap, west = max(gaps)
    return (west + 180) % 360 - 180, 360 - gap


def _mercator(latitude: float) -> float:
    """How far from the equator a latitude is drawn, in degrees of longitude."""
    return math.degrees(math.asinh(math.tan(math.radians(latitude))))


def _latitude(mercator: float) -> float:
    return math.degrees(math.atan(math.sinh(math.radians(mercator))))


@lru_cache(maxsize=2)
def _rings(level: str) -> tuple[_Ring, ...]:
    data = json.loads(_LAND.read_text("utf-8"))["levels"][level]
    unit: int = data["unit"]
    rings = []
    for steps in data["rings"]:
        xs = tuple(x / unit for x in accumulate(steps[::2]))
        ys = tuple(y / unit for y in accumulate(steps[1::2]))
        rings.append(_Ring(xs, ys, min(xs), max(xs), min(ys), max(ys)))
    return tuple(rings)


def _land(view: _View) -> str:
    """The outlines within a view, as path data."""
    north, south = _latitude(view.top), _latitude(view.bottom)
    paths = []
    for ring in _rings("near" if view.span <= NEAR else "far"):
        if ring.south >= north or ring.north <= south:
            continue
        for turn in (-360.0, 0.0, 360.0):
            west, east = view.west - turn, view.west + view.span - turn
            if ring.west < east and ring.east > west:
                inside = _clipped(ring, (west, south, east, north))
                paths.append(_path(view, west, inside))
    return "".join(paths)


def _clipped(ring: _Ring, edges: tuple[float, float, float, float]) -> list[Point]:
    """The part of a ring between west, south, east and north (Sutherland and Hodgman).

    Parts that hang together outside alone stay one ring, joined along the edges.
    """
    west, south, east, north = edges
    points = list(zip(ring.xs, ring.ys, strict=True))
    if ring.west < west:
        points = _cut(points, 0, west, 1)
    if ring.east > east:
        points = _cut(points, 0, east, -1)
    if ring.south < south:
        points = _cut(points, 1, south, 1)
    if ring.north > north:
        points = _cut(points, 1, north, -1)
    return points


def _cut(points: Sequence[Point], axis: int, edge: float, side: int) -> list[Point]:
    """The part of a ring with coordinates above `edge` (side 1), or below it (side -1)."""
    kept: list[Point] = []
    if not points:
        return kept
    last = points[-1]
    last_in = (last[axis] - edge) * side >= 0
    for point in points:
        is_in = (point[axis] - edge) * side >= 0
        if is_in != last_in:
            part = (edge - last[axis]) / (point[axis] - last[axis])
            other = last[1 - axis] + part * (point[1 - axis] - last[1 - axis])
            kept.append((edge, other) if axis == 0 else (other, edge))
        if is_in:
            kept.append(point)
        last, last_in = point, is_in
    return kept


def _path(view: _View, west: float, points: Iterable[Point]) -> str:
    """Path data of a ring whose longitudes count from `west`; empty if nobody would see it."""
    kept: list[tuple[int, int]] = []
    shortest = SHORTEST * view.width * 10
    right, down = round(view.width * 10), round(view.height * 10)
    scale, top = view.scale * 10, view.top
    for longitude, latitude in points:
        x = min(max(round((longitude - west) * scale), 0), right)
        y = min(max(round((top - _mercator(latitude)) * scale), 0), down)
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= shortest:
            kept.append((x, y))
    if len(kept) < 3:
        return ""
    return "".join(_steps(kept))


def _steps(points: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Points in tenths, as a start and steps from each to the next; a minus separates numbers, too."""
    x, y = points[0]
    yield f"M{_tenths(x)} {_tenths(y)}l"
    between = ""
    for x_next, y_next in points[1:]:
        yield between if x_next >= x else ""
        yield _tenths(x_next - x)
        yield " " if y_next >= y else ""
        yield _tenths(y_next - y)
        x, y, between = x_next, y_next, " "
    yield "z"


def _tenths(number: int) -> str:
    whole, part = divmod(abs(number), 10)
    return f"{'-' if number < 0 else ''}{whole}{f'.{part}' if part else ''}"
