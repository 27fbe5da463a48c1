"""What to do about an image that is not offered, with the command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from catalog.stacks.commands import Commands
from catalog.texts.joined import clauses
from catalog.texts.translation import N_, _, n_
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

_TEXTS: Final[Mapping[str, str]] = {
    "make": N_("`{refresh}` makes what is missing in Azure"),
    "detach": N_("`{preview}` says how to detach the other gallery"),
    "include": N_("take exclude_from_latest out of the catalogue, or publish a version without it"),
    "rebuild": N_("publish a version that labs can show with `{add}` (docs/publish/make-an-image.md)"),
    "another": N_(
        "publish a source that labs can start under another name with `{add_image}`, since Azure never changes this of "
        "an image (docs/publish/make-an-image.md)"
    ),
    "plan": N_("build the image from one without a plan (docs/publish/make-an-image.md)"),
    "successor": N_("publish a successor with `{add}`, or retire the image (docs/publish/retire.md)"),
    "replicate": N_(
        "add {region} to the version's target_regions (outside the gallery's geography that needs an exemption, "
        "docs/reference/policies.md); if it is there, `{refresh}` copies it again"
    ),
    "wait": N_("wait for it with `{watch}`"),
    "republish": N_("`{up}` publishes it again; `{status}` says why it failed"),
    "failed": N_("`{status}` says why; docs/run/interrupted-update.md says what to do"),
    "enable": N_("enable it in the {lab}'s own settings"),
    "first": N_("have its first version published ({guide})"),
    "theirs": N_("have the next version of {image} published as labs can show it ({guide})"),
    "their image": N_(
        "declare an image that labs can start under another name, since Azure never changes this of an image, and have "
        "its versions published there ({guide})"
    ),
    "their region": N_("have the next version of {image} published with a replica in {region} ({guide})"),
    "their failure": N_("`{status}` says why; have the next version of {image} published ({guide})"),
    "look": N_("look at the {lab} in the portal: a change can take some minutes to show there"),
    "access": N_(
        "let the identity read the {lab} and its images (docs/run/first-day.md, step 6), or take it out of the "
        "configuration if it is gone"
    ),
    "forget": N_(
        "take the {lab} out of the configuration, or correct its id there; if its service is gone, as "
        "docs/run/after-lab-services.md says"
    ),
}
"""What to do, by remedy; `rollback` and `deploy` depend on the versions."""

_ENABLE_IN_PLAN: Final = N_("write enabled_in_plan: true for {image} if it lacks that, then `{refresh}`")

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
    versions, up = named_images(failed), commands.pulumi("up")
    return _("The publication of {versions} failed; `{up}` repeats it.", versions=versions, up=up)


def remedies_of_all(offers: Sequence[Offer], commands: Commands) -> list[str]:
    """What to do about images that are wrong for the same reasons: for each of them while these are few."""
    each = [remedies(offer, commands) for offer in offers]
    found = list(dict.fromkeys(text for texts in each for text in texts))
    if len(offers) <= FEW_IMAGES or len(found) == len(each[0]):
        return found
    number = len(offers) - 1
    others = n_("likewise for the other {n} image", "likewise for the other {n} images", number, n=number)
    return [text if all(text in texts for texts in each) else clauses((text, others)) for text in each[0]]


def _texts(offer: Offer, commands: Commands) -> Mapping[str, str]:
    values = {
        "image": offer.image,
        "lab": _(offer.place.noun),
        "region": offer.place.region or _("the region"),
        "guide": EXTERNAL_GUIDE,
        "add": commands.labs(f"add-version {offer.image} --source ID"),
        "add_image": commands.labs("add-image NAME --source ID"),
        "preview": commands.pulumi("preview"),
        "refresh": commands.pulumi("up --refresh"),
        "status": commands.labs("status"),
        "up": commands.pulumi("up"),
        "watch": commands.labs("status --watch"),
    }
    found = {name: _(text, **values) for name, text in _TEXTS.items()}
    if offer.place.switches:
        found["enable"] = _(_ENABLE_IN_PLAN, **values)
    found["rollback"] = _another_version(offer, found["rebuild"], commands)
    found["deploy"] = _deploy(offer, commands)
    return found


def _another_version(offer: Offer, rebuild: str, commands: Commands) -> str:
    """How to publish a version above one that is not the catalogue's, or to keep that one."""
    following, image, up = offer.next, offer.image, commands.pulumi("up")
    texts, then = [rebuild], [_("then `{up}`", up=up)]
    if following.back is not None:
        back = commands.labs(f"rollback {image} --to {following.back}")
        text = _(
            "`{rollback}` writes {version} under a higher number into the catalogue",
            rollback=back,
            version=following.back,
        )
        texts = [text, *then]
    if following.origin == "same_number":
        texts = [texts[0], _without_the_other(offer), *then]
    elif following.importable:
        keep = commands.labs(f"import {image}:{offer.latest}")
        texts.append(_("to keep the other one, `{import_}`", import_=keep))
    elif following.origin == "left":
        texts.append(_("to keep {version}, put its entry back into the catalogue", version=offer.latest))
    return clauses(texts)


def _without_the_other(offer: Offer) -> str:
    """What to do about a version that somebody else made under a number of the catalogue."""
    return _("take {version} out of the catalogue, else the update is refused", version=offer.latest)


def _deploy(offer: Offer, commands: Commands) -> str:
    """How to publish what is written and not there yet."""
    values = {"version": offer.next.pending, "up": commands.pulumi("up"), "refresh": commands.pulumi("up --refresh")}
    if_deleted = _("if it was there before and somebody deleted it, `{refresh}`", **values)
    if offer.next.origin == "same_number":
        then = _("then `{up}` publishes {version}", **values)
        return clauses((_without_the_other(offer), then, if_deleted))
    return clauses((_("`{up}` publishes {version}", **values), if_deleted))
