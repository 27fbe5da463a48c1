"""What replicas cost a month at most: OS disk size × replicas × price of region and storage type.

Azure bills a replica as a snapshot, on occupied size ("Azure Compute Gallery", Billing), which nobody knows beforehand:
the size of the disk is its upper bound. What is not known is in no sum, and is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from lab_image_policies.geography import find
from lab_image_policies.messages import number_text, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.replica_set import ReplicaSet
from lab_image_policies.prices import Price, PriceTable
from lab_image_policies.rules import number, whole
from lab_image_policies.translation import N_, _


class Gap(Enum):
    """Why the cost of replicas is not known: how a message says it of a version, and what helps."""

    UNSEEN = (
        N_("whose replicas no policy sees"),
        N_("declare the versions with the LabImage component or with azure-native's GalleryImageVersion"),
    )
    UNREAD = (
        N_("of which nobody can tell what it makes"),
        N_("write out what the resource makes in the program, with values that a preview knows"),
    )
    SIZE = (
        N_("whose size is not known"),
        N_("write os_disk_size_gb in the catalogue, or the tag lab-os-disk-size-gb at a version without the component"),
    )
    DATA_DISKS = (
        N_("whose data disks are not known"),
        N_(
            "write data_disk_count, or the tag lab-data-disk-count, where there are none; to publish data disks, whose "
            "cost nobody can tell, lower the level of replica-cost-below-limit"
        ),
    )
    COUNT = (N_("whose number of replicas is not known"), N_("write replicas as whole numbers above 0"))
    REGION = (N_("whose target regions are not known"), N_("write target regions as plain names"))
    STORAGE = (N_("whose storage type is not known"), N_("write the storage type of every replica"))
    PRICE = (N_("without a price"), N_("read prices with `./labs prices --refresh`"))

    def __init__(self, words: str, advice: str) -> None:
        self.words = words
        self.advice = advice


class NotCounted(NamedTuple):
    """A version whose replicas are not all in the sum, and why; `storage_type` and `region` have no price.

    `number` is empty for a resource of which nobody can tell what it makes.
    """

    image: str
    number: str
    gap: Gap
    storage_type: str = ""
    region: str = ""

    @property
    def text(self) -> str:
        """How a message names it: `gis 1.0.0, whose size is not known`."""
        name = shown_text(self.image)
        if self.number:
            name = f"{name} {number_text(self.number)}"
        if self.region:
            return _(
                "{version}, whose {storage_type} in {region} has no price",
                version=name,
                storage_type=shown_text(self.storage_type),
                region=self.region,
            )
        return _("{version}, {gap}", version=name, gap=_(self.gap.words))


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of replicas: the sum of what is known, by image too, in the order in which they come.

    `borrowed` are the regions, sorted, that count with the price of another one.
    """

    month: Decimal
    by_image: Mapping[str, Decimal]
    borrowed: tuple[str, ...]
    not_counted: tuple[NotCounted, ...]


def cost_of(replicas: Iterable[ReplicaSet], prices: PriceTable) -> Cost:
    """The cost of replicas with these prices."""
    by_image: dict[str, Decimal] = {}
    names: dict[str, str] = {}
    borrowed: set[str] = set()
    missing: dict[NotCounted, None] = {}
    for each in replicas:
        found = _month(each, prices)
        if isinstance(found, NotCounted):
            missing[found] = None
            continue
        amount, region, price = found
        name = names.setdefault(each.image.lower(), each.image)
        by_image[name] = by_image.get(name, Decimal(0)) + amount
        if price.region != region:
            borrowed.add(region)
        if whole(each.data_disks) != 0:  # Azure bills them too, and only the OS disk is in the sum
            missing[NotCounted(each.image, each.number, Gap.DATA_DISKS)] = None
    return Cost(sum(by_image.values(), Decimal(0)), by_image, tuple(sorted(borrowed)), tuple(missing))


def _month(of: ReplicaSet, prices: PriceTable) -> tuple[Decimal, str, Price] | NotCounted:
    """The cost a month with the region (canonical name) and the price; else what is missing first."""
    size, count = number(of.size_gb), whole(of.replicas)
    region = find(of.region) if isinstance(of.region, str) else None
    gap = Gap.STORAGE
    if of.unseen or of.unread:
        gap = Gap.UNREAD if of.unread else Gap.UNSEEN
    elif isinstance(size, Fault) or size <= 0:
        gap = Gap.SIZE
    elif region is None:
        gap = Gap.REGION
    elif isinstance(count, Fault) or count < 1:
        gap = Gap.COUNT
    elif isinstance(of.storage_type, str):
        price = prices.price(region.name, of.storage_type)
        if price is not None:
            return Decimal(repr(size)) * count * price.amount, region.name, price
        return NotCounted(of.image, of.number, Gap.PRICE, of.storage_type, region.name)
    return NotCounted(of.image, of.number, gap)
