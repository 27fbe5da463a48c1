"""What every test of the replay needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.emulator.process.connection import Connection


@pytest.fixture
def connection(endpoint: str) -> Iterator[Connection]:
    made = Connection(endpoint)
    yield made
    made.close()
