"""Which versions of an image can be retired, and the next step for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from catalog.images.image import Image
from catalog.images.version import version_key
from plan.latest import latest_usable
from plan.observed import ObservedDefinition


@dataclass(frozen=True, slots=True)
class Retirement:
    """Versions by the step that comes next, oldest first.

    `unprotect` get their own `protect: false`, to be deployed; `remove` have it and can go when it was deployed; `held`
    may not be deleted before their end of life.
    """

    unprotect: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


def retirement(image: Image, definition: ObservedDefinition | None, keep: int, today: date) -> Retirement:
    """What retires all versions of `image` but the newest `keep` (at least 1), and never the newest usable one.

    `definition` is what the gallery has of the image. As long as teachers can get none of its versions there, nothing
    is retired: the one that they need next may be any.
    """
    published = definition.versions if definition else {}
    numbers = sorted(image.versions, key=version_key)
    usable = latest_usable({number: version for number, version in published.items() if number in image.versions})
    if usable is None:
        return Retirement()
    older = [number for number in numbers[: -max(keep, 1)] if version_key(number) < version_key(usable)]
    held = tuple(number for number in older if _is_held(image, number, today))
    rest = [number for number in older if number not in held]
    return Retirement(
        unprotect=tuple(number for number in rest if image.versions[number].protect is not False),
        remove=tuple(number for number in rest if image.versions[number].protect is False),
        held=held,
    )


def _is_held(image: Image, number: str, today: date) -> bool:
    version = image.versions[number]
    end = version.end_of_life
    return version.block_deletion_before_end_of_life and end is not None and today < end
