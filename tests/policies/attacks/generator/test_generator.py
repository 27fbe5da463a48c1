"""Cases from seed 0 on for 20 seconds, and that they are worth running."""

from __future__ import annotations

from collections.abc import Mapping

from tests.policies.attacks.generator.cases import case
from tests.policies.attacks.generator.run import run
from tests.policies.attacks.generator.values import Sure
from tests.support.policy_server import Mode, PolicyServer

SECONDS = 20
FEWEST = 300


def test_pack_and_page_agree(servers: Mapping[Mode, PolicyServer]) -> None:
    result = run(servers, 0, SECONDS, FEWEST)
    print(result)
    assert result.differences == []
    assert result.cases.total() >= FEWEST


def test_the_oracle_is_rarely_in_doubt() -> None:
    sures = [case(seed).sure for seed in range(FEWEST)]
    assert sures.count(Sure.GOOD) > FEWEST / 5
    assert sures.count(Sure.BAD) > FEWEST / 5
    assert sures.count(Sure.DOUBTFUL) < FEWEST / 5


def test_a_seed_is_one_case() -> None:
    assert case(7) == case(7)
