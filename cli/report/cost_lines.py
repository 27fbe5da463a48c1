"""What changes cost a month, in words: the cell of an image, and the lines about all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from catalog.regions.prices import FALLBACK, NO_PRICES, REFRESH, PriceTable, money, signed_money
from catalog.texts.translation import N_, _, n_
from cli.report.cost_change import CostChange, Gap, VersionChange
from cli.report.line import Line, Prose, Quoted, filled, joined, listed
from plan.cost import Cost

MOST: Final = 8
"""So many versions are named at most."""
GAPS: Final[dict[Gap, str]] = {
    "size": N_("{versions}, whose size is not known"),
    "replicas": N_("{versions}, whose replicas are not known"),
    "price": N_("{versions}, whose storage type has no price"),
}


@dataclass(frozen=True, slots=True)
class StackPrices:
    """The prices of a stack, and whether they are old; `problem` says why there are none, if their file is wrong."""

    table: PriceTable = NO_PRICES
    are_old: bool = False
    problem: str = ""


def cost_cell(change: CostChange) -> Line:
    """What the versions of one image cost: `+12.80 USD (+256 GB), −3.20 USD (−64 GB)`; empty if nothing changes."""
    lines: list[Line] = [(f"{_money(sign, cost)} ({_gb(sign, cost.gb)})",) for sign, cost in _sides(change)]
    missing = [version for version in change.versions if version.gap]
    if missing and lines:
        lines.append(filled(_("{versions} unknown"), versions=listed(version.version for version in missing)))
    elif missing:
        gigabytes = _unpriced(missing) if len(change.missing("price")) == len(missing) else ""
        lines.append((_("unknown ({gigabytes})", gigabytes=gigabytes) if gigabytes else _("unknown"),))
    if any(version.data_disks for version in change.known):
        lines.append((_("data disks unknown"),))
    return joined(lines)


def cost_lines(made: CostChange, drift: CostChange, prices: StackPrices, *, rest: str = "") -> tuple[Line, ...]:
    """The lines about the changes of a run and those that others made in Azure; none if both change nothing.

    `rest` says what else may cost something; with it, the sum is no upper bound.
    """
    both = made + drift
    if not both.versions:
        return ()
    return (
        *(filled(_("Changed by others: {cost}"), cost=line) for line in _total(drift, whole=not rest)),
        *_total(made, whole=not rest),
        *_not_counted(both, prices),
        *_about_prices(both, prices),
        *(((rest,),) if rest else ()),
    )


def _total(change: CostChange, *, whole: bool) -> Iterator[Line]:
    """The sum in one line; none if nothing changes."""
    if not change.versions:
        return
    sides = _sides(change)
    if not sides:
        gigabytes = _unpriced(change.missing("price"))
        yield (_("Unknown ({gigabytes})", gigabytes=gigabytes) if gigabytes else _("Unknown"),)
        return
    first = N_("{money} a month at most ({what})") if whole and change.upper_bound else N_("{money} a month ({what})")
    total = joined(
        filled(_(N_("{money} ({what})") if index else first), money=_money(sign, cost), what=_of(sign, cost))
        for index, (sign, cost) in enumerate(sides)
    )
    if len(sides) > 1:
        together = change.added.month - change.removed.month
        shown = signed_money(together, change.currency) if together else money(together, change.currency)
        total = filled(_("{costs}: {money} together"), costs=total, money=shown)
    yield total


def _of(sign: str, cost: Cost) -> Line:
    """What costs it: `+384 GB: rocky 1.1.0 in 2 regions × 3 replicas`, or `+384 GB in 5 versions`."""
    gigabytes = _gb(sign, cost.gb)
    versions = {(part.of.image, part.of.version) for part in cost.parts}
    if len(versions) > 1:
        several = len(versions)
        return (n_("{gigabytes} in {n} version", "{gigabytes} in {n} versions", several, gigabytes=gigabytes),)
    ((image, number),) = versions
    regions = cost.by(lambda of: of.region).values()
    counts = [sum(part.of.replicas for part in region.parts) for region in regions]
    where = n_("{n} region", "{n} regions", len(regions))
    if len(set(counts)) > 1:
        where = n_("{regions}, {n} replica", "{regions}, {n} replicas", sum(counts), regions=where)
    elif counts[0] > 1:
        where = n_("{regions} × {n} replica", "{regions} × {n} replicas", counts[0], regions=where)
    version = Quoted(f"{image} {number}")
    return filled(_("{gigabytes}: {version} in {regions}"), gigabytes=gigabytes, version=version, regions=where)


def _not_counted(change: CostChange, prices: StackPrices) -> Iterator[Line]:
    """What no sum has, and why."""
    gaps = [gap for gap in GAPS if change.missing(gap) and (gap != "price" or prices.table.storage)]
    missing: list[Line] = [filled(_(GAPS[gap]), versions=_named(change.missing(gap))) for gap in gaps]
    with_disks = [version for version in change.known if version.data_disks]
    if with_disks:
        missing.append(filled(_("data disks, if any, of {versions}"), versions=_named(with_disks)))
    if missing:
        yield filled(_("Not counted: {versions}"), versions=joined(missing, "; "))
    if change.missing("price") and not prices.table.storage:
        if prices.problem:
            yield filled(_("No price is known: {problem}"), problem=Prose(prices.problem))
        else:
            yield filled(_("No price is known: {command} reads prices"), command=Quoted(f"./{REFRESH}"))


def _named(versions: Sequence[VersionChange]) -> Line:
    named = listed(f"{version.image} {version.version}" for version in versions[:MOST])
    if len(versions) <= MOST:
        return named
    return filled(_("{names} and {n} more"), names=named, n=f"{len(versions) - MOST:,}")


def _about_prices(change: CostChange, prices: StackPrices) -> Iterator[Line]:
    if not change.known:
        return
    if change.borrowed:
        text = _("{regions}: priced as in {region}")
        yield filled(text, regions=listed(change.borrowed), region=Quoted(FALLBACK))
    if prices.are_old:
        text = _("The prices are old, of {day}: {command} reads new ones")
        yield filled(text, day=Quoted(prices.table.day), command=Quoted(f"./{REFRESH}"))


def _sides(change: CostChange) -> list[tuple[str, Cost]]:
    """What comes and what goes, each with its sign, of which something is known."""
    return [(sign, cost) for sign, cost in (("+", change.added), ("−", change.removed)) if cost.parts]


def _money(sign: str, cost: Cost) -> str:
    return signed_money(cost.month if sign == "+" else -cost.month, cost.currency)


def _gb(sign: str, gigabytes: int) -> str:
    return f"{sign}{gigabytes:,} GB"


def _unpriced(versions: Sequence[VersionChange]) -> str:
    """GB of versions whose price is not known: `+256 GB, −64 GB`; empty if there are none."""
    sums = (("+", sum(each.added.gb for each in versions)), ("−", sum(each.removed.gb for each in versions)))
    return ", ".join(_gb(sign, gigabytes) for sign, gigabytes in sums if gigabytes)
