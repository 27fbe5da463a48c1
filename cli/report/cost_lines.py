"""What changes cost a month, in words: the cell of an image, and the lines about all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from catalog.regions.prices import FALLBACK, NO_PRICES, REFRESH, PriceTable, money, signed_money
from cli.report.cost_change import CostChange, Gap, VersionChange
from cli.report.line import Line, Prose, Quoted, joined, listed
from cli.terminal import counted
from plan.cost import Cost

MOST: Final = 8
"""So many versions are named at most."""
GAPS: Final[dict[Gap, str]] = {
    "size": "whose size is not known",
    "replicas": "whose replicas are not known",
    "price": "whose storage type has no price",
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
        lines.append((*listed(version.version for version in missing), " unknown"))
    elif missing:
        gigabytes = _unpriced(missing) if len(change.missing("price")) == len(missing) else ""
        lines.append((f"unknown{gigabytes}",))
    if any(version.data_disks for version in change.known):
        lines.append(("data disks unknown",))
    return joined(lines)


def cost_lines(made: CostChange, drift: CostChange, prices: StackPrices, *, rest: str = "") -> tuple[Line, ...]:
    """The lines about the changes of a run and those that others made in Azure; none if both change nothing.

    `rest` says what else may cost something; with it, the sum is no upper bound.
    """
    both = made + drift
    if not both.versions:
        return ()
    return (
        *(("Changed by others: ", *line) for line in _total(drift, whole=not rest)),
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
        yield (f"Unknown{_unpriced(change.missing('price'))}",)
        return
    bound = " at most" if whole and change.upper_bound else ""
    lines = [
        (f"{_money(sign, cost)}{'' if index else f' a month{bound}'} ({_gb(sign, cost.gb)}", *_of(cost), ")")
        for index, (sign, cost) in enumerate(sides)
    ]
    if len(sides) > 1:
        together = change.added.month - change.removed.month
        shown = signed_money(together, change.currency) if together else money(together, change.currency)
        lines[-1] = (*lines[-1], f": {shown} together")
    yield joined(lines)


def _of(cost: Cost) -> Line:
    """What costs it: `: rocky 1.1.0 in 2 regions × 3 replicas`, or ` in 5 versions`."""
    versions = {(part.of.image, part.of.version) for part in cost.parts}
    if len(versions) > 1:
        return (f" in {counted(len(versions), 'version')}",)
    ((image, number),) = versions
    regions = cost.by(lambda of: of.region).values()
    counts = [sum(part.of.replicas for part in region.parts) for region in regions]
    where = counted(len(regions), "region")
    if len(set(counts)) > 1:
        where += f", {counted(sum(counts), 'replica')}"
    elif counts[0] > 1:
        where += f" × {counts[0]:,} replicas"
    return (": ", Quoted(f"{image} {number}"), f" in {where}")


def _not_counted(change: CostChange, prices: StackPrices) -> Iterator[Line]:
    """What no sum has, and why."""
    gaps = [gap for gap in GAPS if change.missing(gap) and (gap != "price" or prices.table.storage)]
    missing: list[Line] = [(*_named(change.missing(gap)), f", {GAPS[gap]}") for gap in gaps]
    with_disks = [version for version in change.known if version.data_disks]
    if with_disks:
        missing.append(("data disks, if any, of ", *_named(with_disks)))
    if missing:
        yield ("Not counted: ", *joined(missing, "; "))
    if change.missing("price") and not prices.table.storage:
        why: Line = (Prose(prices.problem),) if prices.problem else (Quoted(f"./{REFRESH}"), " reads prices")
        yield ("No price is known: ", *why)


def _named(versions: Sequence[VersionChange]) -> Line:
    named = listed(f"{version.image} {version.version}" for version in versions[:MOST])
    return (*named, f" and {len(versions) - MOST:,} more") if len(versions) > MOST else named


def _about_prices(change: CostChange, prices: StackPrices) -> Iterator[Line]:
    if not change.known:
        return
    if change.borrowed:
        yield (*listed(change.borrowed), ": priced as in ", Quoted(FALLBACK))
    if prices.are_old:
        yield ("The prices are old, of ", Quoted(prices.table.day), ": ", Quoted(f"./{REFRESH}"), " reads new ones")


def _sides(change: CostChange) -> list[tuple[str, Cost]]:
    """What comes and what goes, each with its sign, of which something is known."""
    return [(sign, cost) for sign, cost in (("+", change.added), ("−", change.removed)) if cost.parts]


def _money(sign: str, cost: Cost) -> str:
    return signed_money(cost.month if sign == "+" else -cost.month, cost.currency)


def _gb(sign: str, gigabytes: int) -> str:
    return f"{sign}{gigabytes:,} GB"


def _unpriced(versions: Sequence[VersionChange]) -> str:
    """GB of versions whose price is not known: ` (+256 GB, −64 GB)`; empty if there are none."""
    sums = (("+", sum(each.added.gb for each in versions)), ("−", sum(each.removed.gb for each in versions)))
    parts = [_gb(sign, gigabytes) for sign, gigabytes in sums if gigabytes]
    return f" ({', '.join(parts)})" if parts else ""
