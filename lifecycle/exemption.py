"""What the policies let through, as policy-config.json says: exemptions of images, and levels that stop nothing.

The policy pack reads the same file on its own, since it trusts no other code; a test keeps the two readings equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from lifecycle.reason import ReasonKind

POLICY_OF: Final[Mapping[ReasonKind, str]] = {
    "os_disk_size": "image-os-disk-below-128-gb",
    "data_disks": "image-single-disk",
    "generation": "image-supported-by-lab-services",
    "architecture": "image-supported-by-lab-services",
    "security_type": "image-supported-by-lab-services",
    "excluded": "image-has-latest-version",
    "no_replica": "lab-regions-covered",
}
"""The policy that refuses an image for a reason that files can tell."""

LOCKED: Final = frozenset({"image-os-disk-below-128-gb", "image-single-disk"})
"""Of these, the policies whose level cannot be lowered."""

KEYS: Final = ("image", "reason", "expires")
_MILD: Final = ("advisory", "disabled")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Exemption:
    """An exemption of `image` from `policy`; `expires` is the last day on which it holds.

    `position` is its place among the policy's exemptions, from 0.
    """

    policy: str
    position: int
    image: str
    reason: str
    expires: date

    def is_for(self, image: str) -> bool:
        """Whether it names this image. Azure compares names without regard to case."""
        return self.image.lower() == image.lower()

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return today > self.expires


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """The exemptions of one configuration, and the policies whose findings stop nothing there. `file` is its name."""

    file: str = "policy-config.json"
    exemptions: tuple[Exemption, ...] = ()
    lowered: frozenset[str] = frozenset()

    def excuse(self, kind: ReasonKind, image: str, today: date) -> str | None:
        """Why the policies let an image through that is hidden for a reason of this kind; None if they do not."""
        policy = POLICY_OF.get(kind)
        for each in self.exemptions:
            if each.policy == policy and each.is_for(image) and not each.is_over(today):
                return f"exempt from {policy} until {each.expires} (reason: {each.reason})"
        return f"{policy} stops nothing by its level in {self.file}" if policy in self.lowered else None


def read_rules(file: str, config: object) -> PolicyRules:
    """The rules in the content of a configuration. What is invalid in it excuses nothing."""
    policies = config if isinstance(config, Mapping) else {}
    return PolicyRules(
        file,
        tuple(each for name, value in policies.items() for each in _exemptions(name, value)),
        frozenset(name for name, value in policies.items() if name not in LOCKED and _level(value) in _MILD),
    )


def _level(policy: object) -> object:
    return policy.get("enforcementLevel") if isinstance(policy, Mapping) else policy


def _exemptions(policy: str, value: object) -> Iterator[Exemption]:
    entries = value.get("exemptions") if isinstance(value, Mapping) else None
    for position, entry in enumerate(entries if isinstance(entries, list) else ()):
        expires = _day(entry.get("expires")) if isinstance(entry, Mapping) else None
        if expires is not None and set(entry) == set(KEYS) and _is_text(entry["image"]) and _is_text(entry["reason"]):
            yield Exemption(policy, position, entry["image"], entry["reason"], expires)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _day(value: object) -> date | None:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
