"""Prices, and inputs of versions with replicas, for tests of what changes cost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from catalog.regions.prices import PriceTable

PRICES: Final = PriceTable(
    "USD",
    "2026-11-01",
    "a test",
    {
        "eastus": {"Standard_LRS": Decimal("0.10"), "Premium_LRS": Decimal("0.30")},
        "koreacentral": {"Standard_LRS": Decimal("0.05")},
    },
)
"""Round ones; Korea South has none of its own, and Standard_ZRS has none at all."""
TODAY: Final = date(2026, 11, 24)


def inputs(storage: str = "Standard_LRS", /, **replicas: Any) -> dict[str, Any]:
    """The inputs of a version with so many replicas in some regions; without regions, none."""
    regions = [
        {"name": name, "regionalReplicaCount": count, "storageAccountType": storage} for name, count in replicas.items()
    ]
    return {"publishingProfile": {"targetRegions": regions}} if replicas else {}
