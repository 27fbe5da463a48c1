"""Versions whose publication failed: the next update publishes them again.

The engine repeats a write that failed until a refresh makes it forget the failure; then it compares inputs only, and
those are as they were. So a version that Azure shows as failed gets a tag with the moment in which that was seen. No
earlier write can have sent it, whatever the engine remembers, so the engine writes the version; Azure then copies it
again to the regions that failed. The tag stays, so that the update after that finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalog.fields.tags import REPUBLISHED_TAG
from catalog.images.image import Image
from catalog.images.version import listing_key
from plan.observed import FAILED, ObservedVersion
from plan.stack import Stack

FAILED_STATES: Final = frozenset({FAILED, "Canceled"})
"""States of a version that nobody publishes any more. Source: GalleryProvisioningState of the Compute API."""


def is_republished(published: ObservedVersion | None, stack: Stack) -> bool:
    """Whether an update publishes a declared version again: Azure shows it as failed, and it is the stack's own.

    One that the update takes over is written with the stack's tag anyway.
    """
    return published is not None and published.provisioning_state in FAILED_STATES and stack.owns(published)


def republished_tag(published: ObservedVersion | None, stack: Stack) -> Mapping[str, str]:
    """The tag of a version that is, or was, published again; empty for any other one."""
    if published is None or not stack.owns(published):
        return {}
    if is_republished(published, stack):
        return {REPUBLISHED_TAG: stack.observed.moment}
    before = published.tags.get(REPUBLISHED_TAG)
    return {} if before is None else {REPUBLISHED_TAG: before}


def failed_publications(images: Mapping[str, Image], stack: Stack) -> list[str]:
    """Names (`gis:1.0.0`) of the versions of `images` that the next update publishes again."""
    return [
        f"{name}:{number}"
        for name, image in images.items()
        if (definition := stack.definition(name)) is not None
        for number in sorted(image.versions, key=listing_key)
        if is_republished(definition.versions.get(number), stack)
    ]
