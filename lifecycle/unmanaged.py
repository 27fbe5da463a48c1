"""Images and versions in the gallery that the catalogue lacks, most often exports of labs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from catalog.images.catalogue import Catalogue
from catalog.images.consumers import LAB_SERVICES
from catalog.images.image import is_for_lab_services
from catalog.images.version_number import listing_key
from catalog.stacks.settings import Settings
from catalog.texts.translation import _
from lifecycle.exemption import PolicyRules
from lifecycle.findings import labels
from lifecycle.importing import GEOGRAPHY_POLICY, import_refusals
from lifecycle.offer import Offer, offers
from lifecycle.place import Place
from lifecycle.visibility import hidden_because, limit_reasons
from plan.observed import Observed, ObservedDefinition
from plan.stack import Stack
from plan.storage import stored_gb
from plan.target_regions import stack_regions

NO_RULES: Final = PolicyRules()
UnmanagedKind = Literal["image", "version"]


@dataclass(frozen=True, slots=True)
class Sight:
    """Whether a version is seen in `labs`, by their `users`: None if that is not known; `reasons` say why not."""

    users: str
    seen: bool | None
    labs: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unmanaged:
    """A version that the catalogue lacks, or an image without versions (`number` is None).

    `kind` is `image` if the catalogue lacks the image too (a lab's "create new image"), else `version` ("update
    existing image"). `sights` says in which labs it is seen and in which not; `hidden` has the reasons why teachers do
    not see it in all labs of Lab Services. `instead_of` is the version of the catalogue
    whose place it takes in `labs` (their names), None if it takes none. `stored_gb` is the storage of its replicas
    at most, `widening_gb` the storage that replicas in the rest of the geography would add; None for an unknown size.
    `not_importable` says why it is not to be taken over: what the next preview would refuse, and limits of Lab Services
    if the image is meant for it.
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
    sights: tuple[Sight, ...]
    instead_of: str | None
    labs: tuple[str, ...]
    stored_gb: int | None
    widening_gb: int | None
    not_importable: tuple[str, ...]

    @property
    def importable(self) -> bool:
        """Whether nothing speaks against taking it over."""
        return not self.not_importable

    @property
    def name(self) -> str:
        """As commands accept it: `gis` or `gis:1.0.0`."""
        return self.image if self.number is None else f"{self.image}:{self.number}"


def unmanaged(catalogue: Catalogue, stack: Stack, today: date, rules: PolicyRules = NO_RULES) -> list[Unmanaged]:
    """Everything in the gallery that the catalogue lacks, by name and number. `rules` is what policies let through.

    Versions that the catalogue leaves to others are not among them.
    """
    observed = stack.observed
    if observed.gallery is None:
        return []
    offered = offers(catalogue, stack, today)
    names_of_labs = labels(offered)
    by_image: dict[str, list[Offer]] = {}
    for offer in offered:
        by_image.setdefault(offer.image.lower(), []).append(offer)
    names = {name.lower(): name for name in catalogue.images}
    found: list[Unmanaged] = []
    lacking = {
        key: unknown_numbers(definition, catalogue.images[names[key]].versions if key in names else ())
        for key, definition in sorted(observed.gallery.definitions.items())
        if not (key in names and catalogue.images[names[key]].is_external)
    }
    exempt = [key for key in lacking if rules.exempts(key, GEOGRAPHY_POLICY, today)]
    refusals = import_refusals(catalogue, {key: numbers for key, numbers in lacking.items() if numbers}, stack, exempt)
    for key, numbers in lacking.items():
        definition = observed.gallery.definitions[key]
        kind: UnmanagedKind = "version" if key in names else "image"
        if kind == "image" and not definition.versions:
            name = definition.name
            why = (_("it has no version"),)
            found.append(Unmanaged(kind, name, None, definition.id, "", None, None, (), why, (), None, (), 0, 0, why))
        for number in numbers:
            seen = {offer.place: _seen(offer, definition, number, observed, today) for offer in by_image.get(key, ())}
            taken = [offer for offer in by_image.get(key, ()) if _takes_the_place(offer, number)]
            item = _version(definition, number, kind, _hidden(seen), stack.settings)
            image = catalogue.images.get(names.get(key, ""))
            limits = limit_reasons(definition, number) if image is None or is_for_lab_services(image.consumers) else ()
            against = (*refusals[key].of(number), *(reason.text for reason in limits if reason.effect == "hides"))
            item = replace(item, sights=_sights(seen, names_of_labs), not_importable=against)
            where = tuple(names_of_labs[offer.place] for offer in taken)
            found.append(replace(item, instead_of=taken[0].next.before, labs=where) if taken else item)
    return found


def unknown_numbers(definition: ObservedDefinition, known: Iterable[str]) -> list[str]:
    """The numbers of `definition`, in their order, that are none of `known`, the keys of the catalogue."""
    return sorted(definition.versions.keys() - set(map(definition.number_of, known)), key=listing_key)


def _seen(
    offer: Offer, definition: ObservedDefinition, number: str, observed: Observed, today: date
) -> tuple[bool | None, tuple[str, ...]]:
    """Whether version `number` is seen where the offer is of, None if that is not known; and why not."""
    if offer.latest != number:
        return False, hidden_because(definition, number, offer.place, observed, today, latest=offer.latest)
    reasons = [reason for reason in offer.reasons if reason.effect != "replaces"]
    known = None if offer.status == "unknown" else offer.version is not None
    return known, tuple(dict.fromkeys(reason.text for reason in reasons))


def _hidden(seen: Mapping[Place, tuple[bool | None, tuple[str, ...]]]) -> tuple[str, ...]:
    """Why teachers do not see a version in each lab of Lab Services."""
    found = [reasons for place, (_, reasons) in seen.items() if place.service == LAB_SERVICES]
    if not found:
        return (_("the gallery is attached to no lab account or lab plan of this stack"),)
    return tuple(dict.fromkeys(reason for reasons in found for reason in reasons))


def _sights(seen: Mapping[Place, tuple[bool | None, tuple[str, ...]]], names: Mapping[Place, str]) -> tuple[Sight, ...]:
    """Labs with equal answers together."""
    together: dict[tuple[str, bool | None, tuple[str, ...]], list[str]] = {}
    for place, (known, reasons) in seen.items():
        together.setdefault((place.users, known, reasons), []).append(names[place])
    return tuple(Sight(users, known, tuple(labs), reasons) for (users, known, reasons), labs in together.items())


def _takes_the_place(offer: Offer, number: str) -> bool:
    """Whether labs take version `number`, and not that of the catalogue."""
    reasons = {reason.kind for reason in offer.reasons}
    return offer.wanted and offer.latest == number and offer.next.before is not None and "newer_version" in reasons


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
        sights=(),
        instead_of=None,
        labs=(),
        stored_gb=stored_gb(size, sum(replica.replicas for replica in version.replicas)),
        widening_gb=stored_gb(size, settings.replicas_per_region * len(further)),
        not_importable=(),
    )
