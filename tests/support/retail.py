"""Items of Azure's list of retail prices, as it answers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from catalog.regions.prices import PriceTable
from lifecycle.price_list import STORAGE_METERS, TRANSFER_METER, Meter

DAY = "2026-11-29"


def item(meter: Meter, region: str, price: object, **changes: Any) -> dict[str, Any]:
    """An item of a meter, in USD unless changed."""
    return {
        "currencyCode": "USD",
        "tierMinimumUnits": 0,
        "retailPrice": price,
        "armRegionName": region,
        "meterName": meter.name,
        "productName": meter.product,
        "skuName": meter.sku,
        "unitOfMeasure": meter.unit,
        "type": "Consumption",
        **changes,
    }


def snapshot(region: str, price: object, kind: str = "Standard_LRS", **changes: Any) -> dict[str, Any]:
    """The price of a GB and month of a replica."""
    return item(STORAGE_METERS[kind], region, price, **changes)


def traffic(region: str, price: object, **changes: Any) -> dict[str, Any]:
    """The price of a GB copied out of a region."""
    return item(TRANSFER_METER, region, price, **changes)


def home(factor: object = 1) -> list[dict[str, Any]]:
    """The items without which there is no list: those of eastus."""
    prices = {"Standard_LRS": "0.05", "Standard_ZRS": "0.05", "Premium_LRS": "0.132"}
    return [snapshot("eastus", Decimal(price) * Decimal(str(factor)), kind) for kind, price in prices.items()]


def table(storage: Mapping[str, Mapping[str, str]], **changes: Any) -> PriceTable:
    """A table of prices in USD; `transfer` are those of copying."""
    prices = {region: {kind: Decimal(price) for kind, price in row.items()} for region, row in storage.items()}
    return PriceTable(**{"currency": "USD", "day": DAY, "source": "a test", "storage": prices, **changes})


def items_of(prices: PriceTable) -> Iterator[dict[str, Any]]:
    """Items that say the prices of storage in a table."""
    for region, row in prices.storage.items():
        for kind, amount in row.items():
            yield snapshot(region, amount, kind, currencyCode=prices.currency)
