"""Where the labels of points go, so that none covers another label or point, nor leaves the picture.

A label stands beside its point if there is room, else a little farther away with a line to it; else there is a number
in its place, which a key explains.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple
from unicodedata import east_asian_width

FONT_SIZE: Final = 12
"""Of a label, in units of the picture."""

RADIUS: Final = 6
"""What is free of labels around each point, in units of the picture: a mark fits in."""

LINE_HEIGHT: Final = 14
BASELINE: Final = 4
"""How far below the middle of a line its letters stand."""

GAP: Final = 3
DISTANCES: Final = (18, 30, 42, 54, 66, 80, 96, 114, 134, 158, 186, 218, 256, 300)
"""From a point to a label with a line; what is farther away is sought with less care."""

NEAREST: Final = 4
"""How many of them a text may be away; farther away, nobody finds its point."""

ANGLES: Final = 24
"""Directions around a point in which room is sought."""
HALF: Final = LINE_HEIGHT / 2

Anchor = Literal["start", "middle", "end"]
Line = tuple[float, float, float, float]
_Place = tuple[Anchor, float, float]
"""Anchor of a text, and how far from the point the middle of its line is there."""


class _Away(NamedTuple):
    """A place with a line: what it costs, how much less of it off from other points, its direction, and itself."""

    cost: float
    lean: float
    x: float
    y: float
    place: _Place


_PART: Final[Mapping[Anchor, float]] = {"start": 0, "middle": 0.5, "end": 1}
"""How much of a text is left of its anchor."""

_BESIDE: Final[Sequence[_Place]] = (
    ("start", RADIUS + GAP, 0),
    ("end", -RADIUS - GAP, 0),
    ("middle", 0, -RADIUS - HALF),
    ("middle", 0, RADIUS + HALF),
    ("start", GAP, -RADIUS - HALF),
    ("start", GAP, RADIUS + HALF),
    ("end", -GAP, -RADIUS - HALF),
    ("end", -GAP, RADIUS + HALF),
)

# Widths of Arial, Helvetica and Liberation Sans, in thousandths of the size; what is missing is 667 or a whole.
_WIDTHS: Final = {
    letter: width
    for width, letters in {
        222: "ijl", 278: " .,:;!/ft", 333: "()-r·", 500: "cksvxyz", 556: "abdeghnopqu0123456789", 722: "w", 833: "mM",
        944: "W",
    }.items()
    for letter in letters
}  # fmt: skip


class Box(NamedTuple):
    """A rectangle, in units of the picture, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether they have a part in common; edges that touch are none."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def has(self, other: Box) -> bool:
        """Whether the other one lies within."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True, slots=True)
class Spot:
    """A point with the text of its label."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """Where a text goes: its baseline is at `dx` and `dy` from the point, at the end of the text that `anchor` says.

    `width` is what the text needs in FONT_SIZE, to be given as `textLength`, which makes it true of any font. `line`
    is the stretch (x1, y1, x2, y2) from the point to a label that is not beside it, else None. `box` is what the text
    covers.
    """

    text: str
    anchor: Anchor
    dx: float
    dy: float
    width: float
    line: Line | None
    box: Box


def width_of(text: str) -> float:
    """How wide a text is in FONT_SIZE, in units of the picture."""
    thousandths = sum(_WIDTHS.get(letter, 1000 if east_asian_width(letter) in "WF" else 667) for letter in text)
    return round(thousandths * FONT_SIZE / 1000, 1)


def placed_labels(spots: Sequence[Spot], picture: Box) -> list[Label]:
    """The label of each point, in the order of `spots`; `picture` is what they must not leave but downwards.

    Points with the most room come first. Those without room for a text get a number, counted in their order from 1.
    """
    labels: dict[int, Label] = {}
    order = sorted(range(len(spots)), key=lambda at: (len(_near(spots, at)), spots[at].x, at))

    def place(texts: Mapping[int, str], find: Callable[[_Candidates, _Taken], Label | None]) -> None:
        for index in order:
            if index in texts and index not in labels:
                taken = _Taken.by(spots, index, labels.values(), picture)
                label = find(_Candidates.of(spots, index, texts[index]), taken)
                if label is not None:
                    labels[index] = label

    texts = {index: spot.text for index, spot in enumerate(spots)}
    place(texts, _beside)
    place(texts, _close)
    without = [index for index in range(len(spots)) if index not in labels]
    numbers = {index: str(number) for number, index in enumerate(without, 1)}
    place(numbers, _beside)
    place(numbers, _anywhere)
    return [labels[index] for index in range(len(spots))]


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a further label must not cover: the marks of other points, the labels that have a place, and their lines."""

    picture: Box
    boxes: Sequence[Box]
    labels: Sequence[Box]
    lines: Sequence[Line]

    @classmethod
    def by(cls, spots: Sequence[Spot], index: int, labels: Iterable[Label], picture: Box) -> _Taken:
        """What is taken for the label of one point."""
        placed = list(labels)
        boxes = [label.box for label in placed]
        marks = [
            Box(spot.x - RADIUS, spot.y - RADIUS, spot.x + RADIUS, spot.y + RADIUS)
            for at, spot in enumerate(spots)
            if at != index
        ]
        return cls(picture, [*marks, *boxes], boxes, [label.line for label in placed if label.line])

    def has_room(self, box: Box) -> bool:
        """Whether a box lies within the picture and covers nothing."""
        if not self.picture.has(box):
            return False
        left, top, right, bottom = box
        for first, above, last, below in self.boxes:  # Box.meets, without 60 calls for each of 10,000 places
            if left < last and first < right and top < below and above < bottom:
                return False
        return not any(_passes(line, box) for line in self.lines)

    def is_free(self, line: Line) -> bool:
        """Whether a line passes through no label."""
        return not any(_passes(line, box) for box in self.labels)

    def crosses(self, line: Line) -> bool:
        """Whether a line crosses another."""
        return any(_cross(line, other) for other in self.lines)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The places of a label, the best first: beside its point, and farther away, rather away from its neighbours."""

    own: Spot
    text: str
    width: float
    off: tuple[float, float]

    @classmethod
    def of(cls, spots: Sequence[Spot], index: int, text: str) -> _Candidates:
        """The places of a text at one of the points."""
        own, near = spots[index], _near(spots, index)
        x = own.x - sum(spot.x for spot in near) / len(near) if near else 0
        y = own.y - sum(spot.y for spot in near) / len(near) if near else 0
        length = math.hypot(x, y) or 1
        return cls(own, text, width_of(text), (x / length, y / length))

    def away(self, places: Iterable[_Away]) -> Iterator[_Place]:
        """Those of `places`, all with a line."""
        x_off, y_off = self.off
        for _, place in sorted((one.cost - one.lean * (one.x * x_off + one.y * y_off), one.place) for one in places):
            yield place

    def box(self, place: _Place) -> Box:
        """What the text covers."""
        anchor, dx, dy = place
        left = self.own.x + dx - _PART[anchor] * self.width
        middle = self.own.y + dy
        return Box(left, middle - HALF, left + self.width, middle + HALF)

    def line(self, place: _Place) -> Line:
        """The line to the text."""
        anchor, dx, dy = place
        side = (_PART[anchor] - 0.5) * 2
        end = math.copysign(HALF, dy) if anchor == "middle" else 0
        return _line(self.own, self.own.x + dx + side, self.own.y + dy - end)

    def label(self, place: _Place, line: Line | None) -> Label:
        """The label at a place."""
        anchor, dx, dy = place
        return Label(self.text, anchor, round(dx, 1), round(dy + BASELINE, 1), self.width, line, self.box(place))


def _beside(candidates: _Candidates, taken: _Taken) -> Label | None:
    """The best place beside the point with room."""
    for place in _BESIDE:
        if taken.has_room(candidates.box(place)):
            return candidates.label(place, None)
    return None


def _close(candidates: _Candidates, taken: _Taken) -> Label | None:
    """The best place with room not far from the point, with a line that crosses no other."""
    for place in candidates.away(_CLOSE):
        if taken.has_room(candidates.box(place)):
            line = candidates.line(place)
            if taken.is_free(line) and not taken.crosses(line):
                return candidates.label(place, line)
    return None


def _anywhere(candidates: _Candidates, taken: _Taken) -> Label:
    """The best place with room; its line passes below labels only if there is no other way. Else one below."""
    best: Label | None = None
    for place in candidates.away(_FAR):
        if taken.has_room(candidates.box(place)):
            line = candidates.line(place)
            label = candidates.label(place, line)
            if taken.is_free(line):
                return label
            best = best or label
    return best or _below(candidates.own, candidates.text, taken)


def _near(spots: Sequence[Spot], index: int) -> list[Spot]:
    """The points that want the same room as one of them."""
    own = spots[index]
    return [
        spot for at, spot in enumerate(spots) if at != index and abs(spot.x - own.x) < 120 and abs(spot.y - own.y) < 60
    ]


def _around(distances: Iterable[float]) -> Iterator[_Away]:
    """Places at these distances in every direction."""
    for distance in distances:
        for step in range(ANGLES):
            angle = 2 * math.pi * step / ANGLES
            x, y = math.cos(angle), math.sin(angle)
            yield _Away(distance * 1.5, distance / 2, x, y, _outwards(round(x * distance, 1), round(y * distance, 1)))


def _outwards(x: float, y: float) -> _Place:
    """A text whose line ends at x and y from its point."""
    if abs(x) < abs(y) / 2:
        return "middle", x, y + math.copysign(HALF, y)
    return ("start", x + 1, y) if x > 0 else ("end", x - 1, y)


def _line(own: Spot, x: float, y: float) -> Line:
    """From the rim of a point's mark to x and y."""
    length = math.hypot(x - own.x, y - own.y)
    part = min(RADIUS / length, 1) if length else 1
    return (
        round(own.x + (x - own.x) * part, 1),
        round(own.y + (y - own.y) * part, 1),
        round(x, 1),
        round(y, 1),
    )


def _below(own: Spot, text: str, taken: _Taken) -> Label:
    """A label in the rows below the picture: behind the last one there, or first in the next row."""
    width = width_of(text)
    picture, there = taken.picture, [box for box in taken.labels if box.top >= taken.picture.bottom]
    top = max((box.top for box in there), default=picture.bottom)
    left = max((box.right + 2 * GAP for box in there if box.top == top), default=picture.left)
    if left > picture.left and left + width > picture.right:
        left, top = picture.left, top + LINE_HEIGHT
    box = Box(left, top, left + width, top + LINE_HEIGHT)
    line = _line(own, left + width / 2, top)
    return Label(text, "start", round(left - own.x, 1), round(top + HALF + BASELINE - own.y, 1), width, line, box)


def _passes(line: Line, box: Box) -> bool:
    """Whether a stretch of line passes through a box (Liang and Barsky)."""
    x1, y1, x2, y2 = line
    if max(x1, x2) <= box.left or min(x1, x2) >= box.right or max(y1, y2) <= box.top or min(y1, y2) >= box.bottom:
        return False
    enters, leaves = 0.0, 1.0
    for step, room in (
        (x1 - x2, x1 - box.left),
        (x2 - x1, box.right - x1),
        (y1 - y2, y1 - box.top),
        (y2 - y1, box.bottom - y1),
    ):
        if step == 0:
            if room < 0:
                return False
        elif step < 0:
            enters = max(enters, room / step)
        else:
            leaves = min(leaves, room / step)
    return enters < leaves


def _cross(one: Line, other: Line) -> bool:
    """Whether two stretches of line cross."""

    def side(line: Line, x: float, y: float) -> float:
        return (line[2] - line[0]) * (y - line[1]) - (line[3] - line[1]) * (x - line[0])

    return (
        side(one, other[0], other[1]) * side(one, other[2], other[3]) < 0
        and side(other, one[0], one[1]) * side(other, one[2], one[3]) < 0
    )


_CLOSE: Final = tuple(_around(DISTANCES[:NEAREST]))
_FAR: Final = tuple(_around(DISTANCES))
