"""One key of a policy's configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lab_image_policies.config.configuration_rules import EXEMPTIONS as EXEMPTIONS_KEY
from lab_image_policies.config.configuration_rules import EXPIRES, REASON, value_fault
from lab_image_policies.geography import find
from lab_image_policies.rules import OS_DISK_LIMIT_GB


@dataclass(frozen=True, slots=True)
class Setting:
    """A key with its JSON schema, its default and what it means.

    The engine applies schema and default before the pack gets a value. The pack does both again, since other callers
    may not.
    """

    key: str
    meaning: str
    default: Any
    schema: Mapping[str, Any]

    @property
    def full_schema(self) -> dict[str, Any]:
        """The schema with description and default, for the engine and the documentation."""
        return {"description": self.meaning, "default": self.default, **self.schema}

    def problem(self, value: object) -> str | None:
        """What is wrong with a configured value, or None. Exemptions are read one by one, elsewhere."""
        return value_fault(self.schema, value, is_region)


def is_region(spelling: str) -> bool:
    """Whether the pack's map has a region of this name, display name or alias."""
    return find(spelling) is not None


DAY_PATTERN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

EXEMPTIONS: Final = Setting(
    EXEMPTIONS_KEY,
    "Images that this policy lets through until a day, each with the reason.",
    [],
    {
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["image", "reason", "expires"],
            "properties": {
                "image": {"type": "string", "minLength": 1, "description": "Name of the image, as in the catalogue."},
                "reason": {
                    "type": "string",
                    "minLength": 1,
                    "description": "Why it is let through; notices show it.",
                },
                "expires": {
                    "type": "string",
                    "pattern": DAY_PATTERN,
                    "description": "The last day on which it is let through, as 2027-01-31.",
                },
            },
        },
    },
)

OS_DISK_LIMIT: Final = Setting(
    "limitGb",
    "OS disks of this size in GB and larger are refused. It can only be lowered.",
    OS_DISK_LIMIT_GB,
    {"type": "number", "minimum": 1, "maximum": OS_DISK_LIMIT_GB},
)

TERM: Final = (
    Setting(
        REASON,
        "Why the policy has a level below its own; compulsory beside such a level, and notices show it.",
        "",
        {"type": "string"},
    ),
    Setting(
        EXPIRES,
        "The last day of a level below the policy's own, as 2027-01-31; compulsory beside such a level.",
        "",
        {"type": "string"},
    ),
)
"""Keys of every policy whose level can be lowered for a while only."""
