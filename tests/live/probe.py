"""A question to Azure: a request that it is thought to refuse, and the refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inventory.arm.client import Arm
from inventory.arm.error import ArmError

ACCEPTED = "accepted"


@dataclass(frozen=True)
class Probe:
    """One write. `assumed` is `accepted` or the HTTP status and ARM code, such as `409 Conflict`."""

    rule: str
    question: str
    path: str
    api_version: str
    assumed: str
    body: Mapping[str, Any] = field(default_factory=dict)
    method: str = "PUT"


@dataclass(frozen=True)
class Fact:
    """What was assumed and what was seen. `rule` is a rule of docs/reference/sandbox.md, or a name of ours."""

    rule: str
    question: str
    assumed: str
    seen: str

    @property
    def holds(self) -> bool:
        """Whether the assumption is right."""
        return self.seen == self.assumed


def ask(arm: Arm, probe: Probe) -> Fact:
    """Send the request. What is made if Azure accepts it lies in a group that is deleted at the end."""
    try:
        if probe.method == "DELETE":
            arm.delete(probe.path, probe.api_version)
        elif probe.method == "PATCH":
            arm.patch(probe.path, probe.api_version, probe.body)
        else:
            arm.put(probe.path, probe.api_version, probe.body)
        seen = ACCEPTED
    except ArmError as error:
        seen = f"{error.status} {error.code}".strip()
    return Fact(probe.rule, probe.question, probe.assumed, seen)
