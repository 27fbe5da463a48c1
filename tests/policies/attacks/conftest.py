"""One server for each command that starts the pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.support.policy_server import Mode, PolicyServer, policy_servers


@pytest.fixture(scope="session")
def servers() -> Iterator[Mapping[Mode, PolicyServer]]:
    with policy_servers() as running:
        yield running
