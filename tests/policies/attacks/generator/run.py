"""Runs cases until the time is over, and says in which the pack and the oracle differ."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import grpc

from tests.policies.attacks.generator.cases import Case, case
from tests.policies.attacks.generator.values import Sure
from tests.support.policy_server import Mode, PolicyServer

_CRASH = re.compile(r"\((Attribute|Index|Key|Name|Recursion|Type|Value)Error")
ENOUGH = 10
"""Differences after which a run stops: more of them rarely say more."""


@dataclass
class Run:
    """The first seed, the number of cases by what the oracle says, and the differences in words."""

    first: int
    cases: Counter[Sure] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """The seeds and the number of cases."""
        last = self.first + self.cases.total() - 1
        counts = ", ".join(f"{self.cases[sure]} {sure.name.lower()}" for sure in Sure)
        return f"seeds {self.first} to {last}: {counts}; {len(self.differences)} differences"


def run(servers: Mapping[Mode, PolicyServer], first: int, seconds: float, at_least: int = 1) -> Run:
    """Run the cases of `first` and the seeds after it for this long, and at least so many."""
    end, result = time.monotonic() + seconds, Run(first)
    while (time.monotonic() < end or result.cases.total() < at_least) and len(result.differences) < ENOUGH:
        one = case(first + result.cases.total())
        result.cases[one.sure] += 1
        if (difference := compared(servers[one.mode], one)) is not None:
            result.differences.append(difference)
    return result


def compared(server: PolicyServer, one: Case) -> str | None:
    """What pack and oracle say differently of a case; None if they agree, or if the oracle is in doubt."""
    server.configure()
    server.analyze_stack([])
    try:
        found = server.run(one.program)
    except grpc.RpcError as error:
        return f"seed {one.seed}: the pack fails ({error}); {'; '.join(one.done)}"
    refused = [f"{each.policy}: {each.message}" for each in found if each.level == "mandatory"]
    if crash := next((text for text in refused if _CRASH.search(text)), None):
        return f"seed {one.seed}: the pack reports an error of its own ({crash}); {'; '.join(one.done)}"
    if one.sure is Sure.DOUBTFUL or bool(refused) is (one.sure is Sure.BAD):
        return None
    expected = "refused" if one.sure is Sure.BAD else "passes"
    said = f"{expected} by the page, and the pack says {refused or 'nothing'}"
    return f"seed {one.seed} ({one.mode.name.lower()}): {said}; {'; '.join(one.done)}"
