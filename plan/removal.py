"""Images that leave the catalogue while their definition holds versions of somebody else."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from catalog.files.diagnostic import some_of
from catalog.images.version_number import listing_key
from plan.conflict import Conflict
from plan.observed import ObservedDefinition
from plan.stack import Stack

_MOST_NAMED: Final = 3


def removal_conflicts(images: Collection[str], stack: Stack) -> Iterator[Conflict]:
    """One for each definition of the stack that is not among `images` and holds versions that the stack did not make.

    Without it an update would delete the stack's own versions first, and then fail at the definition.
    """
    names, gallery = {name.lower() for name in images}, stack.observed.gallery
    for key, definition in sorted(gallery.definitions.items()) if gallery else ():
        if key not in names and stack.owns(definition):
            theirs = [number for number, version in definition.versions.items() if not stack.owns(version)]
            if theirs:
                yield _conflict(definition, sorted(theirs, key=listing_key), stack)


def _conflict(definition: ObservedDefinition, theirs: list[str], stack: Stack) -> Conflict:
    name, first = definition.name, theirs[:_MOST_NAMED]
    take_over = " and ".join(f"`{stack.commands.labs(f'import {name}:{number}')}`" for number in first)
    held = f"{'versions' if len(theirs) > 1 else 'version'} {some_of(theirs, _MOST_NAMED)}"
    return Conflict(
        f"images.{name}",
        f"the catalogue no longer has it, and its definition in the gallery holds {held}, which this stack did "
        "not make, as teachers' exports and what others publish are",
        "Azure deletes no definition with versions in it, so the update would delete this stack's own versions and "
        "stop halfway",
        "Put the image back into the catalogue, also if it was only renamed, and ask whose they are; then keep the "
        f"image, or take over what labs can show with {take_over} and have the rest deleted in Azure by who made it; "
        "docs/publish/retire.md says how",
    )
