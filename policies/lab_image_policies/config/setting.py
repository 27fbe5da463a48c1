"""One key of a policy's configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lab_image_policies.geography import find
from lab_image_policies.messages import shown
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import listed
from lab_image_policies.rules import OS_DISK_LIMIT_GB, number


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
        """What is wrong with a configured value, or None."""
        if self.schema["type"] == "array":
            return self._problem_of_list(value)
        found = number(value)
        if isinstance(found, Fault):
            return f"must be a number, not {shown(value)}"
        least, most = self.schema.get("minimum", found), self.schema.get("maximum", found)
        if least <= found <= most:
            return None
        between = f"from {shown(least)} to {shown(most)}" if "maximum" in self.schema else f"at least {shown(least)}"
        return f"must be {between}, not {shown(value)}"

    def _problem_of_list(self, value: object) -> str | None:
        entries = listed(value)
        if isinstance(entries, Fault):
            return f"must be a list, not {shown(value)}"
        if self.schema["items"]["type"] != "string":
            return None
        strangers = [shown(entry) for entry in entries if not isinstance(entry, str) or find(entry) is None]
        return f"names {', '.join(strangers)}, which is no Azure region" if strangers else None


EXEMPTIONS: Final = Setting(
    "exemptions",
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
                    "pattern": r"^\d{4}-\d{2}-\d{2}$",
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
