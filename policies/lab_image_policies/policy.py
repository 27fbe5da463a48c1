"""A policy of this pack: its name and texts, the kinds of resources that it looks at, and its check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lab_image_policies.config.configuration import Configuration
from lab_image_policies.config.setting import EXEMPTIONS, Setting
from lab_image_policies.model.image import Image
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.run_state import RunState
from lab_image_policies.violation import Violation


@dataclass(frozen=True, slots=True)
class PolicyInput:
    """Input of a policy: one resource, or for a stack policy all resources of its kinds."""

    resources: Sequence[Resource]
    configuration: Configuration
    run_state: RunState
    today: date

    @property
    def image(self) -> Image:
        """The image that the one resource declares. Raises KeyError if it declares none that is to be judged."""
        image = self.run_state.images[self.resources[0].urn]
        if image is None:
            raise KeyError(self.resources[0].urn)
        return image

    def setting(self, key: str) -> Any:
        """The configured value of a key."""
        return self.configuration.values[key]


@dataclass(frozen=True, slots=True)
class Policy:
    """Name and texts go to the engine and into the documentation; `level` and `severity` are the engine's words.

    A `locked` policy is always mandatory: a milder level is refused. A lower level than the policy's own needs a reason
    and a last day, unless it has a `free_level`. A definition or version that is as its component says is left out,
    unless the policy looks at these too (`of_children`). `validate` returns what it finds in a stable order, exempted
    images included: the runner drops those.
    """

    name: str
    title: str
    severity: str
    description: str
    refuses: str
    why: str
    fix: str
    url: str
    kinds: frozenset[ResourceKind]
    validate: Callable[[PolicyInput], Iterable[Violation]]
    level: str = "mandatory"
    settings: tuple[Setting, ...] = (EXEMPTIONS,)
    locked: bool = False
    free_level: bool = False
    of_children: bool = False
    whole_stack: bool = False
