"""Who uses an image that a resource declares without the component: a tag says it."""

from __future__ import annotations

import re
from typing import Final

from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import in_any_case

CONSUMERS_TAG: Final = "lab-consumers"


def consumers_of(tags: object) -> list[str] | Fault | None:
    """The names in the tag, separated by commas or spaces; None without the tag, a fault if it cannot be read."""
    value = in_any_case(tags, CONSUMERS_TAG)
    if value is None or isinstance(value, Fault):
        return value
    return re.split(r"[\s,]+", value.strip()) if isinstance(value, str) and value.strip() else Fault.MALFORMED
