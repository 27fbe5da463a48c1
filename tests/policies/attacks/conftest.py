"""One server for each command that starts the pack, and what it says of the rows in English."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.policies.attacks.row import Row
from tests.support.policy_server import Found, Mode, PolicyServer, policy_servers


@pytest.fixture(scope="session")
def servers() -> Iterator[Mapping[Mode, PolicyServer]]:
    with policy_servers() as running:
        yield running


@pytest.fixture(scope="session")
def english(servers: Mapping[Mode, PolicyServer]) -> Callable[[Row], list[Found]]:
    """What is found in a row, which is asked once: by its own test or by that of the other languages."""
    known: dict[int, list[Found]] = {}

    def found(row: Row) -> list[Found]:
        if id(row) not in known:
            known[id(row)] = row.found(servers)
        return known[id(row)]

    return found
