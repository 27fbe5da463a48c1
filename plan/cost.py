"""What replicas cost a month, at most: OS disk size × replicas × price, by version, region and storage type.

Azure bills a replica as a snapshot, on occupied size ("Azure Compute Gallery", Billing), which nobody knows beforehand:
the size of the disk is its upper bound. What is not known stays unknown and is in no sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from catalog.regions.prices import Price, PriceTable


@dataclass(frozen=True, slots=True)
class Replicas:
    """The replicas of one version in one region (canonical name); the size of the OS disk is None if not known."""

    image: str
    version: str
    region: str
    storage_account_type: str
    replicas: int
    os_disk_size_gb: int | None

    @property
    def gb(self) -> int | None:
        """GB that they occupy at most; None if not known."""
        return None if self.os_disk_size_gb is None else self.os_disk_size_gb * self.replicas


@dataclass(frozen=True, slots=True)
class ReplicaCost:
    """Replicas and the price of a GB and month where they lie, None if no price is known."""

    of: Replicas
    price: Price | None

    @property
    def month(self) -> Decimal | None:
        """What they cost a month at most; None if not known."""
        return None if self.of.gb is None or self.price is None else self.of.gb * self.price.amount

    @property
    def is_borrowed(self) -> bool:
        """Whether the price is that of another region."""
        return self.price is not None and self.price.region != self.of.region


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of replicas in one currency, "" if no price is known at all."""

    currency: str
    parts: tuple[ReplicaCost, ...]

    @property
    def month(self) -> Decimal:
        """The sum of what is known, a month at most."""
        return sum((part.month for part in self.parts if part.month is not None), Decimal(0))

    @property
    def gb(self) -> int:
        """GB of the replicas whose size is known, at most."""
        return sum(part.of.gb or 0 for part in self.parts)

    @property
    def known_month(self) -> Decimal | None:
        """As `month`; None if there are replicas and the cost of none of them is known."""
        return None if self.parts and len(self.unknown) == len(self.parts) else self.month

    @property
    def known_gb(self) -> int | None:
        """As `gb`; None if there are replicas and the size of none of them is known."""
        return None if self.parts and all(part.of.gb is None for part in self.parts) else self.gb

    @property
    def unknown(self) -> tuple[ReplicaCost, ...]:
        """The replicas whose cost is not known, so that the sum lacks them."""
        return tuple(part for part in self.parts if part.month is None)

    @property
    def borrowed(self) -> tuple[str, ...]:
        """Regions that count with the price of another region, sorted."""
        return tuple(sorted({part.of.region for part in self.parts if part.is_borrowed}))

    def by(self, key: Callable[[Replicas], str]) -> dict[str, Cost]:
        """The cost by what `key` says of replicas, in the order in which they come."""
        groups: dict[str, list[ReplicaCost]] = {}
        for part in self.parts:
            groups.setdefault(key(part.of), []).append(part)
        return {name: Cost(self.currency, tuple(parts)) for name, parts in groups.items()}


def cost_of(replicas: Iterable[Replicas], prices: PriceTable) -> Cost:
    """The cost of replicas."""
    parts = (ReplicaCost(each, prices.storage_price(each.region, each.storage_account_type)) for each in replicas)
    return Cost(prices.currency, tuple(parts))


def transfer_of(replicas: Iterable[Replicas], home: str, prices: PriceTable) -> Decimal | None:
    """What publishing one version costs once: its disk copied from its home region to each other region.

    Further replicas of a region are made there and cost no traffic. None if a size or price is not known. Source:
    "Azure Compute Gallery", Billing.
    """
    total = Decimal(0)
    for each in replicas:
        price = prices.transfer_price(home, each.region)
        if price is None or (price and each.os_disk_size_gb is None):
            return None
        total += price * (each.os_disk_size_gb or 0)
    return total
