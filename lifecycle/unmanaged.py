"""Images and versions in the gallery that the catalogue lacks, most often exports of labs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from catalog.images.catalogue import Catalogue
from catalog.images.version import listing_key
from catalog.stacks.settings import Settings
from lifecycle.findings import labels
from lifecycle.offer import Offer, offers
from lifecycle.place import places
from lifecycle.visibility import hidden_because
from plan.observed import ObservedDefinition
from plan.stack import Stack
from plan.storage import stored_gb
from plan.target_regions import stack_regions

UnmanagedKind = Literal["image", "version"]


@dataclass(frozen=True, slots=True)
class Unmanaged:
    """A version that the catalogue lacks, or an image without versions (`number` is None).

    `kind` is `image` if the catalogue lacks the image too (a lab's "create new image"), else `version` ("update
    existing image"). `hidden` has the reasons why teachers do not see it. `instead_of` is the version of the catalogue
    whose place it takes in `labs` (their names), None if it takes none. `stored_gb` is the storage of its replicas
    at most, `widening_gb` the storage that replicas in the rest of the geography would add; None for an unknown size.
    """

    kind: UnmanagedKind
    image: str
    number: str | None
    id: str
    state: str
    os_disk_size_gb: int | None
    data_disk_count: int | None
    regions: tuple[str, ...]
    hidden: tuple[str, ...]
    instead_of: str | None
    labs: tuple[str, ...]
    stored_gb: int | None
    widening_gb: int | None

    @property
    def name(self) -> str:
        """As commands accept it: `gis` or `gis:1.0.0`."""
        return self.image if self.number is None else f"{self.image}:{self.number}"


def unmanaged(catalogue: Catalogue, stack: Stack, today: date) -> list[Unmanaged]:
    """Everything in the gallery that the catalogue lacks, by name and number."""
    observed = stack.observed
    if observed.gallery is None:
        return []
    labs = places(stack)
    offered = offers(catalogue, stack, today)
    names_of_labs = labels(offered)
    by_image: dict[str, list[Offer]] = {}
    for offer in offered:
        by_image.setdefault(offer.image.lower(), []).append(offer)
    names = {name.lower(): name for name in catalogue.images}
    found: list[Unmanaged] = []
    for key in sorted(observed.gallery.definitions):
        definition = observed.gallery.definitions[key]
        known = catalogue.images[names[key]].versions if key in names else {}
        kind: UnmanagedKind = "version" if key in names else "image"
        if kind == "image" and not definition.versions:
            name = definition.name
            why = ("it has no version",)
            found.append(Unmanaged(kind, name, None, definition.id, "", None, None, (), why, None, (), 0, 0))
        numbers = sorted(definition.versions.keys() - known.keys(), key=listing_key)
        for number in numbers:
            hidden = hidden_because(definition, number, labs, stack, today)
            taken = [offer for offer in by_image.get(key, ()) if _takes_the_place(offer, number)]
            item = _version(definition, number, kind, hidden, stack.settings)
            where = tuple(names_of_labs[offer.place] for offer in taken)
            found.append(replace(item, instead_of=taken[0].declared, labs=where) if taken else item)
    return found


def _takes_the_place(offer: Offer, number: str) -> bool:
    """Whether labs take version `number`, and not that of the catalogue."""
    reasons = {reason.kind for reason in offer.reasons}
    return offer.wanted and offer.latest == number and offer.declared is not None and "newer_version" in reasons


def _version(
    definition: ObservedDefinition, number: str, kind: UnmanagedKind, hidden: tuple[str, ...], settings: Settings
) -> Unmanaged:
    version = definition.versions[number]
    size, there = version.os_disk_size_gb, {replica.region for replica in version.replicas}
    further = set(stack_regions("geography", settings)) - there
    return Unmanaged(
        kind=kind,
        image=definition.name,
        number=number,
        id=version.id,
        state=version.provisioning_state,
        os_disk_size_gb=size,
        data_disk_count=version.data_disk_count,
        regions=tuple(sorted(replica.region for replica in version.replicas)),
        hidden=hidden,
        instead_of=None,
        labs=(),
        stored_gb=stored_gb(size, sum(replica.replicas for replica in version.replicas)),
        widening_gb=stored_gb(size, settings.replicas_per_region * len(further)),
    )
