"""What the page shows of an overview, made ready for the template: a table of offers, bars, regions, dates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from markupsafe import Markup

from catalog.regions.prices import money
from cli.offers import together
from cli.overview.words import Words, code, quoted
from lifecycle.cost_report import PRICE_KINDS, CostReport, Unknown
from lifecycle.findings import MANY_PLACES, Finding, labels
from lifecycle.offer import Offer
from lifecycle.overview import Overview, RegionState
from lifecycle.unmanaged import Unmanaged
from plan.cost import Cost

State = Literal["good", "warn", "bad", "none"]
STATES: Final[dict[str, tuple[State, str]]] = {
    "seen": ("good", "✓"),
    "replaced": ("warn", "≠"),
    "publishing": ("warn", "…"),
    "unknown": ("warn", "?"),
    "hidden": ("bad", "✕"),
    "not_meant": ("none", "–"),
}
"""The colour and the mark of what a lab offers."""

MOST_ROWS: Final = 24
"""So many rows a table shows; the others are folded."""
UNKNOWN_REST: Final = " + ?"
"""Behind a figure that lacks what is not known."""
MANY: Final = {"images": 8, "labs": MANY_PLACES}
"""More images or labs than this of which the same is to be said share a row or a column."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What labs offer of an image: the colour, the mark, the word behind it and the version."""

    colour: State
    mark: str
    word: Markup
    version: str
    note: Markup


@dataclass(frozen=True, slots=True)
class Row:
    """Images of which the same is to be said, with a cell for each column."""

    images: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Labs across, images down. `columns` are groups of labs that offer the same; `used` are the marks in it."""

    columns: tuple[tuple[str, ...], ...]
    rows: tuple[Row, ...]
    used: tuple[tuple[State, str, Markup], ...]


def matrix(offers: Sequence[Offer], words: Words) -> Matrix:
    """The table of the offers. Many images or labs that are alike share a row or a column."""
    names = labels(offers)
    found = {(offer.image, offer.place): _cell(offer, words) for offer in offers}
    images = list(dict.fromkeys(offer.image for offer in offers))
    columns = together(names, lambda place: (place.users, tuple(found.get((image, place)) for image in images)))
    columns = [part for group in columns for part in ([group] if len(group) > MANY["labs"] else [[it] for it in group])]
    rows: list[tuple[str, ...]] = []
    for group in together(images, lambda image: tuple(found.get((image, lab[0])) for lab in columns)):
        rows += [tuple(group)] if len(group) > MANY["images"] else [(image,) for image in group]
    rows.sort(key=lambda row: images.index(row[0]))
    absent = _of_state("not_meant", words)
    states = list(STATES)
    used = {_state(offer): None for offer in offers}
    return Matrix(
        tuple(tuple(names[place] for place in group) for group in columns),
        tuple(Row(row, tuple(found.get((row[0], lab[0]), absent) for lab in columns)) for row in rows),
        tuple((*STATES[key], words(f"state.{key}")) for key in sorted(used, key=states.index)),
    )


def _state(offer: Offer) -> str:
    if not offer.wanted:
        return "not_meant"
    return "publishing" if offer.is_being_published else offer.status


def _of_state(state: str, words: Words) -> Cell:
    return Cell(*STATES[state], words(f"state.{state}"), "", Markup())


def _cell(offer: Offer, words: Words) -> Cell:
    state = _state(offer)
    colour, mark = STATES[state]
    note = words("listed" if offer.listed else "not_listed") if offer.wanted and offer.disagrees else Markup()
    return Cell(
        "bad" if note else colour, mark, words(f"state.{state}"), (offer.version or "") if offer.wanted else "", note
    )


@dataclass(frozen=True, slots=True)
class Wrong:
    """A finding: the images, what is wrong with them where, and why: labels and the exact words of each reason."""

    colour: State
    mark: str
    images: Markup
    head: Markup
    reasons: tuple[tuple[Markup, str], ...]


def wrong(finding: Finding, words: Words) -> Wrong:
    """A finding in words."""
    first = finding.offers[0]
    labs = words.where(finding.places, MANY_PLACES)
    if first.disagrees:
        key = "listed" if first.listed else "not_listed"
    else:
        key = "publishing" if first.is_being_published else first.status
    colour, mark = STATES.get(_state(first) if first.wanted else "unknown", STATES["unknown"])
    return Wrong(
        colour,
        mark,
        words("images.all", n=f"{len(finding.images):,}") if finding.all_images else words.names(finding.images),
        words(f"why.{key}", labs=labs, version=quoted(first.version or "")),
        tuple(
            (words(f"reason.{reason.kind}"), clause)
            for reason, clause in zip(finding.reasons, finding.clauses, strict=True)
        ),
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of costs: its width is in percent of the dearest row, None if the cost is not known."""

    name: str
    gb: str
    month: str
    width: str | None


def bars(
    report: CostReport, groups: Mapping[str, Cost], words: Words, *, names: Callable[[str], str] = str
) -> list[Bar]:
    """The groups of the cost, the dearest first; without any price by GB. `names` is what they are called."""
    priced = bool(report.cost.currency)

    def measure(each: Cost) -> Decimal:
        return each.month if priced else Decimal(each.gb)

    most = max(map(measure, groups.values()), default=Decimal(0))
    order = sorted(groups.items(), key=lambda item: (-measure(item[1]), -item[1].gb, item[0]))
    return [
        Bar(
            names(name),
            gb_of(each, report, words),
            month_of(each, report, words),
            f"{measure(each) / most * 100:.1f}" if most else None,
        )
        for name, each in order
    ]


def gb_of(cost: Cost, report: CostReport, words: Words) -> str:
    """GB of a part of the cost; "not known" if nothing of it is, with UNKNOWN_REST if something is not."""
    gb = report.gb if cost is report.cost else cost.known_gb
    return str(words("unknown")) if gb is None else f"{gb:,}{'' if is_whole_gb(cost, report) else UNKNOWN_REST}"


def is_whole_gb(cost: Cost, report: CostReport) -> bool:
    """Whether the GB of a part of the cost lack nothing."""
    return all(each.kind in PRICE_KINDS for each in report.lacking(cost))


def month_of(cost: Cost, report: CostReport, words: Words) -> str:
    """The month of a part of the cost, marked likewise."""
    month = report.month if cost is report.cost else cost.known_month
    return (
        str(words("unknown"))
        if month is None
        else f"{money(month, cost.currency)}{UNKNOWN_REST if report.lacking(cost) else ''}"
    )


def unknown_costs(unknown: Iterable[Unknown], words: Words) -> Iterator[Markup]:
    """What the sum lacks, by what is not known of it."""
    kinds: dict[str, dict[str, None]] = {}
    for each in unknown:
        kinds.setdefault(each.kind, {})[" ".join(filter(None, (each.image, each.version)))] = None
    for kind, names in kinds.items():
        yield words(f"cost.unknown.{kind}", names=words.names(list(names)))


def region_state(region: RegionState, report: CostReport, words: Words) -> tuple[State, str, Markup]:
    """The colour, the mark and the words of a region."""
    if region.lacking:
        return "bad", "✕", words("uncovered", names=words.names(region.lacking))
    if region.is_uncovered:
        return "bad", "✕", words("uncovered.all")
    if region.labs:
        return "good", "✓", words("covered")
    if report.has_lab(region.name) is None:
        return "warn", "?", words("no_labs.unknown")
    return "none", "–", words("no_labs")


def headlines(overview: Overview, words: Words) -> list[tuple[State, str, Markup]]:
    """The headline of a stack, a sentence for labs of which the same is to be said: colour, mark and words."""
    found: list[tuple[State, str, Markup]] = []
    for each in overview.seen:
        text = words(
            f"headline.{'perhaps' if each.unknown else 'sure'}",
            users=words(f"users.{each.users}"),
            seen=f"{each.seen:,}",
            most=f"{each.seen + each.unknown:,}",
            images=words.counted("images", each.wanted),
            labs=words.where(each.places, MANY_PLACES),
        )
        key = "seen" if each.seen == each.wanted else "unknown" if each.seen + each.unknown == each.wanted else "hidden"
        found.append((*STATES[key], words.capital(text)))
    return found or [("warn", "?", words("headline.none"))]


def savings(report: CostReport, words: Words, prune: str) -> Iterator[Markup]:
    """What retiring old versions would save, and what regions without labs cost."""
    old, apart = report.pruned, report.without_labs
    if old is not None:
        values = {"versions": words.counted("versions", report.keep), "gb": f"{old.gb:,}", "command": code(prune)}
        if not old.parts:
            yield words("saving.prune.none", **values)
        elif report.lacking(old):
            yield words("saving.prune.unknown", **values)
        else:
            yield words("saving.prune", money=money(old.month, old.currency), **values)
    if apart is None:
        yield words("saving.places.unknown")
    elif not apart.parts:
        yield words("saving.places.none")
    else:
        names = sorted({part.of.region for part in apart.parts})
        lies = {"gb": f"{apart.gb:,}", "names": words.names(names)}
        paid = money(apart.month, apart.currency)
        text = (
            words("saving.places.gb", **lies) if report.lacking(apart) else words("saving.places", money=paid, **lies)
        )
        yield Markup("{} {}").format(text, words("saving.places.home")) if report.homes & set(names) else text


def sights(item: Unmanaged, words: Words) -> Iterator[tuple[State, str, Markup, tuple[str, ...]]]:
    """Where an unmanaged version is seen: the colour, the mark, the words and the reasons why not."""
    if not item.sights:
        yield "none", "–", words("sight.nowhere"), item.hidden
    for sight in item.sights:
        labs = words.where(sight.labs, MANY_PLACES)
        if sight.seen is None:
            yield "warn", "?", words("sight.unknown", labs=labs), sight.reasons
        elif sight.seen:
            yield "good", "✓", words("sight.yes", labs=labs), ()
        else:
            yield "none", "✕", words("sight.no", labs=labs), sight.reasons
