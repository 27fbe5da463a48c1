"""The cost of a gallery as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import click

from catalog.files.diagnostic import escaped, printable, some_of
from catalog.regions.prices import FALLBACK, REFRESH, Price, figure, money
from cli.chosen_stack import ChosenStack
from cli.program import commands, program_folder
from cli.terminal import GAP, counted, table, wrapped
from lifecycle.cost_report import (
    NO_DATA_DISK_COUNT,
    PRICE_KINDS,
    CostReport,
    ImageCost,
    Unknown,
    UnknownKind,
    VersionCost,
)
from plan.cost import Cost, Replicas

MANY: Final = 30
"""Of more versions than this only those that cost most are in the table; of more reasons the first are listed."""
MOST_AMOUNTS: Final = 5
"""So many different amounts of traffic are named."""
NOT_KNOWN: Final = "not known"
MARK: Final = " *"
"""What stands behind a version that the catalogue lacks."""

_SHORTEST_NAME: Final = 12
_MOST_REGIONS: Final = 4
_HEADINGS: Final = ("version", "replicas", "GB", "a month")
_REGION_HEADINGS: Final = ("region", "GB", "a month", "per GB", "lab")
_LABS: Final = {True: "yes", False: "no", None: NOT_KNOWN}


@dataclass(frozen=True, slots=True)
class CostText:
    """What `labs cost` prints about a report in `width` columns; commands stay whole."""

    report: CostReport
    chosen: ChosenStack
    today: date
    width: int

    def lines(self) -> Iterator[str]:
        """All lines."""
        settings, report = self.chosen.settings, self.report
        moment = ", as the catalogue declares it" if report.planned else ""
        yield from self._text(f"{settings.gallery_name} in {settings.location}, stack {self.chosen.name}{moment}")
        yield ""
        for line in self._text(self._headline()):
            yield line if report.upper_bound else click.style(line, fg="yellow")
        yield from self._about_prices()
        if report.images:
            yield ""
            yield from self._versions()
        if report.cost.parts:
            yield ""
            yield from self._regions()
            yield ""
            yield from self._savings()
            yield ""
            yield from self._transfer()
        if report.keeps_deleted:
            yield from self._text("Deleted versions that Azure keeps for a while are paid too; nobody sees them here.")
        if report.unknown:
            yield ""
            yield from self._unknown()

    def _text(self, text: str, *, first: str = "", then: str = "") -> list[str]:
        return wrapped(escaped(text), first=first, then=then, width=self.width)

    def _money(self, amount: Decimal | None) -> str:
        return NOT_KNOWN if amount is None else money(amount, self.report.prices.currency)

    def _headline(self) -> str:
        """The sum in a sentence or two."""
        report = self.report
        if not report.images and not report.unknown:
            return f"The {'catalogue' if report.planned else 'gallery'} has no version, so no replica is paid."
        if report.gb is None:
            return "What this costs is not known: of no version the size and the regions are."
        size = f"{report.gb:,} GB in {counted(len(report.by_region), 'region')}"
        if report.month is None:
            most = "at most" if all(each.kind in PRICE_KINDS for each in report.unknown) else "at least"
            return f"{size} {most}; what they cost a month is not known, because no price is."
        amount = f"{self._money(report.month)} a month for {size}, with the prices of {report.prices.day}"
        if report.upper_bound:
            return f"At most {amount}: the size of each OS disk counts, and Azure bills what is used of it."
        subjects = list(dict.fromkeys(map(_subject, report.unknown)))
        return f"With full disks at least {amount}; not fully counted: {some_of(subjects, 3)}, as said below."

    def _about_prices(self) -> Iterator[str]:
        prices, borrowed = self.report.prices, self.report.cost.borrowed
        if borrowed:
            verb = "counts" if len(borrowed) == 1 else "count"
            yield from self._text(f"{_listed(borrowed)} {verb} with the price of {FALLBACK}.")
        if prices.is_old(self.today):
            yield from self._text(f"Prices of {prices.day}: old{self._refresh(', {} reads those of today')}.")

    def _refresh(self, words: str) -> str:
        """Words around the command that reads prices; empty in the sandbox, whose prices are the program's own."""
        return "" if self.chosen.settings.is_pretend else words.format(f"`{program_folder() or './'}{REFRESH}`")

    def _versions(self) -> Iterator[str]:
        """The table by image and version."""
        found = [(image, version) for image in self.report.images for version in image.versions]
        shown = found if len(found) <= MANY else sorted(found, key=_most_first)[:MANY]
        rows = [self._row(image, version) for image, version in shown]
        others = sum(max(map(len, column)) + len(GAP) for column in list(zip(_HEADINGS, *rows, strict=True))[1:])
        most = max(self.width - others, _SHORTEST_NAME)
        rows = [(_shortened(name, most), *cells) for name, *cells in rows]
        yield from table(_HEADINGS, rows, numbers=_HEADINGS[2:])
        if len(found) > MANY:
            left = len(found) - MANY
            text = (
                f"The {MANY} that cost most; {counted(left, 'version')} more {'is' if left == 1 else 'are'} in --json."
            )
            yield from self._text(text)
        if any(not version.managed for _, version in shown):
            yield from self._text(f"{MARK.strip()} not in {self.chosen.file.path}")

    def _row(self, image: ImageCost, version: VersionCost) -> tuple[str, ...]:
        name = f"{image.name} {version.number}{'' if version.managed else MARK}"
        size = "?" if version.gb is None else f"{version.gb:,}"
        return escaped(name), _replicas(version.cost), size, self._money(version.month)

    def _regions(self) -> Iterator[str]:
        """The table by region."""
        homes = self.report.homes
        rows = [
            (
                f"{escaped(name)}{' (home)' if name in homes else ''}",
                "?" if cost.known_gb is None else f"{cost.known_gb:,}",
                self._money(cost.known_month),
                self._prices(cost),
                _LABS[self.report.has_lab(name)],
            )
            for name, cost in self.report.by_region.items()
        ]
        yield from table(_REGION_HEADINGS, rows, numbers=_REGION_HEADINGS[1:3], optional=_REGION_HEADINGS[3])

    def _prices(self, cost: Cost) -> str:
        """The prices of a GB in a region, one for each storage type there; of whom, if they are borrowed."""
        found: dict[Price, str] = {
            part.price: f"{figure(part.price.amount)}{f' ({part.price.region})' if part.is_borrowed else ''}"
            for part in cost.parts
            if part.price is not None
        }
        return ", ".join(dict.fromkeys(found[price] for price in sorted(found, key=lambda it: it.amount))) or NOT_KNOWN

    def _savings(self) -> Iterator[str]:
        report, on_stack = self.report, commands(self.chosen.settings)
        prune = f"`{on_stack.labs(f'prune --keep {report.keep}')}`"
        if report.pruned is None:
            yield from self._text(f"What {prune} saves is known with the gallery only: `{on_stack.labs('cost')}`.")
        elif not report.pruned.parts:
            yield from self._text(f"{prune} saves nothing: it retires no version.")
        else:
            names = list(report.pruned.by(lambda each: _named(each.image, each.version)))
            yield from self._text(
                f"{prune} saves {self._partly(report.pruned)}, once it is carried out: {some_of(names)}."
            )
        if report.without_labs is None:
            why = "that is looked up in Azure" if report.planned else "where a lab is could not be read"
            yield from self._text(f"Which regions have no lab is not known: {why}.")
        elif report.without_labs.parts:
            yield from self._without_labs(report.without_labs)
        else:
            yield from self._text("Every region has a lab.")

    def _without_labs(self, without: Cost) -> Iterator[str]:
        """What the regions without labs cost: those that can be left out, and home regions."""
        regions = without.by(lambda each: each.region)
        homes = [name for name in sorted(regions) if name in self.report.homes]
        others = Cost(without.currency, tuple(part for part in without.parts if part.of.region not in homes))
        none = "No lab is attached. " if not self.report.lab_regions else ""
        if others.parts:
            names = _listed(sorted(name for name in regions if name not in homes))
            yield from self._text(
                f"{none}Regions without labs cost {self._partly(others)}: {names}. `excludeRegions` leaves regions out."
            )
        if homes:
            home = Cost(without.currency, tuple(part for part in without.parts if part.of.region in homes))
            verb = "has no lab, and is a home region" if len(homes) == 1 else "have no lab, and are home regions"
            yield from self._text(
                f"{'' if others.parts else none}{_listed(homes)} {verb}: Azure demands a replica there. "
                f"That costs {self._partly(home)}."
            )

    def _partly(self, cost: Cost) -> str:
        """The money and GB of a part of the whole, and whether all of it is known."""
        size = "size not known" if cost.known_gb is None else f"{cost.known_gb:,} GB"
        if cost.known_month is None:
            return f"an amount that is not known ({size})"
        amount = f"{self._money(cost.known_month)} a month"
        if self.report.lacking(cost):
            return f"with full disks at least {amount} ({size}, besides what is not known)"
        return f"at most {amount} ({size})"

    def _transfer(self) -> Iterator[str]:
        """The traffic of publishing a version like the latest one of each image, equal amounts together."""
        amounts: dict[Decimal, list[str]] = {}
        unknown = []
        for image in self.report.images:
            once = image.latest.once
            if once is None:
                unknown.append(_named(image.name))
            else:
                amounts.setdefault(once, []).append(_named(image.name))
        texts = [
            f"{self._money(once)} for {some_of(amounts[once], 3)}" for once in sorted(amounts, reverse=True) if once
        ]
        free = amounts.get(Decimal(0), [])
        yield from self._text("A version as large as the latest one costs once, as traffic to its other regions:")
        for text in texts[:MOST_AMOUNTS]:
            yield from self._text(f"at most {text}", first="- ", then="  ")
        if len(texts) > MOST_AMOUNTS:
            yield from self._text(
                f"{counted(len(texts) - MOST_AMOUNTS, 'smaller amount')}, in --json", first="- ", then="  "
            )
        if free:
            yield from self._text(f"nothing for {some_of(free, 3)}, in one region", first="- ", then="  ")
        if unknown:
            text = f"{NOT_KNOWN} for {some_of(unknown, 3)}: no size, or no price, as between continents"
            yield from self._text(text, first="- ", then="  ")

    def _unknown(self) -> Iterator[str]:
        """What is in no sum, equal reasons together, and what makes it known."""
        yield "Not counted:"
        reasons: dict[tuple[UnknownKind, str], list[Unknown]] = {}
        for each in self.report.unknown:
            reasons.setdefault((each.kind, each.why), []).append(each)
        for (_, why), found in list(reasons.items())[:MANY]:
            regions = sorted({each.region for each in found if each.region is not None})
            where = f" in {_listed(regions)}" if regions else ""
            subjects = list(dict.fromkeys(map(_subject, found)))
            yield from self._text(f"{some_of(subjects)}: {why}{where}", first="- ", then="  ")
        if len(reasons) > MANY:
            yield from self._text(f"{counted(len(reasons) - MANY, 'more reason')}, in --json", first="- ", then="  ")
        remedies = list(filter(None, self._remedies()))
        yield from ["What to do:"] if remedies else []
        for remedy in remedies:
            yield from self._text(remedy, first="- ", then="  ")

    def _remedies(self) -> Iterator[str]:
        """What makes unknown figures known, for each kind; empty if nothing does."""
        on_stack, planned, path = commands(self.chosen.settings), self.report.planned, self.chosen.file.path
        whys: dict[UnknownKind, set[str]] = {}
        for each in self.report.unknown:
            whys.setdefault(each.kind, set()).add(each.why)
        azure = f"`{on_stack.labs('cost')}` takes what Azure tells"
        if "versions" in whys:
            yield f"`{on_stack.labs('cost')}` counts what is in the gallery"
        if "regions" in whys and planned:
            yield f"`{on_stack.labs_program} check` says how to correct it"
        if "size" in whys:
            yield from self._remedies_of_size(f", or {azure}" if planned else "")
        if NO_DATA_DISK_COUNT in whys.get("data_disks", ()):
            yield f"write data_disk_count for these versions into {path}, or {azure}"
        if whys.get("data_disks", set()) - {NO_DATA_DISK_COUNT}:
            yield "the cost analysis of Azure's portal shows what data disks cost"
        if "price" in whys:
            yield self._refresh("{} reads the prices of every region")

    def _remedies_of_size(self, also: str) -> Iterator[str]:
        """What makes sizes known; the catalogue can only tell those of its own versions."""
        file = self.chosen.file
        images = {name.lower(): image for name, image in file.catalogue.images.items()}
        kinds: set[bool] = set()
        for each in self.report.unknown:
            if each.kind == "size" and each.version is not None:
                image = images.get(each.image.lower())
                kinds.add(image is not None and image.number_of(each.version) is not None)
        if True in kinds:
            yield f"write os_disk_size_gb for these versions into {file.path}{also}"
        if False in kinds:
            yield f"Azure tells the size of a version that is not in {file.path} once it is published"


def _subject(unknown: Unknown) -> str:
    return _named(unknown.image, unknown.version)


def _named(image: str, version: str | None = None) -> str:
    """A version as sentences name it, or an image; very long names are cut, so that they fit a line."""
    return printable(image) if version is None else f"{printable(image)} {printable(version)}"


def _most_first(found: tuple[ImageCost, VersionCost]) -> tuple[Decimal, int]:
    """Sorts what costs most first; what is not known last."""
    _, version = found
    return -(version.month or Decimal(0)), -(version.gb or 0)


def _replicas(cost: Cost) -> str:
    """`2 regions × 3`, or `5 in 2 regions` if some have more than others."""
    parts: list[Replicas] = [part.of for part in cost.parts]
    regions = counted(len(parts), "region")
    counts = {each.replicas for each in parts}
    if not parts:
        return NOT_KNOWN
    return f"{regions} × {counts.pop()}" if len(counts) == 1 else f"{sum(each.replicas for each in parts)} in {regions}"


def _listed(names: Sequence[str]) -> str:
    """`koreacentral and koreasouth`; of many the first."""
    if len(names) > _MOST_REGIONS:
        return some_of(names, _MOST_REGIONS)
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _shortened(name: str, most: int) -> str:
    """A name and version in at most so many characters, cut in the middle: its end tells the version."""
    if len(name) <= most:
        return name
    end = most // 2
    return f"{name[: most - end - 1]}…{name[-end:]}"
