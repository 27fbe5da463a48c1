"""An update of a stack: what it starts from, what it plans, and what it means for labs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from catalog.images.catalogue import Catalogue
from catalog.stacks.commands import Commands
from catalog.stacks.settings import Settings
from catalog.texts.translation import _
from lifecycle.findings import named_images
from lifecycle.notice import Notice, notices
from lifecycle.offer import Offer, offers
from plan.observed import Observed
from plan.planned import Plan
from plan.republish import failed_publications
from plan.stack import Stack


@dataclass(frozen=True, slots=True)
class Update:
    """`plan` is what `catalogue` and `settings` make of `observed`, which is what Azure has before."""

    catalogue: Catalogue
    settings: Settings
    observed: Observed
    plan: Plan

    def notices(self, after: Observed, today: date) -> list[Notice]:
        """What the update means for labs if Azure has `after` at its end; a first deployment changes nothing."""
        before = list(self._offers(self.observed, today)) if self.observed.gallery else []
        found = notices(before, list(self._offers(after, today, planned=True)), Commands.of(self.settings))
        return [*found[:1], *self._published_again(), *found[1:]]

    def _published_again(self) -> Iterator[Notice]:
        versions = failed_publications(self.catalogue.images, Stack(self.settings, self.observed))
        if versions:
            yield Notice("again", _("{versions}, since the publication failed", versions=named_images(versions)))

    def _offers(self, observed: Observed, today: date, *, planned: bool = False) -> Iterator[Offer]:
        """The offers of images of the catalogue, and of the stack's own that the catalogue no longer has.

        Versions of other images are not looked up for an update.
        """
        stack = Stack(self.settings, observed)
        known = {name.lower() for name in self.catalogue.images}
        gallery = self.observed.gallery
        known |= {key for key, found in gallery.definitions.items() if stack.owns(found)} if gallery else set()
        found = offers(self.catalogue, stack, today, planned=planned)
        return (offer for offer in found if offer.image.lower() in known)
