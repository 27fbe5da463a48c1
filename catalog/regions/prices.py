"""What replicas cost: prices of a GB and month by region and storage type, and of a GB copied between regions.

The data is `catalog/regions/prices.json`, which `labs prices --refresh` writes; a stack of the sandbox takes
`sandbox/prices.json`. Which replicas there are is not its matter (`plan.cost`).
"""

from __future__ import annotations

import errno
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from catalog.files.diagnostic import Diagnostic, InvalidFile, escaped, printable, reason_of, shown
from catalog.regions.geography import UnknownRegion, canonical, region

FILE: Final = Path(__file__).with_name("prices.json")
REFRESH: Final = "labs prices --refresh"
KEYS: Final = ("currency", "date", "source", "storage", "transfer")
STORAGE_TYPES: Final = ("Premium_LRS", "Standard_LRS", "Standard_ZRS")
FALLBACK: Final = "eastus"
"""The region whose price counts where a region has none of its own; the price is then said to be borrowed."""
OLD_DAYS: Final = 365
"""Prices older than this are said to be old."""
HIGHEST: Final = Decimal(1_000_000)
"""No price of a GB is this high in any currency of the API; the Indonesian rupiah would be 3,000."""

MOST_DECIMALS: Final = 100
"""A price with more of them has no end: written out it may be a gigabyte."""
LARGEST_FILE: Final = 1_000_000
"""Bytes of a file of prices at most; that of all regions has some thousand."""

_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_WHOLE: Final = frozenset({"JPY", "KRW"})
"""Currencies that have no hundredths in use."""
_CONTINENTS: Final = {"Canada": "North America", "Mexico": "North America", "UK": "Europe", "US": "North America"}
"""The continent of a geography group, where that is not its own name."""


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a GB and month; `region` is the one that has it."""

    amount: Decimal
    region: str


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Prices in one currency, read on one `day` (`2026-11-29`) from one source.

    `storage` is by canonical region and storage type, `transfer` the price of a GB that is copied to another region of
    the same continent, by continent. An empty table knows no price. `fixed` prices are part of a release and never
    count as old.
    """

    currency: str = ""
    day: str = ""
    source: str = ""
    storage: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    transfer: Mapping[str, Decimal] = field(default_factory=dict)
    fixed: bool = False

    def storage_price(self, name: str, storage_type: str) -> Price | None:
        """The price in a region (canonical name): its own, else that of FALLBACK; None if neither is known."""
        for each in (name, FALLBACK):
            amount = self.storage.get(each, {}).get(storage_type)
            if amount is not None:
                return Price(amount, each)
        return None

    def transfer_price(self, origin: str, target: str) -> Decimal | None:
        """The price of a GB copied from one region to another (canonical names); None if it is not known.

        Between continents it is: the list has no such price. So it is for a region newer than the region data.
        """
        if origin == target:
            return Decimal(0)
        try:
            continents = {continent_of(name) for name in (origin, target)}
        except UnknownRegion:
            return None
        return self.transfer.get(continents.pop()) if len(continents) == 1 else None

    def is_old(self, today: date) -> bool:
        """Whether the prices are too old to be relied on, or of a day to come; not those of an empty table.

        The day of their file may be tomorrow elsewhere on Earth.
        """
        days = self.days_old(today)
        return days is not None and not -1 <= days <= OLD_DAYS and not self.fixed

    def days_old(self, today: date) -> int | None:
        """Days since the prices were read; None for an empty table."""
        return (today - date.fromisoformat(self.day)).days if self.day else None


NO_PRICES: Final = PriceTable()


def continent_of(name: str) -> str:
    """The continent of a region (canonical name), as prices of copying have it. Raises UnknownRegion."""
    group = region(name).geography_group
    return _CONTINENTS.get(group, group)


def money(amount: Decimal, currency: str) -> str:
    """`1,234.50 USD`; `18,240 KRW` for a currency without hundredths."""
    return f"{amount:,.{0 if currency in _WHOLE else 2}f} {currency}"


def signed_money(amount: Decimal, currency: str) -> str:
    """`+12.80 USD`, `−12.80 USD`."""
    return f"{'−' if amount < 0 else '+'}{money(abs(amount), currency)}"


def read_prices(path: Path = FILE) -> PriceTable:
    """The prices in a file; an empty table if there is no file. Raises InvalidFile with everything wrong in it."""
    try:
        text = content_of(path).decode("utf-8-sig")
    except FileNotFoundError:
        return NO_PRICES
    except (OSError, UnicodeDecodeError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "it is not UTF-8"
        raise _invalid(path, [("", f"cannot be read: {reason}")]) from None
    return parse_prices(text, path)


def content_of(path: Path) -> bytes:
    """The bytes of a file of prices. Raises OSError, also for what is no file or too large for one of prices."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.EINVAL, "it is no file")  # a pipe or a device may be without an end
    with path.open("rb") as stream:
        content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise OSError(errno.EFBIG, f"it has more than {LARGEST_FILE:,} bytes")
    return content


def parse_prices(text: str, path: Path) -> PriceTable:
    """The prices in the text of the file at `path`. Raises InvalidFile with everything wrong in it."""
    repeated: list[str] = []

    def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            repeated.extend(dict.fromkeys(name for name in names if names.count(name) > 1))
        return found

    try:
        content = json.loads(text, parse_float=Decimal, parse_int=Decimal, object_pairs_hook=as_object)
    except (ValueError, InvalidOperation, RecursionError) as error:
        raise _invalid(path, [("", f"is no JSON ({_reason(error)})")]) from None
    problems = [(printable(name), "stands there twice; keep one") for name in repeated]
    problems += _problems(content)
    if problems:
        raise _invalid(path, problems)
    return PriceTable(
        content["currency"],
        content["date"],
        content["source"],
        {canonical(name): prices for name, prices in content["storage"].items()},
        content["transfer"],
    )


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return "a number in it is too large" if isinstance(error, InvalidOperation) else printable(str(error))


def written(table: PriceTable) -> str:
    """The text of the file: sorted, one region a line, the same for the same prices."""
    head = {"currency": table.currency, "date": table.day, "source": table.source}
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    storage = _block([f"{json.dumps(name)}: {_row(table.storage[name])}" for name in sorted(table.storage)])
    transfer = _block([f"{json.dumps(name)}: {figure(table.transfer[name])}" for name in sorted(table.transfer)])
    return "\n".join(("{", *lines, f'  "storage": {storage},', f'  "transfer": {transfer}', "}\n"))


def _block(lines: list[str]) -> str:
    return "{\n" + ",\n".join(f"    {line}" for line in lines) + "\n  }" if lines else "{}"


def _row(prices: Mapping[str, Decimal]) -> str:
    return "{" + ", ".join(f"{json.dumps(kind)}: {figure(prices[kind])}" for kind in sorted(prices)) + "}"


def figure(amount: Decimal) -> str:
    """A price of a GB with all its digits, as it is written in the file: without an exponent or zeros at its end."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _problems(content: Any) -> Iterator[tuple[str, str]]:
    """What is wrong in the content of a file of prices, by key."""
    if not isinstance(content, dict):
        yield "", f"must be an object with {', '.join(KEYS)}"
        return
    yield from ((printable(key), "is no key of a file of prices; take it out") for key in content if key not in KEYS)
    currency, day, source = (content.get(key) for key in ("currency", "date", "source"))
    if not (isinstance(currency, str) and _CURRENCY.fullmatch(currency)):
        yield "currency", f"must be a currency of three letters such as USD, not {_shown(currency)}"
    if not isinstance(day, str) or not _is_day(day):
        yield "date", f"must be the day of the prices, such as 2026-11-29, not {_shown(day)}"
    if not isinstance(source, str):
        yield "source", f"must say where the prices come from, not {_shown(source)}"
    for key in ("storage", "transfer"):
        if not isinstance(content.get(key), dict):
            yield key, "must be an object of prices"
    yield from _storage_problems(content.get("storage"))
    transfer = content.get("transfer")
    for name, value in transfer.items() if isinstance(transfer, dict) else ():
        yield from _price_problems(f"transfer.{printable(name)}", value)


def _storage_problems(storage: Any) -> Iterator[tuple[str, str]]:
    found: dict[str, str] = {}
    for name, prices in storage.items() if isinstance(storage, dict) else ():
        key = f"storage.{printable(name)}"
        try:
            same = found.setdefault(canonical(name), name)
        except UnknownRegion as error:
            yield key, str(error)
        else:
            if same != name:
                yield key, f"is the same region as {printable(same)}; keep one"
        if not isinstance(prices, dict):
            yield key, "must be an object of prices by storage type"
            continue
        for kind, value in prices.items():
            place = f"{key}.{printable(kind)}"
            if kind not in STORAGE_TYPES:
                yield place, f"is no storage type; there are {', '.join(STORAGE_TYPES)}"
            yield from _price_problems(place, value)


def _price_problems(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if not (isinstance(value, Decimal) and has_end(value) and 0 < value < HIGHEST):
        yield key, f"must be a price above 0 and below {HIGHEST:,}, not {_shown(value)}"


def has_end(amount: Decimal) -> bool:
    """Whether a number is finite and has no more than MOST_DECIMALS."""
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -MOST_DECIMALS


def _shown(value: Any) -> str:
    """A value for a message; of a list or object only its kind, for it may be nested however deeply."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return shown(value)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _invalid(path: Path, problems: list[tuple[str, str]]) -> InvalidFile:
    own = "" if path == FILE else f" --file {escaped(shlex.quote(str(path)))}"
    advice = f"; {REFRESH}{own} writes the file anew"
    return InvalidFile([Diagnostic(str(path), None, key, f"{message}{advice}") for key, message in problems])
