"""One policy server for all tests that do not measure how it starts; each test configures it afresh."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.support.policy_server import PACK, PolicyServer, policy_server

# The pack is no package of the program: it is put on the path as the engine does it.
sys.path.insert(0, str(PACK))


@pytest.fixture(scope="session")
def running_server() -> Iterator[PolicyServer]:
    with policy_server() as server:
        yield server


@pytest.fixture
def server(running_server: PolicyServer) -> PolicyServer:
    running_server.configure()
    running_server.analyze_stack([])  # the pack learns the configuration of a policy when that is run
    return running_server
