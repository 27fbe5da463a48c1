"""What the images of a stack need after Azure Lab Services: one report, which the command and the page show."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from catalog.files.similar import same_name
from catalog.images.catalogue import Catalogue
from catalog.images.consumers import SUCCESSORS, Consumer
from lifecycle.end_of_life import RETIREMENT_DATE
from lifecycle.readiness import Readiness, readinesses, successor_regions, without_service
from lifecycle.twin import Twin, twins
from plan.stack import Stack


@dataclass(frozen=True, slots=True)
class ReadinessReport:
    """The readiness of images for `services`, which run in `regions`, and the twins that would suit them.

    `external` are the images whose versions somebody else publishes.
    """

    services: tuple[Consumer, ...]
    regions: tuple[str, ...]
    found: tuple[Readiness, ...]
    twins: tuple[Twin, ...]
    external: frozenset[str]
    today: date

    @property
    def without_service(self) -> tuple[str, ...]:
        """The images that none of the services would take yet."""
        return without_service(self.found)

    @property
    def days_left(self) -> int:
        """Days until Azure Lab Services ends; negative when it has."""
        return (RETIREMENT_DATE - self.today).days


def readiness_report(
    catalogue: Catalogue,
    stack: Stack,
    today: date,
    *,
    services: tuple[Consumer, ...] = SUCCESSORS,
    regions: Collection[str] = (),
    images: Collection[str] = (),
) -> ReadinessReport:
    """The report of these images, else of all of the catalogue. Raises UnknownRegion for a region that is none."""
    where = successor_regions(stack.settings, regions)
    whole = readinesses(catalogue, stack, services=services, regions=where)
    found = tuple(each for each in whole if not images or same_name(each.image, images) is not None)
    external = frozenset(name for name, image in catalogue.images.items() if image.is_external)
    return ReadinessReport(services, where, found, twins(catalogue, found), external, today)
