"""End-of-life dates that are near or past: of images, of versions, and of Azure Lab Services itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog.fields.moment import day_of
from catalog.images.catalogue import Catalogue

RETIREMENT_DATE: Final = date(2027, 6, 28)
"""The day on which Azure Lab Services is retired, with labs of either kind. Source: "Azure Lab Services retirement"."""

NOTICE_DAYS: Final = 60
"""Days before an end of life from which a warning is given."""


@dataclass(frozen=True, slots=True)
class EndOfLife:
    """The end of life of an image, or of one of its versions; `day` is in UTC.

    `days_left` is negative when the day has passed.
    """

    image: str
    version: str | None
    day: date
    days_left: int

    @property
    def subject(self) -> str:
        """As a message names it: `gis 1.0.0`."""
        return self.image if self.version is None else f"{self.image} {self.version}"


def ending_soon(catalogue: Catalogue, today: date) -> list[EndOfLife]:
    """Images and versions whose end of life is past on `today` or within NOTICE_DAYS, earliest first."""
    near = (end for end in _all(catalogue, today) if end.days_left <= NOTICE_DAYS)
    return sorted(near, key=lambda end: (end.day, end.subject))


def in_words(days_left: int) -> str:
    """`in 3 days`, `today`, `1 day ago`."""
    if days_left == 0:
        return "today"
    count = f"{abs(days_left):,} day{'' if abs(days_left) == 1 else 's'}"
    return f"in {count}" if days_left > 0 else f"{count} ago"


def _all(catalogue: Catalogue, today: date) -> Iterator[EndOfLife]:
    for name, image in catalogue.images.items():
        days: dict[str | None, date | None] = {None: image.end_of_life}
        days.update({number: version.end_of_life for number, version in image.versions.items()})
        for number, day in days.items():
            if day is not None:
                yield EndOfLife(name, number, day_of(day), (day_of(day) - today).days)
