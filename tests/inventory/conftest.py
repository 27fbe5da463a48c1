from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from azure.core.credentials import AccessToken

from inventory.arm import pipeline
from inventory.arm.client import Arm
from tests.support.pretend_azure import PretendAzure, pretend_azure
from tests.support.scripted_arm import ScriptedArm, scripted_arm


class FixedToken:
    """A credential that asks no server; remembers how it is asked. Its tokens last for `seconds`, if it has any."""

    def __init__(self, seconds: int = 3600, error: Exception | None = None) -> None:
        self.seconds, self.error = seconds, error
        self.asked: list[dict[str, object]] = []

    def get_token(self, *scopes: str, **options: object) -> AccessToken:
        self.asked.append({"scopes": scopes, **options})
        if self.error is not None:
            raise self.error
        number = f"-{len(self.asked)}" if len(self.asked) > 1 else ""
        return AccessToken(f"secret-token{number}", int(time.time()) + self.seconds)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedArm]:
    monkeypatch.setattr(pipeline, "POLL_SECONDS", 0.01)
    with scripted_arm() as running:
        yield running


@pytest.fixture
def token() -> FixedToken:
    return FixedToken()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PretendAzure]:
    with pretend_azure(tmp_path_factory.mktemp("sandbox")) as azure:
        yield azure


@pytest.fixture
def azure(running: PretendAzure) -> PretendAzure:
    running.send("POST", "/sandbox/reset")
    running.send("POST", "/sandbox/replication", {"secondsPerRegion": 0})
    return running


@pytest.fixture
def arm(azure: PretendAzure, token: FixedToken, monkeypatch: pytest.MonkeyPatch) -> Iterator[Arm]:
    """A client of the sandbox's Azure that does not pause before it tries again."""
    monkeypatch.setattr("inventory.arm.pipeline.BoundedRetry.get_backoff_time", lambda policy, settings: 0)
    client = Arm(azure.endpoint, token)
    yield client
    client.close()
