from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.components.dynamic_host import DynamicHost, dynamic_host
from tests.support.scripted_arm import ScriptedArm, scripted_arm


@pytest.fixture(scope="module")
def running(request: pytest.FixtureRequest) -> Iterator[tuple[ScriptedArm, DynamicHost]]:
    """A server in Azure's place, and the process that hosts the module's RELEASED_PROVIDER."""
    with scripted_arm() as server, dynamic_host(server.endpoint, request.module.RELEASED_PROVIDER) as host:
        yield server, host


@pytest.fixture
def host(running: tuple[ScriptedArm, DynamicHost]) -> DynamicHost:
    return running[1]


@pytest.fixture
def server(running: tuple[ScriptedArm, DynamicHost]) -> ScriptedArm:
    running[0].requests.clear()
    return running[0]
