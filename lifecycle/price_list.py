"""Azure's list of retail prices as a table of prices, or every reason why it is not plausible.

Asking for the list is `inventory.retail_prices`; an item is one price as it answers. A refresh replaces the prices of
storage whole, so a region that the list no longer has loses its price. Prices of copying that the list lacks stay as
they were, in the same currency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from catalog.files.diagnostic import printable, shown, some_of
from catalog.regions.geography import all_regions
from catalog.regions.prices import FALLBACK, HIGHEST, NO_PRICES, STORAGE_TYPES, PriceTable, continent_of, has_end

Item = Mapping[str, object]

CURRENCIES: Final = (
    "AUD",
    "BRL",
    "CAD",
    "CHF",
    "CNY",
    "DKK",
    "EUR",
    "GBP",
    "INR",
    "JPY",
    "KRW",
    "NOK",
    "NZD",
    "RUB",
    "SEK",
    "TWD",
    "USD",
)
"""Currencies of the list. Source: "Azure Retail Prices overview", Supported currencies."""

LEAP: Final = 10
"""A price that is this many times the last one, or the last one this many times the price, is taken for a mistake."""


@dataclass(frozen=True, slots=True)
class Meter:
    """What Azure bills: the names of a meter in the list, and the unit of its price."""

    product: str
    sku: str
    name: str
    unit: str

    @classmethod
    def of(cls, item: Item) -> tuple[object, object, object]:
        """Product, SKU and name that an item has."""
        return item.get("productName"), item.get("skuName"), item.get("meterName")

    @property
    def names(self) -> tuple[object, object, object]:
        """Product, SKU and name."""
        return self.product, self.sku, self.name


_GB_MONTH: Final = "1 GB/Month"
STORAGE_METERS: Final = {
    "Premium_LRS": Meter("Premium SSD Managed Disks", "Snapshots LRS", "LRS Snapshots", _GB_MONTH),
    "Standard_LRS": Meter("Standard HDD Managed Disks", "Snapshots LRS", "LRS Snapshots", _GB_MONTH),
    "Standard_ZRS": Meter("Standard HDD Managed Disks", "Snapshots ZRS", "ZRS Snapshots", _GB_MONTH),
}
"""The meter of a replica by its storage type: it is billed as a snapshot ("Azure Compute Gallery", Billing)."""
TRANSFER_METER: Final = Meter("Rtn Preference: MGN", "Standard", "Standard Inter-Region Data Transfer", "1 GB")
"""The meter of a GB that leaves a region for another one of its continent, over Microsoft's own network."""

_OF_STORAGE: Final = (
    "serviceName eq 'Storage' and priceType eq 'Consumption' and (productName eq 'Standard HDD Managed Disks' or "
    "productName eq 'Premium SSD Managed Disks') and (skuName eq 'Snapshots LRS' or skuName eq 'Snapshots ZRS')"
)
_OF_COPYING: Final = (
    "serviceName eq 'Bandwidth' and priceType eq 'Consumption' and productName eq 'Rtn Preference: MGN' and "
    "meterName eq 'Standard Inter-Region Data Transfer'"
)
FILTERS: Final = (_OF_STORAGE, _OF_COPYING)
"""The questions whose answers together are the prices of every region."""


class ImplausiblePrices(Exception):
    """The list cannot be right; `reasons` are all that is wrong with it.

    `only_beside_last` is whether nothing is wrong but that prices are far from the last ones, which may be right.
    """

    def __init__(self, reasons: Iterable[str], *, only_beside_last: bool = False) -> None:
        self.reasons = tuple(dict.fromkeys(reasons))
        self.only_beside_last = only_beside_last
        super().__init__("\n".join(self.reasons))


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: the currency, on which day (`2026-11-29`), and what the file says of the source."""

    currency: str
    day: str
    source: str


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A price that the last table had otherwise.

    `place` is a region or, of the price of copying, a continent; `storage_account_type` is None for the latter. `old`
    or `new` is None if there was or is no price.
    """

    place: str
    storage_account_type: str | None
    old: Decimal | None
    new: Decimal | None


def read_price_list(items: Iterable[Item], asked: Asked, last: PriceTable = NO_PRICES) -> PriceTable:
    """The table of the prices in a list, in which `last` is followed. Raises ImplausiblePrices with every reason.

    Only items of the meters above count, in force on the day, in regions that the program knows. The list has former
    prices and those of secondary meters, too: of a meter the primary one's newest price counts. Of a meter with tiers
    the highest price counts, as does the highest price of copying of a continent's regions: nobody then pays more.
    """
    wanted = {meter.names: kind for kind, meter in STORAGE_METERS.items()}
    known = {region.name for region in all_regions()}
    storage = _Prices()
    transfer = _Prices()
    for item in items:
        region = item.get("armRegionName")
        if not isinstance(region, str) or region not in known or not _counts(item, asked.day):
            continue
        kind = wanted.get(Meter.of(item))
        if kind is not None:
            storage.add((region, kind), item, STORAGE_METERS[kind].unit, asked.currency)
        elif Meter.of(item) == TRANSFER_METER.names:
            transfer.add((region, ""), item, TRANSFER_METER.unit, asked.currency)
    by_region: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for (region, kind), amount in sorted(storage.highest().items()):
        by_region[region][kind] = amount
    same_currency = last.currency == asked.currency
    copying = dict(last.transfer) if same_currency else {}
    copying |= _by_continent(transfer.highest())
    found = PriceTable(asked.currency, asked.day, asked.source, dict(by_region), copying)
    reasons = [*storage.reasons(), *transfer.reasons(), *_lacks(found)]
    leaps = list(_leaps(changes(last, found))) if same_currency else []
    if reasons or leaps:
        raise ImplausiblePrices([*reasons, *leaps], only_beside_last=not reasons)
    return found


def _counts(item: Item, day: str) -> bool:
    """Whether an item is the price of what is used, and in force on a day."""
    begin, end = (str(item.get(key) or "")[:10] for key in ("effectiveStartDate", "effectiveEndDate"))
    return item.get("type", "Consumption") == "Consumption" and begin <= day and (not end or day <= end)


class _Prices:
    """Prices of items by place and storage type, and what is wrong with the items."""

    def __init__(self) -> None:
        self._tiers: dict[tuple[str, str], dict[object, _Offers]] = {}
        self._wrong: dict[str, list[str]] = defaultdict(list)

    def add(self, key: tuple[str, str], item: Item, unit: str, currency: str) -> None:
        """Take the price of an item for a region and storage type, "" for copying."""
        place = _words(*key)
        tier, price = _number(item.get("tierMinimumUnits", 0)), _price(item.get("retailPrice"))
        if item.get("unitOfMeasure") != unit:
            self._wrong[f"the unit is {shown(item.get('unitOfMeasure'))}, not {unit}"].append(place)
        if item.get("currencyCode") != currency:
            self._wrong[f"the currency is {shown(item.get('currencyCode'))}, not {currency}"].append(place)
        if price is None:
            self._wrong[f"the price is {shown(item.get('retailPrice'))}, which is no price of a GB"].append(place)
            return
        self._tiers.setdefault(key, {}).setdefault(tier, {}).setdefault(_rank(item), set()).add(price)

    def highest(self) -> dict[tuple[str, str], Decimal]:
        """The highest price of each."""
        return {
            key: max(amount for offers in tiers.values() for amount in offers[max(offers)])
            for key, tiers in self._tiers.items()
        }

    def reasons(self) -> Iterator[str]:
        """What is wrong, each with the places where it is."""
        for key, tiers in self._tiers.items():
            for offers in tiers.values():
                amounts = sorted(offers[max(offers)])
                if len(amounts) > 1:
                    both = f"{_words(*key)} ({' and '.join(map(str, amounts))})"
                    self._wrong["there are two prices of the same meter"].append(both)
        for key, amount in self.highest().items():
            if amount == 0:
                self._wrong["the price is 0"].append(_words(*key))
        for reason, places in self._wrong.items():
            yield f"{reason}: {some_of(sorted(set(places)))}"


_Offers = dict[tuple[bool, str], set[Decimal]]
"""Prices by `_rank`; those of the highest count."""


def _rank(item: Item) -> tuple[bool, str]:
    """Which of the prices of one meter counts: that of the primary meter, and the newest one of it."""
    return item.get("isPrimaryMeterRegion") is not False, str(item.get("effectiveStartDate") or "")


def _price(value: object) -> Decimal | None:
    """A number from 0 to HIGHEST; None for anything else."""
    found = _number(value)
    return found if found is not None and 0 <= found < HIGHEST else None


def _number(value: object) -> Decimal | None:
    """A number that has an end; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    found = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    return found if has_end(found) else None


def _words(place: str, kind: str | None) -> str:
    return f"{place} {kind}" if kind else f"copying from {place}"


def _by_continent(prices: Mapping[tuple[str, str], Decimal]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for (region, _), amount in prices.items():
        continent = continent_of(region)
        found[continent] = max(amount, found.get(continent, amount))
    return found


def _lacks(found: PriceTable) -> Iterator[str]:
    lacking = [kind for kind in STORAGE_TYPES if kind not in found.storage.get(FALLBACK, {})]
    if lacking:
        yield f"there is no price of {', '.join(lacking)} in {FALLBACK}, with which regions without a price count"


def _leaps(changed: Iterable[PriceChange]) -> Iterator[str]:
    for each in changed:
        if each.old and each.new and not each.old / LEAP < each.new < each.old * LEAP:
            place = printable(_words(each.place, each.storage_account_type))
            yield f"the price is {each.new:f} after {each.old:f}, {LEAP} times more or less: {place}"


def changes(last: PriceTable, new: PriceTable) -> tuple[PriceChange, ...]:
    """What differs between the prices of two tables, sorted by region, then what differs in copying."""
    found = [
        PriceChange(region, kind, old.get(kind), now.get(kind))
        for region in sorted({*last.storage, *new.storage})
        for old, now in [(last.storage.get(region, {}), new.storage.get(region, {}))]
        for kind in sorted({*old, *now})
    ]
    continents = sorted({*last.transfer, *new.transfer})
    found += [PriceChange(name, None, last.transfer.get(name), new.transfer.get(name)) for name in continents]
    return tuple(each for each in found if each.old != each.new)


def is_worth_writing(last: PriceTable, new: PriceTable, today: date) -> bool:
    """Whether the file is to be replaced: prices or currency differ, or it would count as old though it still holds.

    Another day or source alone is no change: a pull request about it would ask for nothing.
    """
    return last.currency != new.currency or bool(changes(last, new)) or not last.day or last.is_old(today)


def without_price(table: PriceTable) -> tuple[str, ...]:
    """The regions without a price of their own, sorted; they count with that of FALLBACK."""
    return tuple(region.name for region in all_regions() if not table.storage.get(region.name))
