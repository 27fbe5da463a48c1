"""What to do about an image that is not offered, with the command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from catalog.stacks.commands import Commands
from lifecycle.findings import named_images
from lifecycle.offer import Offer
from lifecycle.reason import ReasonKind
from lifecycle.succession import Succession
from plan.external import GUIDE as EXTERNAL_GUIDE

_REMEDY: Final[Mapping[ReasonKind, str]] = {
    "no_gallery": "make",
    "missing_image": "make",
    "missing_version": "make",
    "no_version": "make",
    "not_attached": "make",
    "missing_lab": "forget",
    "other_gallery": "detach",
    "newer_version": "rollback",
    "excluded": "include",
    "os_disk_size": "rebuild",
    "data_disks": "rebuild",
    "generation": "another",
    "architecture": "another",
    "security_type": "another",
    "purchase_plan": "plan",
    "end_of_life": "successor",
    "no_replica": "replicate",
    "replicating": "wait",
    "failed": "failed",
    "disabled": "enable",
    "unreadable": "access",
    "not_listed": "look",
}


_BY_OTHERS: Final[Mapping[ReasonKind, str]] = {
    "no_version": "first",
    "excluded": "theirs",
    "os_disk_size": "theirs",
    "data_disks": "theirs",
    "generation": "their image",
    "architecture": "their image",
    "security_type": "their image",
    "end_of_life": "theirs",
    "no_replica": "their region",
    "failed": "their failure",
}
"""Remedies where the catalogue leaves the versions to others."""

_OF_THE_VERSION: Final[frozenset[ReasonKind]] = frozenset(
    {"missing_version", "newer_version", "excluded", "os_disk_size", "data_disks", "replicating", "failed"}
)
"""Reasons that end when a later version takes the place of the one that labs take."""

FEW_IMAGES: Final = 3
"""Of more images than this the command for one is shown."""


def remedies(offer: Offer, commands: Commands) -> list[str]:
    """What to do, one entry for each cause; `commands` are those of the stack."""
    needed = dict.fromkeys(_remedy_of(reason.kind, offer) for reason in offer.reasons if offer.wanted)
    if offer.disagrees:
        needed["look"] = None
    texts = _texts(offer, commands)
    return [texts[name] for name in needed]


def _remedy_of(kind: ReasonKind, offer: Offer) -> str:
    """The remedy of a reason; where another version has to take the place of the one that labs take, that one."""
    following: Succession = offer.next
    if offer.external and kind in _BY_OTHERS:
        return _BY_OTHERS[kind]
    if following.pending and kind in _OF_THE_VERSION:
        return "deploy"
    if kind == "failed" and following.republished:
        return "republish"
    if following.origin != "catalogue" and kind in {"newer_version", "os_disk_size", "data_disks"}:
        return "rollback"
    return _REMEDY[kind]


def failed_besides(failed: Iterable[str], wrong: Iterable[Offer]) -> list[str]:
    """Of the versions that failed (`gis:1.0.0`), those that are not what is wrong with an offer."""
    shown = {f"{offer.image}:{offer.latest}" for offer in wrong}
    return [name for name in failed if name not in shown]


def repeated(failed: Sequence[str], commands: Commands) -> str:
    """That an update publishes these versions (`gis:1.0.0`) again."""
    return f"The publication of {named_images(failed)} failed; `{commands.pulumi('up')}` repeats it."


def remedies_of_all(offers: Sequence[Offer], commands: Commands) -> list[str]:
    """What to do about images that are wrong for the same reasons: for each of them while these are few."""
    each = [remedies(offer, commands) for offer in offers]
    found = list(dict.fromkeys(text for texts in each for text in texts))
    if len(offers) <= FEW_IMAGES or len(found) == len(each[0]):
        return found
    others = f"likewise for the other {len(offers) - 1} images"
    return [text if all(text in texts for texts in each) else f"{text}; {others}" for text in each[0]]


def _texts(offer: Offer, commands: Commands) -> Mapping[str, str]:
    image, place = offer.image, offer.place
    add = commands.labs(f"add-version {image} --source ID")
    enable = f"write enabled_in_plan: true for {image} if it lacks that, then `{commands.pulumi('up --refresh')}`"
    rebuild = f"publish a version that labs can show with `{add}` (docs/publish/make-an-image.md)"
    return {
        "make": f"`{commands.pulumi('up --refresh')}` makes what is missing in Azure",
        "detach": f"`{commands.pulumi('preview')}` says how to detach the other gallery",
        "deploy": _deploy(offer, commands),
        "rollback": _another_version(offer, rebuild, commands),
        "include": "take exclude_from_latest out of the catalogue, or publish a version without it",
        "rebuild": rebuild,
        "another": f"publish a source that labs can start under another name with "
        f"`{commands.labs('add-image NAME --source ID')}`, since Azure never changes this of an image "
        "(docs/publish/make-an-image.md)",
        "plan": "build the image from one without a plan (docs/publish/make-an-image.md)",
        "successor": f"publish a successor with `{add}`, or retire the image (docs/publish/retire.md)",
        "replicate": f"add {place.region or 'the region'} to the version's target_regions (outside the gallery's "
        "geography that needs an exemption, docs/reference/policies.md); if it is there, "
        f"`{commands.pulumi('up --refresh')}` copies it again",
        "wait": f"wait for it with `{commands.labs('status --watch')}`",
        "republish": f"`{commands.pulumi('up')}` publishes it again; `{commands.labs('status')}` says why it failed",
        "failed": f"`{commands.labs('status')}` says why; docs/run/interrupted-update.md says what to do",
        "enable": enable if place.switches else f"enable it in the {place.noun}'s own settings",
        "first": f"have its first version published ({EXTERNAL_GUIDE})",
        "theirs": f"have the next version of {image} published as labs can show it ({EXTERNAL_GUIDE})",
        "their image": "declare an image that labs can start under another name, since Azure never changes this of an "
        f"image, and have its versions published there ({EXTERNAL_GUIDE})",
        "their region": f"have the next version of {image} published with a replica in {place.region or 'the region'} "
        f"({EXTERNAL_GUIDE})",
        "their failure": f"`{commands.labs('status')}` says why; have the next version of {image} published "
        f"({EXTERNAL_GUIDE})",
        "look": f"look at the {place.noun} in the portal: a change can take some minutes to show there",
        "access": f"let the identity read the {place.noun} and its images (docs/run/first-day.md, step 6), or take it "
        "out of the configuration if it is gone",
        "forget": f"take the {place.noun} out of the configuration, or correct its id there; if its service is gone, "
        "as docs/run/after-lab-services.md says",
    }


def _another_version(offer: Offer, rebuild: str, commands: Commands) -> str:
    """How to publish a version above one that is not the catalogue's, or to keep that one."""
    following, image, up = offer.next, offer.image, commands.pulumi("up")
    text, then = rebuild, ""
    if following.back is not None:
        back = commands.labs(f"rollback {image} --to {following.back}")
        text, then = f"`{back}` writes {following.back} under a higher number into the catalogue", f"; then `{up}`"
    if following.origin == "same_number":
        return f"{text}; {_without_the_other(offer)}; then `{up}`"
    if following.importable:
        return f"{text}{then}; to keep the other one, `{commands.labs(f'import {image}:{offer.latest}')}`"
    if following.origin == "left":
        return f"{text}{then}; to keep {offer.latest}, put its entry back into the catalogue"
    return f"{text}{then}"


def _without_the_other(offer: Offer) -> str:
    """What to do about a version that somebody else made under a number of the catalogue."""
    return f"take {offer.latest} out of the catalogue, else the update is refused"


def _deploy(offer: Offer, commands: Commands) -> str:
    """How to publish what is written and not there yet."""
    first = f"{_without_the_other(offer)}; then " if offer.next.origin == "same_number" else ""
    return (
        f"{first}`{commands.pulumi('up')}` publishes {offer.next.pending}; if it was there before and somebody deleted "
        f"it, `{commands.pulumi('up --refresh')}`"
    )
