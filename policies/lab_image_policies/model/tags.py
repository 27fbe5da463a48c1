"""Tags of a resource. Azure compares their names without regard to case; values are always text."""

from __future__ import annotations

from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import mapping


def tag_of(tags: object, name: str) -> object:
    """The value of a tag, whose name is in lower case; None without it.

    Two names that differ in case alone are a fault: Azure refuses them, and nobody can tell which one is meant.
    """
    if isinstance(tags, Fault):
        return tags
    found = [value for key, value in mapping(tags).items() if key.lower() == name]
    if len(found) > 1:
        return Fault.MALFORMED
    return found[0] if found else None
