"""One server for each command that starts the pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import pytest

from tests.support.policy_server import Mode, PolicyServer, policy_server


@pytest.fixture(scope="session")
def servers() -> Iterator[Mapping[Mode, PolicyServer]]:
    with ExitStack() as running:
        yield {mode: running.enter_context(policy_server(mode=mode)) for mode in Mode}
