"""Writes the outlines of land for the map of the overview: `python -m tools.land land-110m.json land-50m.json`.

Both files are TopoJSON of Natural Earth from the package world-atlas; its two scales become the two levels of
`cli/overview/land.json`. Nothing else reads them, and nothing is fetched.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Final, TypedDict

FILE: Final = Path(__file__).resolve().parent.parent / "cli" / "overview" / "land.json"
SOURCE: Final = "Natural Earth, physical vectors, land, at 1:110m and 1:50m, as in the package world-atlas 2.0.2"
LICENCE: Final = "public domain (https://www.naturalearthdata.com/about/terms-of-use/)"
FORMAT: Final = (
    "Each ring is a closed outline, first point not repeated: longitude and latitude of a point, then the differences "
    "to the next, in units of a degree / unit. Rings that cross the antimeridian go on beyond 180 degrees."
)

NORTHERNMOST, SOUTHERNMOST = 84, -60
"""Latitudes between which outlines are kept: no region lies in Antarctica, whose ring encloses the pole."""

Point = tuple[float, float]


class Transform(TypedDict):
    """How the whole numbers of a file become degrees."""

    scale: tuple[float, float]
    translate: tuple[float, float]


class Geometry(TypedDict):
    """Polygons: a list of rings each, a ring a list of arcs by their index, `~index` if it is passed backwards."""

    arcs: list[list[list[int]]]


class Collection(TypedDict):
    """The polygons of one object."""

    geometries: list[Geometry]


class Topology(TypedDict):
    """The part of a TopoJSON file that is read."""

    transform: Transform
    arcs: list[list[tuple[int, int]]]
    objects: dict[str, Collection]


@dataclass(frozen=True, slots=True)
class Level:
    """How exact the outlines of one scale are, in degrees.

    Points nearer than `tolerance` to the line without them are left out, then rings with an area below `smallest`
    square degrees. `unit` is the number of steps of a degree.
    """

    tolerance: float
    smallest: float
    unit: int


LEVELS: Final = {"far": Level(0.1, 0.3, 10), "near": Level(0.018, 0.006, 50)}


def rings_of(topology: Topology) -> Iterator[list[Point]]:
    """The closed rings of a TopoJSON file with the one object `land`, in degrees; without the repeated first point.

    A ring around a pole does not close and is left out.
    """
    arcs = list(_arcs(topology))
    for geometry in topology["objects"]["land"]["geometries"]:
        for ring in chain.from_iterable(geometry["arcs"]):
            points = _unwrapped(_joined(arcs, ring))
            if len(points) > 3 and points[0] == points[-1]:
                yield points[:-1]


def simplified(ring: Sequence[Point], tolerance: float) -> list[Point]:
    """A closed ring without the points that its shape hardly needs (Douglas and Peucker), split at its far ends."""
    far = max(range(len(ring)), key=lambda at: _squared(ring[0], ring[at]))
    there, back = [*ring[: far + 1]], [*ring[far:], ring[0]]
    return [*_thinned(there, tolerance)[:-1], *_thinned(back, tolerance)[:-1]]


def area(ring: Sequence[Point]) -> float:
    """The area that a closed ring encloses, in square degrees."""
    pairs = pairwise([*ring, ring[0]])
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2


def encoded(rings: Iterable[Sequence[Point]], level: Level) -> list[list[int]]:
    """Rings as `land.json` has them, those of the largest area first; those that are too small are left out."""
    kept = []
    for ring in rings:
        if min(y for _, y in ring) < SOUTHERNMOST or max(y for _, y in ring) > NORTHERNMOST:
            continue
        thin = simplified(ring, level.tolerance)
        size = area(thin)
        steps = _differences([(round(x * level.unit), round(y * level.unit)) for x, y in thin])
        if size >= level.smallest and len(steps) >= 6:
            kept.append((-size, steps))
    return [steps for _, steps in sorted(kept)]


def document(files: dict[str, Topology]) -> str:
    """The content of `land.json`: a line for each ring. `files` are the TopoJSON files by the name of their level."""
    head = {"source": SOURCE, "licence": LICENCE, "format": FORMAT}
    lines = [f"  {json.dumps(key)}: {json.dumps(text)}," for key, text in head.items()]
    levels = []
    for name, topology in files.items():
        rings = encoded(rings_of(topology), LEVELS[name])
        texts = ",\n".join(json.dumps(ring, separators=(",", ":")) for ring in rings)
        levels.append(f'    "{name}": {{"unit": {LEVELS[name].unit}, "rings": [\n{texts}\n    ]}}')
    body = ",\n".join(levels)
    return "\n".join(["{", *lines, '  "levels": {', body, "  }", "}", ""])


def main(arguments: Sequence[str]) -> int:
    """Writes the file; the arguments are the two files of the package, 1:110m first."""
    if len(arguments) != len(LEVELS):
        print("give land-110m.json and land-50m.json of the package world-atlas", file=sys.stderr)
        return 2
    files = {name: json.loads(Path(path).read_text("utf-8")) for name, path in zip(LEVELS, arguments, strict=True)}
    FILE.write_text(document(files), "utf-8")
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes")
    return 0


def _arcs(topology: Topology) -> Iterator[list[Point]]:
    (x_scale, y_scale), (x_first, y_first) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for x_step, y_step in arc:
            x, y = x + x_step, y + y_step
            points.append((x * x_scale + x_first, y * y_scale + y_first))
        yield points


def _joined(arcs: Sequence[Sequence[Point]], ring: Iterable[int]) -> list[Point]:
    """The points of a ring; two arcs that follow each other share one."""
    points: list[Point] = []
    for index in ring:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return points


def _unwrapped(points: Iterable[Point]) -> list[Point]:
    """The points with longitudes that never jump, and a middle between -180 and 180."""
    found: list[Point] = []
    turn = 0
    for x, y in points:
        if found:
            turn += round((found[-1][0] - x - turn) / 360) * 360
        found.append((x + turn, y))
    xs = [x for x, _ in found]
    back = round((min(xs) + max(xs)) / 720) * 360
    return [(x - back, y) for x, y in found]


def _thinned(line: Sequence[Point], tolerance: float) -> list[Point]:
    kept = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        inner = range(first + 1, last)
        if not inner:
            continue
        far = max(inner, key=lambda at: _off_line(line[at], line[first], line[last]))
        if _off_line(line[far], line[first], line[last]) > tolerance:
            kept.add(far)
            spans += [(first, far), (far, last)]
    return [line[at] for at in sorted(kept)]


def _off_line(point: Point, start: Point, end: Point) -> float:
    """The distance of a point from a stretch of line, in degrees."""
    length = _squared(start, end)
    along = (point[0] - start[0]) * (end[0] - start[0]) + (point[1] - start[1]) * (end[1] - start[1])
    part = min(max(along / length, 0), 1) if length else 0
    foot = (start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1]))
    return math.sqrt(_squared(point, foot))


def _squared(one: Point, other: Point) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _differences(points: Iterable[tuple[int, int]]) -> list[int]:
    """Points as differences, those that fall together only once."""
    steps: list[int] = []
    x_last = y_last = 0
    for x, y in points:
        if not steps or (x, y) != (x_last, y_last):
            steps += (x - x_last, y - y_last)
        x_last, y_last = x, y
    return steps


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
