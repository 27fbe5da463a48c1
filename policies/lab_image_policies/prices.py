"""The pack's own prices of replicas: it does not believe the program that it validates.

`prices.json` beside this file is a copy of the program's, which `./labs prices --refresh` writes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from lab_image_policies.geography import find
from lab_image_policies.translation import _

FILE: Final = Path(__file__).with_name("prices.json")
FALLBACK: Final = "eastus"
"""The region whose price counts where a region has none of its own."""
OLD_DAYS: Final = 365
"""Prices older than this are said to be old."""

_HIGHEST: Final = Decimal(1_000_000)
_MOST_DECIMALS: Final = 100
_MOST_BYTES: Final = 1_000_000
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Price(NamedTuple):
    """The price of a GB and month; `region` is the one that has it."""

    amount: Decimal
    region: str


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Prices in one currency, read on one `day` (`2026-11-29`), by canonical region and storage type in lower case.

    `fault` says why there are none, as the end of a sentence; it is empty if there are.
    """

    currency: str = ""
    day: str = ""
    storage: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    fault: str = ""

    def price(self, region: str, storage_type: str) -> Price | None:
        """The price in a region (canonical name): its own, else that of FALLBACK; None if neither is known."""
        for each in (region, FALLBACK):
            amount = self.storage.get(each, {}).get(storage_type.lower())
            if amount is not None:
                return Price(amount, each)
        return None

    def is_old(self, today: date) -> bool:
        """Whether the prices are older than OLD_DAYS, or of a day to come; it may be tomorrow elsewhere on Earth."""
        return bool(self.day) and not -1 <= (today - date.fromisoformat(self.day)).days <= OLD_DAYS


@cache
def prices() -> PriceTable:
    """The prices that count in this run."""
    return read_prices()


def read_prices(path: Path = FILE) -> PriceTable:
    """The prices in a file; none if it is missing, or anything in it is no price: a sum must not lack one unseen."""
    try:
        if not path.is_file():
            return PriceTable(fault=_("the policy pack has no prices"))
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES + 1)
        if len(text) > _MOST_BYTES:
            raise ValueError("the file is too large")
        # A number that no Decimal can have is an ArithmeticError.
        content = json.loads(
            text.decode("utf-8-sig"), parse_float=Decimal, parse_int=Decimal, object_pairs_hook=_unrepeated
        )
        return _table(content)
    except (OSError, ValueError, ArithmeticError, RecursionError):
        return PriceTable(fault=_("{file} of the policy pack is no readable list of prices", file=path.name))


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no key stands twice: whoever reads it may see another one than the pack."""
    found = {name.lower(): value for name, value in pairs}
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _table(content: Any) -> PriceTable:
    """The table of a file's content. Raises ValueError if anything in it is wrong."""
    values = content if isinstance(content, dict) else {}
    currency, day = values.get("currency"), values.get("date")
    if not isinstance(currency, str) or _CURRENCY.fullmatch(currency) is None:
        raise ValueError("no currency")
    if not isinstance(day, str) or _DAY.fullmatch(day) is None:
        raise ValueError("no day")
    date.fromisoformat(day)
    storage = dict(_regions(values.get("storage")))
    if not storage:
        raise ValueError("no prices")
    return PriceTable(currency, day, storage)


def _regions(given: Any) -> Iterator[tuple[str, dict[str, Decimal]]]:
    seen = set()
    for spelling, row in given.items() if isinstance(given, dict) else ():
        if not isinstance(row, dict) or not all(map(_is_price, row.values())):
            raise ValueError(f"no prices of {spelling}")
        region = find(spelling)
        if region is None:
            continue  # nobody can ask for it: a newer list may know more regions than the pack
        if region.name in seen:
            raise ValueError(f"{spelling} stands twice")
        seen.add(region.name)
        yield region.name, {kind.lower(): amount for kind, amount in row.items()}


def _is_price(value: Any) -> bool:
    if not isinstance(value, Decimal):
        return False
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_MOST_DECIMALS and 0 < value < _HIGHEST
