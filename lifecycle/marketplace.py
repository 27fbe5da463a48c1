"""Where labs offer other Marketplace images than the stack lists, what follows for teachers, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from catalog.files.diagnostic import some_of
from catalog.stacks.commands import Commands
from catalog.texts.translation import N_, _
from plan.marketplace import MarketplaceLab, marketplace_labs
from plan.stack import Stack

HEADING: Final = N_("Marketplace images:")
MOST_NAMES: Final = 8
"""So many images a sentence names."""


@dataclass(frozen=True, slots=True)
class MarketplaceDrift:
    """What one lab offers besides the list of the stack, and what of the list it does not offer; names are sorted.

    `not_there` are images of the list that the lab does not have. `failure`: why its list cannot be read.
    """

    lab: str
    unlisted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    not_there: tuple[str, ...] = ()
    failure: str | None = None

    @property
    def name(self) -> str:
        """The lab's name."""
        return self.lab.rpartition("/")[2]

    @property
    def clauses(self) -> list[str]:
        """What is not as listed, a sentence each without a full stop, in the current language."""
        lab = self.name
        return [
            text
            for images, text in (
                (
                    self.unlisted,
                    _(
                        "{lab} offers images that marketplaceImages does not list: {images}",
                        lab=lab,
                        images=_named(self.unlisted),
                    ),
                ),
                (
                    self.missing,
                    _(
                        "{lab} does not offer images that marketplaceImages lists: {images}",
                        lab=lab,
                        images=_named(self.missing),
                    ),
                ),
                (
                    self.not_there,
                    _(
                        "{lab} does not have images that marketplaceImages lists: {images}",
                        lab=lab,
                        images=_named(self.not_there),
                    ),
                ),
                (
                    self.failure,
                    _("the Marketplace images of {lab} cannot be listed: {why}", lab=lab, why=self.failure or ""),
                ),
            )
            if images
        ]


def marketplace_drift(stack: Stack) -> list[MarketplaceDrift]:
    """The labs that are not as listed, in the order of the configuration; none without the key."""
    wanted = stack.settings.marketplace_images
    if wanted is None:
        return []
    names = frozenset(image.name for image in wanted)
    return [drift for lab in marketplace_labs(stack) if (drift := _drift(lab, names)) is not None]


def _drift(lab: MarketplaceLab, names: frozenset[str]) -> MarketplaceDrift | None:
    """None if the lab offers what is listed, or does not exist, which others say."""
    if lab.listed is None:
        return None
    if lab.listed.failure is not None:
        return MarketplaceDrift(lab.id, failure=lab.listed.failure)
    offered = {name for name, image in lab.listed.images.items() if image.offered}
    drift = MarketplaceDrift(
        lab.id,
        unlisted=tuple(sorted(offered - names)),
        missing=tuple(sorted((names & lab.listed.images.keys()) - offered)),
        not_there=tuple(sorted(names - lab.listed.images.keys())),
    )
    return drift if drift != MarketplaceDrift(lab.id) else None


def marketplace_remedies(drifts: list[MarketplaceDrift], commands: Commands) -> Iterator[str]:
    """What to do about all of them, in the current language."""
    if any(drift.unlisted or drift.missing for drift in drifts):
        yield _(
            "`{command}` switches them as listed; to keep what is offered today, change marketplaceImages instead",
            command=commands.pulumi("up --refresh"),
        )
    if any(drift.not_there for drift in drifts):
        yield _(
            "Lab Services has to list an image before it can be offered: take those that a lab does not have out of "
            "marketplaceImages, until then every update is refused"
        )
    if any(drift.failure for drift in drifts):
        yield _("mend the access to the lab's images, and ask again")


def _named(names: tuple[str, ...]) -> str:
    return some_of(names, MOST_NAMES)
