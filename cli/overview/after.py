"""What the page shows of the services after Azure Lab Services: what each image needs, with the source of each rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalog.images.consumers import SERVICES
from catalog.stacks.commands import Commands
from catalog.texts.translation import N_, _, speaking
from cli.offers import together
from cli.overview.views import MANY, State
from cli.overview.words import Words
from cli.readiness_text import (
    ADVICE,
    HEADINGS,
    advised,
    deadline,
    demand_text,
    headline,
    images_text,
    meanings,
    source_text,
    status_word,
    twin_command,
    twin_text,
)
from lifecycle.readiness import Item, Readiness, Status, by_work
from lifecycle.readiness_report import ReadinessReport

TITLE: Final = N_("After Azure Lab Services")
CAPTION: Final = N_("What each image needs for each service")
TWINS: Final = N_("Twin images, so that labs keep theirs until the day")
STATES: Final[Mapping[Status, tuple[State, str]]] = {
    "ready": ("good", "✓"),
    "as_far_as_seen": ("good", "○"),
    "unknown": ("warn", "?"),
    "work": ("bad", "✕"),
    "not_for": ("none", "–"),
}
"""The colour and the mark of a status."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What an image needs for one service: colour, mark, and a word or two."""

    colour: State
    mark: str
    word: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that images do not meet: what is demanded, which images, and the document."""

    text: str
    images: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class After:
    """The section in the language of the page. `rows` has images of which the same is to be said together."""

    title: str
    caption: str
    deadline: str
    headline: str
    is_good: bool
    services: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], tuple[Cell, ...]], ...]
    meanings: tuple[str, ...]
    works: tuple[tuple[str, tuple[Rule, ...]], ...]
    twins_title: str
    twins: tuple[tuple[str, str], ...]


def after(report: ReadinessReport, on_stack: Commands, words: Words) -> After:
    """The section of a stack."""
    with speaking(words.language):
        return After(
            _(TITLE),
            _(CAPTION),
            deadline(report.days_left),
            headline(report),
            not report.without_service,
            tuple(SERVICES[service].name for service in report.services),
            tuple(_rows(report)),
            tuple(meanings(report)),
            tuple(_works(report)),
            _(TWINS),
            tuple((twin_text(twin), "" if twin.exists else twin_command(twin, on_stack)) for twin in report.twins),
        )


def _rows(report: ReadinessReport) -> Iterator[tuple[tuple[str, ...], tuple[Cell, ...]]]:
    cells: dict[str, list[Cell]] = {}
    for each in report.found:
        cells.setdefault(each.image, []).append(_cell(each))
    of: Callable[[str], tuple[Cell, ...]] = lambda image: tuple(cells[image])  # noqa: E731 - typed
    for group in together(cells, of):
        rows = [tuple(group)] if len(group) > MANY["images"] else [(image,) for image in group]
        yield from ((row, of(row[0])) for row in rows)


def _cell(of: Readiness) -> Cell:
    return Cell(*STATES[of.status], status_word(of))


def _works(report: ReadinessReport) -> Iterator[tuple[str, tuple[Rule, ...]]]:
    for work, items in by_work(report.found).items():
        yield _(HEADINGS[work]), _rules(items, report)
    if items := advised(report):
        yield _(ADVICE), _rules(items, report)


def _rules(items: Sequence[Item], report: ReadinessReport) -> tuple[Rule, ...]:
    return tuple(
        Rule(demand_text(item), tuple(images_text(item, report.external)), source_text(item)) for item in items
    )
