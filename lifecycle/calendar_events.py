"""Days on which something ends: images, versions, what the policies let through, and Azure Lab Services itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from catalog.fields.moment import day_of
from catalog.images.catalogue import Catalogue
from catalog.images.image import Image
from lifecycle.end_of_life import RETIREMENT_DATE
from lifecycle.exemption import PolicyRules
from plan.end_of_life import is_kept
from plan.observed import ObservedDefinition, ObservedGallery

EventKind = Literal["service", "image", "version", "exemption", "level"]
"""What ends: Azure Lab Services, an image, a version, an exemption from a policy, a level below the policy's own."""

KINDS: Final[tuple[EventKind, ...]] = ("service", "image", "version", "exemption", "level")
"""In the order in which they are shown."""

LAB_SERVICES_NAME: Final = "Azure Lab Services"

CATALOGUE, GALLERY = "catalogue", "gallery"
"""Who says when an image or version ends. The gallery is named only where the catalogue says something else."""


@dataclass(frozen=True, slots=True)
class TimeEvent:
    """Something that ends; `day` is in UTC.

    `subject` names it: `gis`, `gis 1.0.0`, the image of an exemption, the policy of a level. `what` is CATALOGUE or
    GALLERY for images and versions, the policy of an exemption (which holds on `day` for the last time), the level,
    and empty for the service. `reason` is that of an exemption or level as its author wrote it, else empty.
    """

    day: date
    kind: EventKind
    subject: str
    what: str = ""
    reason: str = ""

    @property
    def order(self) -> tuple[date, int, str, str, str]:
        """What events are sorted by: the day first."""
        return self.day, KINDS.index(self.kind), self.subject, self.what, self.reason


def calendar_events(
    catalogue: Catalogue, gallery: ObservedGallery | None, rules: PolicyRules, *, uses_lab_services: bool
) -> list[TimeEvent]:
    """Everything that has an end, past ones too, by day.

    `gallery` is None if there is none, or nobody looked. `uses_lab_services` says that the stack has lab accounts or a
    lab plan, which end with the service.
    """
    found = [
        *_of_images(catalogue, gallery),
        *(TimeEvent(one.expires, "exemption", one.image, one.policy, one.reason) for one in rules.exemptions),
        *(TimeEvent(one.expires, "level", one.policy, one.level, one.reason) for one in rules.lowered),
    ]
    if uses_lab_services:
        found.append(TimeEvent(RETIREMENT_DATE, "service", LAB_SERVICES_NAME))
    return sorted(found, key=lambda event: event.order)


def _of_images(catalogue: Catalogue, gallery: ObservedGallery | None) -> Iterator[TimeEvent]:
    """Ends of the catalogue's images, then of those that only the gallery has."""
    definitions = dict(gallery.definitions) if gallery else {}
    for name, image in catalogue.images.items():
        definition = definitions.pop(name.lower(), None)
        yield from _of_image(name, image, definition)
    for definition in definitions.values():
        yield from _of_image(definition.name, None, definition)


def _of_image(name: str, image: Image | None, definition: ObservedDefinition | None) -> Iterator[TimeEvent]:
    wanted = image.end_of_life if image else None
    there, text = (definition.end_of_life, definition.end_of_life_text) if definition else (None, None)
    yield from _ends("image", name, wanted, there, kept=is_kept(wanted, there, text))
    unseen = dict(definition.versions) if definition else {}
    for number, version in image.versions.items() if image else ():
        spelling = definition.number_of(number) if definition else None
        published = unseen.pop(spelling) if spelling is not None else None
        there, text = (published.end_of_life, published.end_of_life_text) if published else (None, None)
        kept = is_kept(version.end_of_life, there, text)
        yield from _ends("version", f"{name} {number}", version.end_of_life, there, kept=kept)
    for number, published in unseen.items():
        yield from _ends("version", f"{name} {number}", None, published.end_of_life, kept=False)


def _ends(kind: EventKind, subject: str, wanted: date | None, there: date | None, *, kept: bool) -> Iterator[TimeEvent]:
    """What the catalogue says, and what the gallery says where that is something else.

    If the catalogue keeps what Azure has, its day is Azure's in UTC, as for `labs prune`.
    """
    if kept and there is not None:
        yield TimeEvent(day_of(there), kind, subject, CATALOGUE)
        return
    if wanted is not None:
        yield TimeEvent(day_of(wanted), kind, subject, CATALOGUE)
    if there is not None:
        yield TimeEvent(day_of(there), kind, subject, GALLERY)
