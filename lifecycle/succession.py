"""What can follow the version that labs take, where it is not the catalogue's or cannot be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from catalog.images.consumers import LAB_SERVICES
from catalog.images.image import Image
from catalog.images.version_number import listing_key
from lifecycle.visibility import is_excluded, limit_reasons
from plan.observed import ObservedDefinition
from plan.republish import is_republished
from plan.stack import Stack
from plan.take_over import USABLE, imports_version

Origin = Literal["catalogue", "left", "others", "same_number"]
"""Where a version comes from: the catalogue has it, or leaves all versions of the image to others; the stack made it
and the catalogue no longer has it; somebody else made it; somebody else made it under a number of the catalogue."""


@dataclass(frozen=True, slots=True)
class Succession:
    """What can follow the version that labs take of an image, which is from `origin`.

    `pending` is a later version of the catalogue that the gallery lacks. `before` is the version of the catalogue
    whose place is taken, `back` the one that a rollback publishes again: the gallery has it, and labs can show it.
    `importable` is whether the catalogue can take over the version that labs take, `republished` whether its
    publication failed and the next update repeats it.
    """

    origin: Origin = "catalogue"
    pending: str | None = None
    before: str | None = None
    back: str | None = None
    importable: bool = False
    republished: bool = False


def succession(
    image: Image, declared: str | None, definition: ObservedDefinition, latest: str, region: str | None, stack: Stack
) -> Succession:
    """What can follow version `latest` of `definition`; `declared` is the latest version of the catalogue.

    Both are spelled as in the gallery, if it has them.
    """
    versions = definition.versions
    origin = _origin(image, definition, latest, stack)
    pending = declared is not None and declared not in versions and listing_key(declared) > listing_key(latest)
    there = sorted(
        (
            number
            for number, version in versions.items()
            if number != latest
            and not is_excluded(version, region)
            and _origin(image, definition, number, stack) == "catalogue"
        ),
        key=listing_key,
        reverse=True,
    )
    never = declared if declared is not None and declared != latest and not pending else None
    return Succession(
        origin=origin,
        pending=declared if pending else None,
        before=there[0] if there else never,
        back=next((number for number in there if _can_be_shown(image, definition, number)), None),
        importable=(
            origin == "others" and stack.is_unowned(versions[latest]) and _can_be_shown(image, definition, latest)
        ),
        republished=is_republished(image, latest, versions[latest], stack),
    )


def _origin(image: Image, definition: ObservedDefinition, number: str, stack: Stack) -> Origin:
    version = definition.versions[number]
    if image.is_external:
        return "catalogue"
    declared = image.number_of(number)
    if declared is None:
        return "left" if stack.owns(version) else "others"
    if stack.owns(version) or imports_version(image.versions[declared], version, stack):
        return "catalogue"
    return "same_number"


def _can_be_shown(image: Image, definition: ObservedDefinition, number: str) -> bool:
    """Whether a version is whole, and nothing surely hides it from those for whom the image is meant."""
    version = definition.versions[number]
    if version.provisioning_state not in USABLE:
        return False
    if image.consumers is not None and LAB_SERVICES not in image.consumers:
        return True
    return all(reason.effect != "hides" for reason in limit_reasons(definition, number))
