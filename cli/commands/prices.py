"""`labs prices`: the prices that costs are counted with, and reading them anew from Azure's list."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import click

from catalog.files.diagnostic import InvalidFile, escaped, some_of
from catalog.files.similar import nearest
from catalog.regions.geography import all_regions
from catalog.regions.prices import (
    FALLBACK,
    FILE,
    NO_PRICES,
    STORAGE_TYPES,
    PriceTable,
    figure,
    parse_prices,
    read_prices,
    written,
)
from cli.answer import json_option, number, print_answer
from cli.catalogue_file import bytes_to_replace, command_error, put_file
from cli.program import PROGRAM, own_labs, shortest_path
from cli.terminal import LiveText, Unreadable, counted, table, wrapped
from lifecycle.price_list import (
    CURRENCIES,
    FILTERS,
    Asked,
    ImplausiblePrices,
    PriceChange,
    changes,
    is_worth_writing,
    read_price_list,
    without_price,
)

PACK_FILE: Final = PROGRAM / "policies" / "lab_image_policies" / "prices.json"
"""The copy that the policies read: they believe no file of the program."""
USUAL: Final = "USD"
MOST_SHOWN: Final = 20
"""Changed prices that are named; `--json` has them all."""

EXAMPLES = """\b
Examples:
  labs prices                           the prices, and where they are from
  labs prices --refresh                 read them from Azure's list
  labs prices --refresh --currency KRW  the same in another currency
"""


@click.command(epilog=EXAMPLES)
@click.option("--refresh", is_flag=True, help="Read Azure's list of retail prices and write the file.")
@click.option("--currency", metavar="XXX", help="Currency of a refresh. Default: that of the file, else USD.")
@click.option("--file", type=click.Path(path_type=Path), help="Another file than catalog/regions/prices.json.")
@json_option
def prices(*, refresh: bool, currency: str | None, file: Path | None, as_json: bool) -> None:
    """Show the prices of replicas, or read them anew from Azure.

    Prices are those of a GB and month by region and storage type, and of a GB that is copied between regions. A region
    without a price counts with that of eastus. A refresh needs no sign-in; it writes the file, and a copy for the
    policies, if prices have changed, and nothing if the list cannot be right.

    Exit codes: 0 good, 1 no list that can be right, or a file that is wrong, 2 wrong usage.
    """
    path = FILE if file is None or file.resolve() == FILE.resolve() else file
    if refresh:
        _refresh(path, currency, as_json=as_json)
    elif currency is not None:
        raise click.UsageError("--currency is for --refresh: prices are shown in the currency of their file")
    else:
        _show(path, as_json=as_json)


# showing


def _show(path: Path, *, as_json: bool) -> None:
    if path != FILE and not path.exists():
        raise Unreadable(f"there is no file {escaped(str(path))}; {own_labs()} prices --refresh --file makes it")
    try:
        found = read_prices(path)
    except InvalidFile as error:
        raise command_error(error) from None
    if as_json:
        print_answer(_table_answer(path, found))
    else:
        click.echo("\n".join(_table_lines(path, found)))


def _table_answer(path: Path, found: PriceTable) -> dict[str, Any]:
    days = found.days_old(_today())
    return {
        "file": str(path),
        "currency": found.currency or None,
        "date": found.day or None,
        "days_old": days,
        "old": found.is_old(_today()),
        "source": found.source,
        "storage": [
            {"region": region, "storage_account_type": kind, "price": number(row[kind])}
            for region, row in sorted(found.storage.items())
            for kind in sorted(row)
        ],
        "transfer": [{"continent": name, "price": number(price)} for name, price in sorted(found.transfer.items())],
        "without_price": without_price(found),
    }


def _table_lines(path: Path, found: PriceTable) -> Iterator[str]:
    name = escaped(shortest_path(path))
    if not found.day:
        yield from wrapped(f"There are no prices: {name} is missing. `{own_labs()} prices --refresh` reads them.")
        return
    yield from wrapped(f"Prices of {found.day} in {found.currency}, from: {escaped(found.source)}")
    days = found.days_old(_today())
    if days is not None and found.is_old(_today()):
        why = f"They are old, {counted(days, 'day')}" if days > 0 else "That day is yet to come, so they count as old"
        yield from wrapped(f"{why}: `{own_labs()} prices --refresh` reads those of today.")
    yield ""
    rows = [
        (region, *(figure(row[kind]) if kind in row else "-" for kind in STORAGE_TYPES))
        for region, row in sorted(found.storage.items())
    ]
    yield from table(("a GB and month in", *STORAGE_TYPES), rows, numbers=STORAGE_TYPES)
    if found.transfer:
        yield ""
        copied = [(name, figure(price)) for name, price in sorted(found.transfer.items())]
        yield from table(("a GB copied within", "once"), copied, numbers=("once",))
    yield ""
    lacking = without_price(found)
    others = f"; the others count with that of {FALLBACK}: {some_of(lacking)}" if lacking else ""
    yield from wrapped(f"Regions with a price: {len(all_regions()) - len(lacking)} of {len(all_regions())}{others}.")


# refreshing


@dataclass(frozen=True, slots=True)
class _Present:
    """The file as it is: its bytes (None: there is none), its prices, and what is wrong with it."""

    content: bytes | None
    prices: PriceTable
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class _Refreshed:
    """What a refresh found, and the files that it wrote."""

    last: _Present
    new: PriceTable
    files: tuple[Path, ...]


def _refresh(path: Path, currency: str | None, *, as_json: bool) -> None:
    from inventory.arm.error import ArmError  # noqa: PLC0415 - Azure's SDK is slow to import
    from inventory.retail_prices import ENDPOINT, prices_endpoint  # noqa: PLC0415

    chosen = None if currency is None else _currency(currency)
    try:
        endpoint = prices_endpoint(os.environ)
        if endpoint != ENDPOINT:
            _keep_out(path, endpoint)
        last = _present(path, currency_is_known=chosen is not None)
        source = "Azure Retail Prices" if endpoint == ENDPOINT else f"prices at {endpoint}"
        asked = Asked(chosen or _currency(last.prices.currency or USUAL), _today().isoformat(), source)
        new = read_price_list(_listed(endpoint, asked.currency), asked, last.prices)
    except ArmError as error:
        raise click.ClickException(f"{error}.") from None
    except ImplausiblePrices as error:
        raise click.ClickException(_implausible(error, path, asked.currency)) from None
    refreshed = _Refreshed(last, new, tuple(_write(path, last, new)))
    if as_json:
        print_answer(_refresh_answer(path, refreshed))
    else:
        click.echo("\n".join(_refresh_lines(path, refreshed)))


def _keep_out(path: Path, endpoint: str) -> None:
    """Raise UsageError if prices that are not Azure's would get where those of stacks are."""
    if path.resolve() in (FILE.resolve(), PACK_FILE.resolve()):
        raise click.UsageError(
            f"PRICES_ENDPOINT is {endpoint}, which is not Azure's own list, so its prices are not written into the "
            "files that costs are counted with; name another one with --file, or unset PRICES_ENDPOINT"
        )


def _currency(given: str) -> str:
    name = given.upper()
    if name not in CURRENCIES:
        hint = "".join(f" (did you mean {near}?)" for near in nearest(name, CURRENCIES))
        known = ", ".join(CURRENCIES)
        raise click.UsageError(f"{escaped(given[:60])} is no currency of Azure's list{hint}; it has {known}")
    return name


def _present(path: Path, *, currency_is_known: bool) -> _Present:
    """The file as it is. A file of ours that is wrong is replaced, and nothing compared with it; another one stays."""
    content = bytes_to_replace(path)
    if content is None:
        return _Present(None, NO_PRICES)
    try:
        return _Present(content, parse_prices(content.decode("utf-8-sig"), path))
    except (InvalidFile, UnicodeDecodeError) as error:
        name = escaped(str(path))
        if path != FILE:
            raise click.ClickException(
                f"{name} is no file of prices, so it is not overwritten; name another one, or delete it"
            ) from None
        reason = str(error.diagnostics[0]) if isinstance(error, InvalidFile) else f"{name}: it is not UTF-8"
        if not currency_is_known:
            raise click.ClickException(
                f"{reason}. Which currency it had is not known, so name it: {own_labs()} prices --refresh --currency"
            ) from None
        return _Present(content, NO_PRICES, reason)


def _listed(endpoint: str, currency: str) -> Iterable[Any]:
    from inventory.retail_prices import retail_prices  # noqa: PLC0415 - as above

    with _progress() as show:
        return retail_prices(endpoint, currency, FILTERS, show)


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """Shows the number of prices read, in a terminal; a log would only be made longer by it."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    live = LiveText(err=True)
    try:
        yield lambda number: live.show([f"Reading Azure's list: {counted(number, 'price')} so far"])
    finally:
        live.finish([])


def _implausible(error: ImplausiblePrices, path: Path, currency: str) -> str:
    """The message; only what is compared with the last prices is taken for right once those are gone."""
    reasons = [line for reason in error.reasons for line in wrapped(escaped(reason), first="  ", then="    ")]
    advice = "Run it again later"
    if error.only_beside_last:
        named = "" if path == FILE else f" --file {escaped(str(path))}"
        again = f"{own_labs()} prices --refresh --currency {currency}{named}"
        advice += f". If prices really are so, delete {escaped(shortest_path(path))} and run `{again}`"
    return "\n".join(("Azure's list of prices cannot be right, so nothing was written:", *reasons, *wrapped(advice)))


def _write(path: Path, last: _Present, new: PriceTable) -> Iterator[Path]:
    """Write the file if that is worth it, and the policies' copy if it differs; returns what was written."""
    content, copies = last.content, path == FILE and PACK_FILE.parent.is_dir()
    copy = bytes_to_replace(PACK_FILE) if copies else None
    if content is None or last.wrong or is_worth_writing(last.prices, new, _today()):
        content = written(new).encode("utf-8")
        put_file(path, last.content, content)
        yield path
    if copies and copy != content:
        put_file(PACK_FILE, copy, content)
        yield PACK_FILE


def _refresh_answer(path: Path, found: _Refreshed) -> dict[str, Any]:
    last = found.last.prices
    comparable = last.currency == found.new.currency
    return {
        "file": str(path),
        "written": [str(each) for each in found.files],
        "currency": found.new.currency,
        "currency_before": last.currency or None,
        "date": found.new.day,
        "source": found.new.source,
        "added": _added(last, found.new),
        "removed": _added(found.new, last),
        "changed": [
            {
                "region" if each.storage_account_type else "continent": each.place,
                "storage_account_type": each.storage_account_type,
                "old": number(each.old),
                "new": number(each.new),
            }
            for each in (changes(last, found.new) if comparable else ())
        ],
        "without_price": without_price(found.new),
    }


def _added(last: PriceTable, new: PriceTable) -> list[str]:
    """Regions that have prices and had none."""
    return sorted(name for name in new.storage if name not in last.storage)


def _refresh_lines(path: Path, found: _Refreshed) -> Iterator[str]:
    last, new = found.last.prices, found.new
    if found.last.wrong:
        yield from wrapped(f"The file was wrong, so nothing is compared with it: {found.last.wrong}")
    if path not in found.files:
        yield from wrapped(f"Nothing has changed: the prices of {last.day} in {last.currency} still hold.")
    else:
        yield from wrapped(f"Prices of {new.day} in {new.currency}: {counted(len(new.storage), 'region')}.")
        yield from _difference(last, new)
    for each in found.files:
        yield from wrapped(f"Written: {escaped(shortest_path(each))}")


def _difference(last: PriceTable, new: PriceTable) -> Iterator[str]:
    if last.currency and last.currency != new.currency:
        yield from wrapped(f"The last ones were in {last.currency}, so they are not compared.")
        return
    added, removed = _added(last, new), _added(new, last)
    if added:
        yield from wrapped(f"New: {', '.join(added)}", then="  ")
    if removed:
        gone = f"No longer in the list, so they count with the price of {FALLBACK}: {', '.join(removed)}"
        yield from wrapped(gone, then="  ")
    others = [each for each in changes(last, new) if each.place not in (*added, *removed)]
    if not (added or removed or others):
        yield from wrapped(f"They are those of {last.day}, which would count as old.")
    yield from map(_change, others[:MOST_SHOWN])
    if len(others) > MOST_SHOWN:
        yield f"… and {counted(len(others) - MOST_SHOWN, 'more price')}"


def _change(each: PriceChange) -> str:
    place = each.place if each.storage_account_type else f"copying within {each.place}"
    what = " ".join(filter(None, (place, each.storage_account_type)))
    match each.old, each.new:
        case None, Decimal() as new:
            found = f"New: {what} {figure(new)}"
        case Decimal() as old, None:
            found = f"Gone: {what} {figure(old)}"
        case Decimal() as old, Decimal() as new:
            found = f"{'Up' if new > old else 'Down'}: {what} {figure(old)} → {figure(new)}"
        case _:
            raise AssertionError(each)
    return escaped(found)


def _today() -> date:
    return datetime.now(UTC).date()
