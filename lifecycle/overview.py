"""One stack at a glance, for those who answer for it: what labs offer, where images lie, what they cost, what ends.

It decides nothing of its own: it holds what the other modules decide about one look into Azure, so that the page and
its JSON say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog.images.catalogue import Catalogue
from catalog.regions.prices import NO_PRICES, PriceTable
from catalog.stacks.commands import Commands
from lifecycle.calendar_events import TimeEvent, calendar_events
from lifecycle.cost_report import CostReport, observed_costs
from lifecycle.exemption import PolicyRules
from lifecycle.findings import Finding, SeenCount, findings, headline, labels, seen_counts
from lifecycle.offer import Offer, offers
from lifecycle.place import Place
from lifecycle.readiness_report import ReadinessReport, readiness_report
from lifecycle.savings import KEPT
from lifecycle.unmanaged import NO_RULES, Unmanaged, unmanaged
from plan.cost import Cost
from plan.observed import Observed
from plan.republish import failed_publications
from plan.stack import Stack

UNREADABLE: Final = frozenset({"unreadable", "missing_lab"})
"""The kinds of reasons that say that a lab was not seen."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What was looked up in Azure: numbers of definitions, versions and labs, and what was not seen.

    `labs` counts the labs that answered, `asked` all. `failures` are the labs that did not, each with its reason.
    """

    images: int
    versions: int
    labs: int
    asked: int
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegionState:
    """One region (canonical name) of a stack: replicas and labs there.

    `images` counts the image definitions with a replica there, `labs` has the names of labs. `lacking` are the images
    that a lab there is to offer and cannot, for want of a replica.
    """

    name: str
    is_home: bool
    replicas: int
    images: int
    labs: tuple[str, ...]
    lacking: tuple[str, ...]

    @property
    def is_uncovered(self) -> bool:
        """Whether labs there miss a replica."""
        return bool(self.lacking) or bool(self.labs and not self.replicas)


@dataclass(frozen=True, slots=True)
class Overview:
    """One stack as it was seen at `moment` (UTC, `2026-06-01T12:00:00Z`; empty if Azure was not asked).

    `gallery` is the id of the gallery, None if it does not exist, `images` the number of images of the catalogue. `own`
    are the offers of images of the catalogue, `others` those of images that it lacks. `failed` are versions that the
    next update publishes again, `ends` everything that ends, by day, `readiness` what images need after Lab Services.
    """

    stack: str
    gallery_name: str
    location: str
    gallery: str | None
    moment: str
    today: date
    images: int
    looked_up: LookedUp
    own: tuple[Offer, ...]
    others: tuple[Offer, ...]
    failed: tuple[str, ...]
    regions: tuple[RegionState, ...]
    cost: CostReport
    unmanaged: tuple[Unmanaged, ...]
    ends: tuple[TimeEvent, ...]
    readiness: ReadinessReport
    commands: Commands

    @property
    def offers(self) -> tuple[Offer, ...]:
        """All of them."""
        return (*self.own, *self.others)

    @property
    def headline(self) -> str:
        """How many images of the catalogue are seen where, without a full stop."""
        return headline(self.own)

    @property
    def seen(self) -> list[SeenCount]:
        """The numbers of the headline."""
        return seen_counts(self.own)

    @property
    def findings(self) -> list[Finding]:
        """Everything that is wrong with what labs offer."""
        return findings(self.offers)

    @property
    def labels(self) -> dict[Place, str]:
        """The names of the labs."""
        return labels(self.offers)

    @property
    def is_good(self) -> bool:
        """Whether people see everything as the catalogue has it, and no version failed."""
        return self.gallery is not None and not self.failed and all(offer.is_good for offer in self.offers)


@dataclass(frozen=True, slots=True)
class Scope:
    """What counts for an overview beside the look: what policies let through, prices, and versions that stay."""

    rules: PolicyRules = NO_RULES
    prices: PriceTable = NO_PRICES
    keep: int = KEPT


def overview(catalogue: Catalogue, stack: Stack, today: date, scope: Scope | None = None) -> Overview:
    """The overview of a stack whose gallery was looked at as a whole, with the progress of what labs take."""
    chosen = scope or Scope()
    settings, observed = stack.settings, stack.observed
    found = offers(catalogue, stack, today)
    known = {name.lower() for name in catalogue.images}
    own = tuple(offer for offer in found if offer.image.lower() in known)
    names = labels(found)
    cost = observed_costs(catalogue, stack, chosen.prices, today, keep=chosen.keep)
    return Overview(
        stack=settings.stack,
        gallery_name=settings.gallery_name,
        location=settings.location,
        gallery=observed.gallery.id if observed.gallery else None,
        moment=observed.moment,
        today=today,
        images=len(catalogue.images),
        looked_up=_looked_up(observed, names),
        own=own,
        others=tuple(offer for offer in found if offer.image.lower() not in known),
        failed=tuple(failed_publications(catalogue.images, stack)),
        regions=tuple(_regions(settings.location, cost.cost, found, names)),
        cost=cost,
        unmanaged=tuple(unmanaged(catalogue, stack, today, chosen.rules)),
        ends=tuple(
            calendar_events(catalogue, observed.gallery, chosen.rules, uses_lab_services=bool(settings.lab_services))
        ),
        readiness=readiness_report(catalogue, stack, today),
        commands=stack.commands,
    )


def _looked_up(observed: Observed, names: Mapping[Place, str]) -> LookedUp:
    gallery = observed.gallery
    failures: dict[str, None] = {}
    unseen: set[str] = set()
    for place, name in names.items():
        for reason in place.reasons:
            if reason.kind in UNREADABLE:
                failures[f"{name}: {reason.text}"] = None
                unseen.add(place.id.lower())
    ids = {place.id.lower() for place in names}
    return LookedUp(
        images=len(gallery.definitions) if gallery else 0,
        versions=len(gallery.versions) if gallery else 0,
        labs=len(ids - unseen),
        asked=len(ids),
        failures=tuple(failures),
    )


def _regions(home: str, cost: Cost, found: Sequence[Offer], names: Mapping[Place, str]) -> Iterable[RegionState]:
    """The home region first, then the others by name."""
    replicas: dict[str, int] = {}
    images: dict[str, set[str]] = {}
    for part in cost.parts:
        replicas[part.of.region] = replicas.get(part.of.region, 0) + part.of.replicas
        images.setdefault(part.of.region, set()).add(part.of.image.lower())
    labs: dict[str, list[str]] = {}
    for place, name in names.items():
        if place.region is not None:
            labs.setdefault(place.region, []).append(name)
    lacking: dict[str, dict[str, None]] = {}
    for offer in found:
        if offer.wanted and offer.place.region and any(reason.kind == "no_replica" for reason in offer.reasons):
            lacking.setdefault(offer.place.region, {})[offer.image] = None
    for name in sorted({home, *replicas, *labs}, key=lambda name: (name != home, name)):
        yield RegionState(
            name,
            name == home,
            replicas.get(name, 0),
            len(images.get(name, ())),
            tuple(labs.get(name, ())),
            tuple(lacking.get(name, ())),
        )
