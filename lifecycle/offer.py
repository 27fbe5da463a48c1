"""What people get in each lab for each image: the version offered, or every reason why the catalogue's is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Final, Literal

from catalog.images.catalogue import Catalogue
from catalog.images.image import Image
from catalog.images.version_number import listing_key
from catalog.texts.translation import N_, _
from lifecycle.importing import import_refusals
from lifecycle.place import Place, places
from lifecycle.reason import Effect, Reason, ReasonKind
from lifecycle.succession import Origin, Succession, succession
from lifecycle.visibility import NEVER_FINISHED, latest_in, version_reasons
from plan.external import unfinished_version
from plan.observed import FAILED, ListedImage, ObservedDefinition
from plan.stack import Stack

OfferStatus = Literal["seen", "replaced", "hidden", "unknown"]
"""`replaced`: another version is offered than the latest of the catalogue."""


_TAKEN: Final[Mapping[Origin, tuple[str, str]]] = {
    "left": (
        N_("version {version}, which the catalogue does not have (the stack made it), has taken the place of {before}"),
        N_("version {version}, which the catalogue does not have (the stack made it), has taken the place"),
    ),
    "others": (
        N_("version {version}, which somebody else made{when}, has taken the place of {before}"),
        N_("version {version}, which somebody else made{when}, has taken the place"),
    ),
    "same_number": (
        N_(
            "version {version}, which somebody else made{when} under a number of the catalogue, has taken the place of "
            "{before}"
        ),
        N_(
            "version {version}, which somebody else made{when} under a number of the catalogue, has taken the place of "
            "the catalogue's"
        ),
    ),
}
"""Which version labs take instead, with the version of the catalogue before it and without; {when} is empty, or the
moment at which it was made in parentheses."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One image in one place.

    `wanted` is whether the catalogue has the image for those who choose images there. `declared` is the latest version
    of the catalogue, `latest` that of the gallery, `version` the one offered for sure. `listed` is whether Lab Services
    itself lists and enables the image, None if that was not looked up; `disagrees` says that it does not fit with the
    reasons that are known. `next` is what can follow the version of the gallery. `external` is whether the catalogue
    leaves the versions of the image to others.
    """

    image: str
    place: Place
    wanted: bool
    declared: str | None
    latest: str | None
    reasons: tuple[Reason, ...]
    listed: bool | None = None
    disagrees: bool = False
    next: Succession = field(default=Succession(), compare=False)
    external: bool = False

    @property
    def status(self) -> OfferStatus:
        """Hidden if anything surely hides the image; else unknown if anything may."""
        effects = {reason.effect for reason in self.reasons}
        if "hides" in effects:
            return "hidden"
        if "may_hide" in effects:
            return "unknown"
        return "replaced" if effects else "seen"

    @property
    def is_being_published(self) -> bool:
        """Whether nothing hides the image but a copy that is not finished."""
        hiding = {reason.kind for reason in self.reasons if reason.effect == "hides"}
        return hiding == {"replicating"} and not self.disagrees

    @property
    def version(self) -> str | None:
        """The version that is offered, None if none surely is."""
        return self.latest if self.status in {"seen", "replaced"} else None

    @property
    def is_good(self) -> bool:
        """Whether nobody has to do anything: it is seen, or the catalogue does not have it for this place."""
        return not self.disagrees and (self.status == "seen" or not self.wanted)


def offers(catalogue: Catalogue, stack: Stack, today: date, *, planned: bool = False) -> list[Offer]:
    """Each image of the catalogue, then of the gallery, in each place of the stack.

    `planned`: what is observed is what an update would leave; what a lab lists is then not compared with it.
    """
    gallery = stack.observed.gallery
    images: dict[str, tuple[str, Image | None]] = {
        name.lower(): (name, image) for name, image in catalogue.images.items()
    }
    for key, definition in sorted(gallery.definitions.items()) if gallery else ():
        images.setdefault(key, (definition.name, None))
    found: list[Offer] = []
    for place in places(stack):
        switches = _switches(place, stack)
        for key, (name, image) in images.items():
            switch = switches.get(key) if switches is not None else None
            offer = _offer(name, image, place, stack, today)
            if switches is not None:
                offer = _switched(offer, switch, planned=planned)
                offer = offer if planned or place.region != place.listed_region else _compared(offer, switch)
            found.append(offer)
        strangers = {} if planned else switches or {}
        found += [_stranger(listed, place) for key, listed in strangers.items() if key not in images]
    return found


def _switches(place: Place, stack: Stack) -> dict[str, ListedImage] | None:
    """What the place lists of the stack's gallery, by name in lower case; None if it lists nothing of it."""
    if place.listed is None or place.listed.failure or place.reasons:
        return None
    ours = stack.gallery_id.lower()
    return {image.image.lower(): image for image in place.listed.images if image.gallery.lower() == ours}


def _can_be_imported(name: str, image: Image, number: str, stack: Stack) -> bool:
    """Whether the next preview would take a version as `labs import` writes it."""
    alone = Catalogue.model_construct(images={name: image.model_copy(update={"versions": {}})})
    return not import_refusals(alone, {name.lower(): [number]}, stack)[name.lower()].of(number)


def _offer(name: str, image: Image | None, place: Place, stack: Stack, today: date) -> Offer:
    """The offer by what the gallery has."""
    definition = stack.definition(name)
    latest = latest_in(definition.versions, place.region) if definition else None
    declared = _declared(image, place.region) if image else None
    if declared is not None and definition is not None:
        declared = definition.number_of(declared) or declared
    reasons = [*place.reasons]
    following = Succession()
    if image is not None and definition is not None and latest is not None:
        following = succession(image, declared, definition, latest, place.region, stack)
        if following.importable and not _can_be_imported(name, image, latest, stack):
            following = replace(following, importable=False)
    if definition is None:
        reasons.append(
            Reason("missing_image", _("the gallery has no such image"))
            if stack.observed.gallery
            else Reason("no_gallery", _("the gallery does not exist"))
        )
    else:
        reasons += _against_catalogue(image, declared, definition, latest, following)
        if latest is not None:
            reasons += version_reasons(definition, latest, place, stack.observed, today)
    external = image is not None and image.is_external
    return Offer(name, place, place.wants(image), declared, latest, tuple(reasons), next=following, external=external)


def _declared(image: Image, region: str | None) -> str | None:
    """The latest version of the catalogue that is not excluded in `region`."""
    numbers = [
        number
        for number, version in image.versions.items()
        if version.exclude_from_latest is not True
        and not (isinstance(version.exclude_from_latest, tuple) and region in version.exclude_from_latest)
    ]
    return max(numbers, key=listing_key, default=None)


def _against_catalogue(
    image: Image | None,
    declared: str | None,
    definition: ObservedDefinition,
    latest: str | None,
    following: Succession,
) -> Iterator[Reason]:
    """Why the version that labs take is not the latest of the catalogue, or none."""
    versions = definition.versions
    if not versions and image is not None and image.is_external:
        yield Reason("no_version", _("it waits for its first version, which somebody else publishes"))
    elif not versions:
        yield Reason("no_version", _("it has no version in the gallery"))
    elif latest is None:
        yield Reason("excluded", _("each of its versions is excluded from latest"))
    if image is None:
        return
    if image.is_external:
        if unfinished_version(definition) is not None:
            states = {version.provisioning_state for version in versions.values()}
            kind: ReasonKind = "failed" if states <= {FAILED, *NEVER_FINISHED} else "replicating"
            yield Reason(kind, _("none of its versions is whole yet"))
        return  # whatever is there is wanted
    if declared is None and latest is None and versions:
        return  # as the catalogue says
    effect: Effect = "replaces" if latest is not None else "hides"
    if declared is not None and declared not in versions:
        text = _("the catalogue's version {version} is not in the gallery", version=declared)
        yield Reason("missing_version", text, effect)
    if latest is not None and following.origin != "catalogue":
        when = f" ({_moment(published)})" if (published := versions[latest].published) else ""
        text = _TAKEN[following.origin][0 if following.before else 1]
        yield Reason("newer_version", _(text, version=latest, when=when, before=following.before), "replaces")
    elif latest is not None and declared in versions and latest != declared:
        text = _("version {version} is excluded from latest in the gallery", version=declared)
        yield Reason("excluded", text, "replaces")


def _moment(text: str) -> str:
    """A moment as Azure writes it, for people: to the minute, in UTC."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    except ValueError:
        return text


def _switched(offer: Offer, switch: ListedImage | None, *, planned: bool) -> Offer:
    """The offer with the switch that the lab has for the image; in a lab plan each image starts disabled.

    Source: "Attach or detach an Azure Compute Gallery in Azure Lab Services" (lab plans, 2023).
    """
    off = not switch.enabled if switch is not None else planned and offer.place.switches
    if not off:
        return offer
    reason = Reason("disabled", _("it is disabled in the {lab}", lab=_(offer.place.noun)))
    return replace(offer, reasons=(*offer.reasons, reason))


def _compared(offer: Offer, switch: ListedImage | None) -> Offer:
    """The offer compared with what the lab itself lists, which settles some reasons that may hide it."""
    listed = switch is not None and switch.enabled
    if listed:
        kept = tuple(reason for reason in offer.reasons if not reason.settled)
        return replace(offer, reasons=kept, listed=True, disagrees=not _may_be_listed(kept))
    if offer.status == "hidden":
        return replace(offer, listed=False)
    reason = Reason("not_listed", _("the {lab} does not list it", lab=_(offer.place.noun)))
    disagrees = offer.status in {"seen", "replaced"}
    return replace(offer, reasons=(*offer.reasons, reason), listed=False, disagrees=disagrees)


def _may_be_listed(reasons: Iterable[Reason]) -> bool:
    """Whether a lab may list an image in spite of the reasons; of one that is being published nothing is documented."""
    return all(reason.effect != "hides" or reason.kind == "replicating" for reason in reasons)


def _stranger(listed: ListedImage, place: Place) -> Offer:
    """An image that a lab lists and the gallery does not have."""
    text = _("the {lab} lists it, and the gallery has no such image", lab=_(place.noun))
    reason = Reason("missing_image", text)
    return Offer(
        listed.image, place, wanted=False, declared=None, latest=None, reasons=(reason,), listed=True, disagrees=True
    )
