"""What `source: existing: true` takes over: versions, and with them definitions, that others put into the gallery.
`versions: external` takes over the definition alone.

An object is taken over as long as it does not carry the stack's tag. Afterwards it is the stack's own and is not
imported again: the engine takes an id that differs from the state's in case alone for another object, so an import
that nobody needs is an import too many.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from catalog.images.image import Image
from catalog.images.source import EXISTING
from catalog.images.version import ImageVersion
from catalog.stacks.settings import Settings
from plan.conflict import Conflict
from plan.observed import SUCCEEDED, ObservedDefinition, ObservedVersion
from plan.stack import Stack

USABLE: Final = frozenset({SUCCEEDED, "Updating"})
"""States of a version that is whole: `Updating` copies it to further regions."""


def imports_version(version: ImageVersion, published: ObservedVersion | None, stack: Stack) -> bool:
    """Whether `published` becomes this stack's own."""
    if published is None or stack.settings.import_existing:
        return published is not None
    return version.source.kind == EXISTING and stack.is_unowned(published)


def imports_definition(image: Image, current: ObservedDefinition | None, stack: Stack) -> bool:
    """Whether `current` becomes this stack's own: where a version in it does, it has to.

    So does the definition of versions that others publish: a name that they publish under is theirs to begin with.
    """
    if current is None or stack.settings.import_existing:
        return current is not None
    return stack.is_unowned(current) and (image.is_external or _takes_any_over(image))


def protects(version: ImageVersion, image: Image, settings: Settings) -> bool:
    """Whether a version is protected. One that others made is, until its own `protect: false` lifts it."""
    others = (image.protect, settings.protect) if version.source.kind != EXISTING else (True,)
    return bool(next(value for value in (version.protect, *others) if value is not None))


def protects_definition(image: Image, settings: Settings) -> bool:
    """Whether a definition is protected; as `protects`."""
    if image.protect is not None:
        return image.protect
    return settings.protect or _takes_any_over(image)


def _takes_any_over(image: Image) -> bool:
    return any(version.source.kind == EXISTING for version in image.versions.values())


def existing_conflicts(
    subject: str, own_id: str, published: ObservedVersion | None, stack: Stack
) -> Iterator[Conflict]:
    """Why a version with `existing: true` cannot be taken over: it is not there, or it is not whole."""
    if published is None:
        yield Conflict(
            subject,
            f"its source is existing: true, and the gallery has no such version: {own_id}",
            "It can be taken over only, never made, since nobody knows what from",
            f"Correct the name and number (`{stack.commands.labs('list-unmanaged')}` shows what is there); if it was "
            f"deleted in Azure, take the entry out, after `{stack.commands.pulumi('refresh')}` where the stack had it "
            "already",
        )
    elif stack.is_unowned(published) and published.provisioning_state not in USABLE:
        yield Conflict(
            subject,
            f"the version in the gallery is not whole (its state is {published.provisioning_state})",
            "Taken over now, it would be changed while it is being made, or would be of no use",
            f"Wait until `{stack.commands.labs('status --watch')}` shows it as ready; if it failed, have it exported "
            "again, and take the entry out if the catalogue has one",
        )
