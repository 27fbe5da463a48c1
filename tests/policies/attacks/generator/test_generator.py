"""The cases of the first seeds, and that they are worth running."""

from __future__ import annotations

from collections.abc import Mapping

from tests.policies.attacks.generator.cases import case
from tests.policies.attacks.generator.run import run
from tests.policies.attacks.generator.values import Sure
from tests.support.policy_server import Mode, PolicyServer

CASES = 1000
"""The same on every machine, however slow: `make fuzz` runs new ones for as long as it is given."""


def test_pack_and_page_agree(servers: Mapping[Mode, PolicyServer]) -> None:
    result = run(servers, 0, seconds=0, at_least=CASES)
    print(result)
    assert result.differences == []
    assert result.cases.total() == CASES


def test_the_oracle_is_rarely_in_doubt() -> None:
    sures = [case(seed).sure for seed in range(CASES)]
    assert sures.count(Sure.GOOD) > CASES / 5
    assert sures.count(Sure.BAD) > CASES / 5
    assert sures.count(Sure.DOUBTFUL) < CASES / 5


def test_a_seed_is_one_case() -> None:
    assert case(7) == case(7)
