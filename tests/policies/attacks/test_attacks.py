"""Every row of the table, asked as the engine asks it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from tests.policies.attacks.row import Kind, Row, Verdict
from tests.policies.attacks.table import ROWS
from tests.policies.findings import but_cost
from tests.support.policy_server import Found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_attack(english: Callable[[Row], list[Found]], row: Row) -> None:
    found = but_cost(english(row))
    messages = "\n".join(each.message for each in found)
    missing = [word for word in row.words if word not in messages]
    unwanted = [word for word in row.without if word in messages]
    assert (sorted((each.policy, each.level) for each in found), missing, unwanted) == (row.expected, [], []), messages


def test_every_row_has_a_name_of_its_own() -> None:
    assert [name for name, times in Counter(row.name for row in ROWS).items() if times > 1] == []


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_attacks_and_harmless_twins(kind: Kind) -> None:
    verdicts = {row.verdict for row in ROWS if row.kind is kind}
    assert Verdict.REFUSED in verdicts
    assert verdicts & {Verdict.PASSES, Verdict.TOLD}
