"""A question to Azure: a request, and what Azure is thought to answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from inventory.arm.client import Arm
from inventory.arm.error import ArmError

ACCEPTED = "accepted"
_OWN_PLACE = re.compile(r"/subscriptions/[^\s']*?/providers/", re.IGNORECASE)
_OWN_ID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
REFUSED = "refused"
"""That Azure refuses it is documented, its status and code are not."""


@dataclass(frozen=True)
class Probe:
    """One request. `assumed` is `accepted`, `refused`, or the HTTP status and ARM code, such as `409 Conflict`."""

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
    text: str = ""
    """The message of a refusal."""
    api_version: str = ""

    @property
    def holds(self) -> bool:
        """Whether the assumption is right."""
        if self.assumed == REFUSED:
            return self.seen[:1].isdigit()
        return self.seen == self.assumed


def ask(arm: Arm, probe: Probe) -> Fact:
    """Send the request. What is made if Azure accepts it lies in a group that is deleted at the end."""
    text = ""
    try:
        if probe.method == "DELETE":
            arm.delete(probe.path, probe.api_version)
        elif probe.method == "GET":
            arm.get(probe.path, probe.api_version, absent=())
        elif probe.method == "PATCH":
            arm.patch(probe.path, probe.api_version, probe.body)
        else:
            arm.put(probe.path, probe.api_version, probe.body)
        seen = ACCEPTED
    except ArmError as error:
        if error.status is None:  # no answer is no refusal
            raise
        seen, text = f"{error.status} {error.code}".strip(), error.message
    return Fact(probe.rule, probe.question, probe.assumed, seen, text, probe.api_version)


def table(facts: Sequence[Fact], day: date) -> str:
    """The answers as rows that the ledger takes: `sandbox/replay/answered.md`."""
    rows = [
        f"| `{fact.rule}` | {fact.question} | {_cell(': '.join(filter(None, (fact.seen, fact.text))))} | "
        f"{', '.join(filter(None, (day.isoformat(), fact.api_version)))} |"
        for fact in facts
    ]
    heading = "| rule | question | what Azure answered | date, api-version |"
    return "\n".join([heading, "|---|---|---|---|", *rows, ""])


def _cell(text: str) -> str:
    """One line without the ids of whoever asked: what is pasted is published."""
    short = _OWN_ID.sub("GUID", _OWN_PLACE.sub("…/", text))
    return re.sub(r"\s+", " ", short).replace("|", "\\|")
