"""A policy of this pack: what it is called and means, what it looks at, and how it judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lab_image_policies.config.configuration import Configuration
from lab_image_policies.config.setting import Setting
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.run_state import RunState
from lab_image_policies.violation import Violation


@dataclass(frozen=True, slots=True)
class PolicyInput:
    """What a policy has before it: one resource, or for a policy of the whole stack all that it looks at."""

    resources: Sequence[Resource]
    configuration: Configuration
    run_state: RunState
    today: date

    def setting(self, key: str) -> Any:
        """The configured value of a key."""
        return self.configuration.values[key]


@dataclass(frozen=True, slots=True)
class Policy:
    """Name and texts go to the engine and into the documentation; `level` and `severity` are the engine's words.

    `locked` policies cannot be made milder than mandatory: `./labs check` refuses it. `judge` gives what it finds in a
    case, in a stable order; what exemptions excuse is taken out afterwards.
    """

    name: str
    title: str
    level: str
    severity: str
    description: str
    refuses: str
    why: str
    fix: str
    url: str
    kinds: frozenset[ResourceKind]
    validate: Callable[[PolicyInput], Iterable[Violation]]
    settings: tuple[Setting, ...] = ()
    locked: bool = False
    whole_stack: bool = False
