from __future__ import annotations

from typing import Any

import pulumi
import pulumi.log
import pytest

from components.debug_messages import drop_debug_messages


class Engine:
    def __init__(self) -> None:
        self.shown: list[str] = []

    def Log(self, request: Any) -> None:  # noqa: N802 - named by the SDK
        self.shown.append(request.message)


def test_debug_messages_no_longer_reach_the_engine_and_others_do(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine()
    monkeypatch.setattr(pulumi.log, "debug", pulumi.log.debug)  # put back afterwards
    monkeypatch.setattr("pulumi.log.get_engine", lambda: engine)
    pulumi.log.debug("before")
    drop_debug_messages()
    pulumi.log.debug("after", stream_id=1)
    pulumi.log.warn("a warning")
    assert engine.shown == ["before", "a warning"]
