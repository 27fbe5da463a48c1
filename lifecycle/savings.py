"""What could be saved: replicas of versions that `labs prune` would retire, and replicas where no lab is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from catalog.images.image import Image
from catalog.images.version_number import same_number
from lifecycle.place import Place
from lifecycle.retirement import retirement
from plan.cost import Cost
from plan.observed import ObservedGallery

KEPT: Final = 3
"""Versions of each image that stay if nobody says how many."""


def pruned(cost: Cost, images: Mapping[str, Image], gallery: ObservedGallery | None, keep: int, today: date) -> Cost:
    """The part of `cost` that goes once everything is retired that `labs prune --keep N` proposes."""
    retired: dict[str, tuple[str, ...]] = {}
    for name, image in images.items():
        definition = gallery.definitions.get(name.lower()) if gallery else None
        steps = retirement(image, definition, keep, today)
        retired[name.lower()] = (*steps.unprotect, *steps.remove)
    parts = (
        part for part in cost.parts if same_number(part.of.version, retired.get(part.of.image.lower(), ())) is not None
    )
    return Cost(cost.currency, tuple(parts))


def without_labs(cost: Cost, places: Collection[Place]) -> Cost | None:
    """The part of `cost` in regions in which no lab of the stack is; None if the region of a lab is not known.

    The home region of a version is among them if no lab is there, though Azure demands its replica.
    """
    regions = {place.region for place in places}
    if None in regions:
        return None
    return Cost(cost.currency, tuple(part for part in cost.parts if part.of.region not in regions))
