"""Which versions of an image can be retired, and the next step for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from catalog.fields.moment import start_of
from catalog.images.image import Image
from catalog.images.version import ImageVersion
from catalog.images.version_number import version_key
from plan.end_of_life import is_kept
from plan.latest import latest_usable
from plan.observed import ObservedDefinition, ObservedVersion


@dataclass(frozen=True, slots=True)
class Retirement:
    """Versions by their next step, oldest first.

    `unprotect` need their own `protect: false`, to be deployed; `remove` have it and can be removed once it is
    deployed; `held` must not be deleted before their end of life.
    """

    unprotect: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


def retirement(image: Image, definition: ObservedDefinition | None, keep: int, today: date) -> Retirement:
    """The steps that retire all versions of `image` but the newest `keep` (at least 1) and the newest usable one.

    `definition` is the image in the gallery. While teachers can get none of its versions there, nothing is retired:
    any version may be the next that they need.
    """
    published = definition.versions if definition else {}
    numbers = sorted(image.versions, key=version_key)
    usable = latest_usable(
        {number: version for number, version in published.items() if image.number_of(number) is not None}
    )
    if usable is None:
        return Retirement()
    older = [number for number in numbers[: -max(keep, 1)] if version_key(number) < version_key(usable)]
    there = {number: definition.version_named(number) if definition else None for number in older}
    held = tuple(number for number in older if _is_held(image.versions[number], there[number], today))
    rest = [number for number in older if number not in held]
    return Retirement(
        unprotect=tuple(number for number in rest if image.versions[number].protect is not False),
        remove=tuple(number for number in rest if image.versions[number].protect is False),
        held=held,
    )


def _is_held(version: ImageVersion, published: ObservedVersion | None, today: date) -> bool:
    """Whether its end of life comes after `today` begins: the one that Azure has, if the catalogue keeps it."""
    end, there = version.end_of_life, published.end_of_life if published else None
    if published is not None and is_kept(end, there, published.end_of_life_text):
        end = there
    return version.block_deletion_before_end_of_life and end is not None and start_of(today) < start_of(end)
