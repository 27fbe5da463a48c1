"""What is wrong today and right after an update, and whether the update has to look into Azure first for that.

The engine compares the catalogue with its state, not with Azure, unless it is asked to refresh the state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lifecycle.offer import Offer
from lifecycle.reason import ReasonKind
from plan.stack import Stack

MENDED: Final[frozenset[ReasonKind]] = frozenset(
    {"missing_image", "missing_version", "no_version", "not_attached", "disabled", "excluded", "no_replica"}
)
"""Reasons that a change in Azure makes as well as one of the catalogue that is not deployed yet."""


@dataclass(frozen=True, slots=True)
class Repair:
    """An image that is wrong today in one place, with every reason; an update ends some of them.

    `surely_refresh` is whether what is missing was deployed before, so that an update without a refresh leaves it
    missing; otherwise that cannot be known without the engine's state.
    """

    offer: Offer
    surely_refresh: bool


def repairs(before: Sequence[Offer], after: Sequence[Offer], stack: Stack) -> Iterator[Repair]:
    """What `after`, which an update with a refresh leaves, has right and `before` has not; `stack` is as before it.

    Nothing if the gallery does not exist or is not the stack's own: then all of it is new.
    """
    if stack.observed.gallery is None or not stack.owns(stack.observed.gallery):
        return
    left = {_key(offer): {reason.kind for reason in offer.reasons} for offer in after}
    for offer in before:
        still = left.get(_key(offer))
        if offer.is_good or still is None:
            continue
        mended = {reason.kind for reason in offer.reasons} & (MENDED - still)
        if mended:
            sure = any(_was_deployed(kind, offer, stack) for kind in mended)
            yield Repair(replace(offer, disagrees=False), sure)


def _key(offer: Offer) -> tuple[str, str, str | None]:
    return offer.image.lower(), offer.place.id.lower(), offer.place.region


def _was_deployed(kind: ReasonKind, offer: Offer, stack: Stack) -> bool:
    """Whether what is missing was there before: the stack's own tag is on what was made with it or after it."""
    definition = stack.definition(offer.image)
    if kind == "not_attached":
        return True
    if kind == "no_version":
        return definition is not None and stack.owns(definition)
    return kind == "missing_version" and offer.latest is not None and offer.next.pending is None
