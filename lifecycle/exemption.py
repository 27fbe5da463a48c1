"""What the policies let through, as policy-config.json says: exemptions of images, and levels that stop nothing.

The policy pack reads the same file by the same rules: `configuration_rules.py` is a copy of the pack's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from lifecycle.configuration_rules import (
    EXEMPTIONS,
    LEVEL,
    Exemption,
    LoweredLevel,
    PolicyRule,
    read_exemptions,
    read_level,
)
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

PUBLISHED: Final = "deployed-image-disks"
"""The policy that judges the disks of a published version, whatever the others let through."""

PUBLISHED_KINDS: Final[frozenset[ReasonKind]] = frozenset({"os_disk_size", "data_disks"})
"""The reasons for which it refuses one."""

ALL: Final = "all"
"""The key of the level of every policy that has none of its own."""


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """The exemptions of one configuration, and the policies whose findings stop nothing there. `file` is its name."""

    file: str = "policy-config.json"
    exemptions: tuple[Exemption, ...] = ()
    lowered: tuple[LoweredLevel, ...] = ()

    def exempts(self, image: str, policy: str, today: date) -> bool:
        """Whether an image is exempt from a policy."""
        return any(one.policy == policy and one.holds(image, today) for one in self.exemptions)

    def excuse(self, kind: ReasonKind, image: str, today: date) -> str | None:
        """Why the policies let an image through that is hidden for a reason of this kind; None if they do not."""
        policy = POLICY_OF.get(kind)
        holding = [one for one in self.exemptions if one.holds(image, today)]
        for one in holding:
            if one.policy == policy:
                excuse = f"exempt from {policy} until {one.expires} (reason: {one.reason})"
                if kind in PUBLISHED_KINDS and all(other.policy != PUBLISHED for other in holding):
                    excuse += f", but not from {PUBLISHED}, which refuses it once it is published: exempt it there too"
                return excuse
        for level in self.lowered:
            if level.policy == policy and not level.is_over(today):
                return f"{policy} is {level.level} in {self.file} until {level.expires} (reason: {level.reason})"
        return None


def read_rules(file: str, config: object, policies: Mapping[str, PolicyRule]) -> PolicyRules:
    """The rules in the content of a configuration of `policies`. What is invalid in it excuses nothing."""
    exemptions: list[Exemption] = []
    lowered: list[LoweredLevel] = []
    if not isinstance(config, Mapping):
        return PolicyRules(file)
    every = config.get(ALL)
    for name, value in config.items():
        if name not in policies or not isinstance(value, Mapping):
            continue  # a level alone has no reason, so that it lowers nothing here
        entries = value.get(EXEMPTIONS)
        if isinstance(entries, list):
            exemptions += read_exemptions(name, entries).entries
        level = read_level(policies[name], value.get(LEVEL, _level(every)), value).lowered
        if level is not None:
            lowered.append(level)
    return PolicyRules(file, tuple(exemptions), tuple(lowered))


def _level(value: object) -> object:
    """The level in what stands at the name of a policy or at ALL: a level alone, or an object with one."""
    return value.get(LEVEL) if isinstance(value, Mapping) else value
