from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec, module_from_spec

import pulumi
import pytest
from pulumi.runtime import resource

from components.source_positions import drop_source_positions
from tests.components.registrations import registrations


class Thing(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("test:index:Thing", name)


def _as_the_sdk_has_it() -> Callable[[], object]:
    """The SDK's own function, also where a program that was declared in this process has replaced it."""
    spec = find_spec(resource.__name__)
    assert spec is not None
    assert spec.loader is not None
    fresh = module_from_spec(spec)
    spec.loader.exec_module(fresh)
    found: Callable[[], object] = fresh._get_stack_trace
    return found


def test_resources_are_registered_without_the_calls_that_led_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "_get_stack_trace", _as_the_sdk_has_it())
    (before,) = registrations(lambda: Thing("thing")).values()
    drop_source_positions()
    (after,) = registrations(lambda: Thing("thing")).values()
    assert (before.calls > 0, after.calls) == (True, 0)
