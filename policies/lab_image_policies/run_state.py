"""What the policies have seen so far in this run.

The engine gives every policy its own configuration and one resource at a time. Notices about exemptions, and the check
that each exemption names an image, need more than that. Policies of resources run before those of the whole stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lab_image_policies.config.configuration import Configuration
from lab_image_policies.config.exemption import Exemption


@dataclass(slots=True)
class RunState:
    """The configuration of each policy by its name, and (image, version) of each version by its URN."""

    configurations: dict[str, Configuration] = field(default_factory=dict)
    versions: dict[str, tuple[str, str]] = field(default_factory=dict)
    images: set[str] = field(default_factory=set)

    def exemptions(self) -> Iterator[Exemption]:
        """Every exemption of every policy, in the order of the policies' names."""
        for name in sorted(self.configurations):
            yield from self.configurations[name].exemptions
