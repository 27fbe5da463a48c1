"""One row of the table: a whole program, and what the pack must say about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from tests.policies.findings import DEPLOYED_NOTICES, NOTICES
from tests.support.policy_server import Declared, Found, Mode, PolicyServer


class Kind(Enum):
    """What an attack makes use of."""

    TOKENS = "a type under another token"
    EXISTING = "a version that exists already"
    CHILDREN = "what a component's definition and versions show themselves"
    ROUTES = "another way into the gallery"
    UNKNOWNS = "what nobody can tell"
    VISIBLE = "what switches rules off"
    CONFIGURATION = "a configuration that is wrong"
    STATES = "previews of what is deployed, and states"
    MALFORMED = "malformed and contradictory values"
    SERVICES = "an image that a service does not take"
    MESSAGES = "a message with the wrong remedy"


class Verdict(Enum):
    """What comes of a program: the command stops, goes on with notices, or goes on in silence."""

    REFUSED = "refused"
    TOLD = "told"
    PASSES = "passes"


@dataclass(frozen=True)
class Row:
    """An attack or its harmless twin. `by` lists the policy of each finding; all messages together contain `words`."""

    name: str
    kind: Kind
    program: Sequence[Declared]
    by: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    mode: Mode = Mode.PREVIEW
    configuration: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    advisory: tuple[str, ...] = ()
    """Policies that the configuration has made advisory."""

    def found(self, servers: Mapping[Mode, PolicyServer]) -> list[Found]:
        """What the server of its command finds in the program."""
        server = servers[self.mode]
        server.configure(self.configuration)
        server.analyze_stack([])  # nothing is left of the row before: every command starts a process of its own
        return server.run(self.program)

    @property
    def expected(self) -> list[tuple[str, str]]:
        """Policy and level of every finding, sorted."""
        notices = {NOTICES, DEPLOYED_NOTICES, *self.advisory}
        return sorted((policy, "advisory" if policy in notices else "mandatory") for policy in self.by)

    @property
    def verdict(self) -> Verdict:
        """What comes of the program."""
        if any(level == "mandatory" for _, level in self.expected):
            return Verdict.REFUSED
        return Verdict.TOLD if self.by else Verdict.PASSES
