"""The version of the gallery that becomes the next version of an image: of a trial, or an earlier one of its own."""

from __future__ import annotations

from typing import Final

from catalog.files.diagnostic import some_of
from catalog.images.catalogue import Catalogue
from catalog.images.image import Image
from catalog.images.source import EXISTING, same_source
from catalog.images.version_number import listing_key
from catalog.stacks.commands import Commands
from lifecycle.visibility import NEVER_FINISHED, UNFINISHED
from plan.external import GUIDE as EXTERNAL_GUIDE
from plan.latest import highest
from plan.observed import ObservedDefinition, ObservedVersion
from plan.take_over import USABLE

EXPORTS_GUIDE: Final = "docs/publish/exports.md"


class NotPromoted(ValueError):
    """The trial has no version to promote; the message says why and what to do."""


def version_to_promote(
    catalogue: Catalogue, trial: str, definition: ObservedDefinition | None, commands: Commands
) -> str:
    """Resource id of the newest version of the image `trial`, as Azure spells it; it must be published.

    `definition` is the trial in the gallery, None if it is not there. A trial may be in the gallery only, such as a
    lab's export. Raises NotPromoted.
    """
    versions = definition.versions if definition else {}
    declared = catalogue.images[trial].versions if trial in catalogue.images else {}
    number = highest({*versions, *declared})
    if number is None:
        raise NotPromoted(f"neither the catalogue nor the gallery has a version of {trial}")
    version = definition.version_named(number) if definition else None
    if version is None or version.provisioning_state not in USABLE:
        state = (version.provisioning_state or "in no known state") if version else "not published yet"
        raise NotPromoted(
            f"the newest version of {trial} is {number}, and in the gallery it is {state}; "
            f"{_until_whole(catalogue.images.get(trial), number, version, commands)}, try it in a lab, and promote it "
            "then"
        )
    return version.id


def _until_whole(image: Image | None, number: str, version: ObservedVersion | None, commands: Commands) -> str:
    """How version `number` of a trial becomes whole; `image` is the trial in the catalogue, None if it lacks it.

    An update publishes only what the catalogue has a source for.
    """
    if version is not None and version.provisioning_state in UNFINISHED - NEVER_FINISHED:
        return f"wait until `{commands.labs('status --watch')}` shows it as ready"
    declared = image.number_of(number) if image is not None else None
    if image is not None and declared is not None and image.versions[declared].source.kind != EXISTING:
        return f"publish it with `{commands.pulumi('up')}`"
    guide = EXTERNAL_GUIDE if image is not None and image.is_external else EXPORTS_GUIDE
    return f"have it published again where it is made ({guide})"


class NotRolledBack(ValueError):
    """There is no such version to publish again; the message says why and what to do."""


def version_to_roll_back(
    catalogue: Catalogue, image: str, number: str, definition: ObservedDefinition | None, commands: Commands
) -> ObservedVersion:
    """Version `number` in the gallery, whoever made it; its copy becomes the next version of `image`.

    `definition` is the image in the gallery, None if it is not there. Raises NotRolledBack.
    """
    versions = definition.versions if definition else {}
    version = definition.version_named(number) if definition else None
    if version is None:
        there = f"there are {some_of(sorted(versions, key=listing_key))}" if versions else "it has none"
        if catalogue.images[image].number_of(number) is None:
            raise NotRolledBack(f"the gallery has no version {number} of {image}; {there}")
        raise NotRolledBack(
            f"version {number} of {image} is in the catalogue, and the gallery does not have it; {there}. Publish it "
            f"with `{commands.pulumi('up --refresh')}`, and roll back then"
        )
    state = version.provisioning_state
    if state not in USABLE:
        good = [each for each in versions if versions[each].provisioning_state in USABLE]
        others = f"name one of {some_of(sorted(good, key=listing_key))}" if good else "there is no whole one"
        raise NotRolledBack(f"version {number} of {image} is not whole (its state is {state}); {others}")
    return version


def is_latest(image: Image, number: str, definition: ObservedDefinition | None) -> bool:
    """Whether nothing in catalogue or gallery has a higher number than `number`."""
    known = {*image.versions, *(definition.versions if definition else ())}
    return all(listing_key(each) <= listing_key(number) for each in known)


def is_promoted(catalogue: Catalogue, image: str, version_id: str, definition: ObservedDefinition | None) -> str | None:
    """The newest version of `image` if it is made from `version_id` already; else None.

    `definition` is the image in the gallery: a version there with a higher number has taken the place of the newest.
    """
    number = highest(catalogue.images[image].versions)
    if number is None or not is_latest(catalogue.images[image], number, definition):
        return None
    source = catalogue.images[image].versions[number].source.gallery_version
    return number if source is not None and same_source(source, version_id) else None
