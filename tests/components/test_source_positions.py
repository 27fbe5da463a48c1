from __future__ import annotations

import pulumi
import pytest
from pulumi.runtime import resource

from components.source_positions import drop_source_positions
from tests.components.registrations import registrations


class Thing(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("test:index:Thing", name)


def test_resources_are_registered_without_the_calls_that_led_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "_get_stack_trace", resource._get_stack_trace)  # put back afterwards
    (before,) = registrations(lambda: Thing("thing")).values()
    drop_source_positions()
    (after,) = registrations(lambda: Thing("thing")).values()
    assert (before.calls > 0, after.calls) == (True, 0)
