"""Versions whose publication failed, or a copy of the latest one: the next update publishes them again.

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
from catalog.images.version_number import listing_key
from plan.latest import highest
from plan.observed import FAILED, SUCCEEDED, ObservedDefinition, ObservedVersion
from plan.stack import Stack

FAILED_STATES: Final = frozenset({FAILED, "Canceled"})
"""States of a version that nobody publishes any more. Source: GalleryProvisioningState of the Compute API."""


def may_have_failed_copy(image: Image, definition: ObservedDefinition) -> ObservedVersion | None:
    """The version of `image` whose progress may tell of a copy that failed while its state does not; None without one.

    Azure can show a version as Succeeded before every region has its copy (source: AgentBaker, pull request 8373).
    Progress is a request for each version, so it is asked only of the latest one of an image, which labs take.
    """
    latest = definition.version_named(highest(image.versions) or "")
    return latest if latest is not None and latest.provisioning_state == SUCCEEDED else None


def is_republished(image: Image, number: str, published: ObservedVersion | None, stack: Stack) -> bool:
    """Whether an update publishes the version of `image` that is `number` again: it failed, and is the stack's own.

    One that the update takes over is written with the stack's tag anyway.
    """
    declared = image.number_of(number)
    if published is None or declared is None or not stack.owns(published):
        return False
    if published.provisioning_state != SUCCEEDED:
        return published.provisioning_state in FAILED_STATES
    progress = stack.observed.progress.get(published.id.lower(), ())
    return any(step.state == FAILED for step in progress) and declared == highest(image.versions)


def republished_tag(published: ObservedVersion | None, stack: Stack, *, again: bool) -> Mapping[str, str]:
    """The tag of a version that is published `again`, or was before; empty for any other one."""
    if again:
        return {REPUBLISHED_TAG: stack.observed.moment}
    if published is None or not stack.owns(published):
        return {}
    before = published.tags.get(REPUBLISHED_TAG)
    return {} if before is None else {REPUBLISHED_TAG: before}


def failed_publications(images: Mapping[str, Image], stack: Stack) -> list[str]:
    """Names (`gis:1.0.0`) of the versions of `images` that the next update publishes again."""
    return [
        f"{name}:{number}"
        for name, image in images.items()
        if (definition := stack.definition(name)) is not None
        for number in sorted(image.versions, key=listing_key)
        if is_republished(image, number, definition.version_named(number), stack)
    ]
