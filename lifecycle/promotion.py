"""The version of a trial image that becomes the next version of another image."""

from __future__ import annotations

from catalog.images.catalogue import Catalogue
from catalog.stacks.commands import Commands
from plan.latest import highest
from plan.observed import ObservedDefinition
from plan.take_over import USABLE


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
    version = versions.get(number)
    state = version.provisioning_state if version else "not published yet"
    if version is None or state not in USABLE:
        raise NotPromoted(
            f"the newest version of {trial} is {number}, and in the gallery it is {state}; publish it with "
            f"`{commands.pulumi('up')}`, try it in a lab, and promote it then"
        )
    return version.id


def is_promoted(catalogue: Catalogue, image: str, version_id: str) -> str | None:
    """The newest version of `image` if it is made from `version_id` already; else None."""
    number = highest(catalogue.images[image].versions)
    source = catalogue.images[image].versions[number].source.gallery_version if number else None
    return number if source is not None and source.lower() == version_id.lower() else None
