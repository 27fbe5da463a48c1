"""What labs offer, as commands show it: the sentence, the table with images down and labs across, and JSON."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, TypeVar

import click

from catalog.files.diagnostic import escaped, some_of
from catalog.texts.translation import N_, _, current, n_, p_
from cli.terminal import GAP, wrapped
from cli.text_width import padded, width_of
from lifecycle.findings import MANY_PLACES, headline, labels
from lifecycle.offer import Offer, OfferStatus
from lifecycle.place import Place

COLOURS: Final = {"seen": "green", "replaced": "yellow", "unknown": "yellow", "hidden": "red"}
NOT_MEANT: Final = "-"
NOT_MEANT_MEANS: Final = N_("- the catalogue does not have the image for this lab")
_WORDS: Final[dict[OfferStatus, str]] = {
    "seen": N_("seen {version}"),
    "replaced": N_("replaced by {version}"),
    "unknown": N_("not known"),
    "hidden": N_("hidden"),
}
_CORNER: Final = N_("image")
_MANY_IMAGES: Final = 8
_LAB_WIDTH: Final = 40
MOST_NAMED: Final = 30
"""So many names of a group are below the table."""

Thing = TypeVar("Thing")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a lab offers of an image, and its colour; None for the terminal's own."""

    text: str
    colour: str | None


@dataclass(frozen=True, slots=True)
class _Column:
    heading: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def width(self) -> int:
        return max(map(width_of, (*self.heading, *(cell.text for cell in self.cells))))


def cell(offer: Offer) -> Cell:
    """The cell of one offer; what the lab's own list says stands in it if that does not fit."""
    if not offer.wanted:
        return Cell(NOT_MEANT, None)
    if offer.is_being_published:
        return Cell(_("being published"), COLOURS["unknown"])
    text = _(_WORDS[offer.status], version=offer.version)
    if offer.disagrees:
        text = _("{state}, but listed", state=text) if offer.listed else _("{state}, not listed", state=text)
    return Cell(text, COLOURS[offer.status])


def sentence(offers: Sequence[Offer]) -> str:
    """The headline as a sentence."""
    return full(capital(escaped(headline(offers))))


def full(clause: str) -> str:
    """The clause with a full stop."""
    return p_("sentence", "{clause}.", clause=clause)


def capital(text: str) -> str:
    """The text with a capital at its beginning; other languages than English may begin with a name there."""
    return text[:1].upper() + text[1:] if current() == "en" else text


def lab_entries(names: Mapping[Place, str]) -> list[dict[str, Any]]:
    """The labs as they are in JSON; `names` is what they are called there."""
    return [
        {
            "name": name,
            "id": place.id,
            "kind": place.noun,
            "users": place.users,
            "region": place.region,
            "reasons": [asdict(reason) for reason in place.reasons],
        }
        for place, name in names.items()
    ]


def image_entries(offers: Iterable[Offer], names: Mapping[Place, str]) -> list[dict[str, Any]]:
    """The offers as they are in JSON, without what to do."""
    return [
        {
            "name": offer.image,
            "lab": names[offer.place],
            "status": offer.status,
            "version": offer.version,
            "wanted": offer.wanted,
            "declared": offer.declared,
            "latest": offer.latest,
            "reasons": [asdict(reason) for reason in offer.reasons],
            "listed": offer.listed,
            "disagrees": offer.disagrees,
        }
        for offer in offers
    ]


def table_lines(offers: Sequence[Offer], width: int) -> Iterator[str]:
    """The lines of the table for `offers`, one for each image in each lab, in at most `width` columns.

    Labs that do not fit beside each other get a table of their own below. Large groups get one row or column with a
    number, and their names below the table.
    """
    names = labels(offers)
    found = {(offer.image, offer.place): cell(offer) for offer in offers}
    images = list(dict.fromkeys(offer.image for offer in offers))
    labs = together(names, lambda place: (place.users, tuple(found[image, place] for image in images)))
    numbered: list[str] = []
    rows: list[tuple[str, str]] = []
    for group in together(images, lambda image: tuple(found[image, group[0]] for group in labs)):
        if len(group) > _MANY_IMAGES:
            rows.append((_numbered(group, _images(len(group)), numbered), group[0]))
        else:
            rows += [(escaped(image), image) for image in group]
    rows.sort(key=lambda row: images.index(row[1]))
    columns = [
        _Column(_heading([names[lab] for lab in group], numbered), tuple(found[row, group[0]] for _name, row in rows))
        for group in labs
    ]
    first = max(map(width_of, (_(_CORNER), *(name for name, _image in rows))))
    for number, block in enumerate(_blocks(columns, width - first)):
        yield from [""] if number else []
        yield from _block([padded(name, first) for name, _image in rows], block)
    if any(each.text == NOT_MEANT for each in found.values()):
        yield from wrapped(_(NOT_MEANT_MEANS), then="  ", width=width)
    for number, text in enumerate(numbered, 1):
        mark = f"[{number}] "
        yield from wrapped(text, first=mark, then=" " * len(mark), width=width)


def together(things: Iterable[Thing], key: Callable[[Thing], Key]) -> list[list[Thing]]:
    """The things in groups of equal keys, in the order of their first members."""
    groups: dict[Key, list[Thing]] = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return list(groups.values())


def _heading(labs: Sequence[str], numbered: list[str]) -> tuple[str, ...]:
    """The lines above the column of a group of labs."""
    if len(labs) > MANY_PLACES or max(map(len, labs)) > _LAB_WIDTH:
        return (_numbered(labs, n_("{n} lab", "{n} labs", len(labs), n=len(labs)), numbered),)
    return tuple(map(escaped, labs))


def _images(number: int) -> str:
    return n_("{n} image", "{n} images", number, n=number)


def _numbered(names: Sequence[str], count: str, numbered: list[str]) -> str:
    """What stands for a group in the table; its names are appended to `numbered`, of very many the first."""
    numbered.append(some_of(list(map(escaped, names)), MOST_NAMED))
    return f"{count} [{len(numbered)}]"


def _blocks(columns: Sequence[_Column], width: int) -> Iterator[list[_Column]]:
    """The columns in blocks that fit into `width`; one that does not fit anywhere stands alone."""
    block: list[_Column] = []
    used = 0
    for column in columns:
        needed = column.width + len(GAP)
        if block and used + needed > width:
            yield block
            block, used = [], 0
        block.append(column)
        used += needed
    yield block


def _block(rows: Sequence[str], columns: Sequence[_Column]) -> Iterator[str]:
    height = max(len(column.heading) for column in columns)
    for line in range(height):
        heading = [Cell(column.heading[line] if line < len(column.heading) else "", None) for column in columns]
        yield _line(padded(_(_CORNER) if line == 0 else "", width_of(rows[0])), columns, heading)
    for index, row in enumerate(rows):
        yield _line(row, columns, [column.cells[index] for column in columns])


def _line(row: str, columns: Sequence[_Column], cells: Sequence[Cell]) -> str:
    parts = [row]
    for column, each in zip(columns, cells, strict=True):
        text = click.style(each.text, fg=each.colour) if each.colour else each.text
        parts.append(text + padded(each.text, column.width).removeprefix(each.text))
    return GAP.join(parts).rstrip()
