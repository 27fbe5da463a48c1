"""What the tests of the components stand on works on every version of Python."""

from __future__ import annotations

import asyncio

import pulumi

from tests.components.registrations import registrations


def test_a_program_runs_where_python_makes_no_event_loop() -> None:
    # As in Python 3.14 from the start: asking for the current loop is an error.
    asyncio.set_event_loop(None)
    found = registrations(lambda: pulumi.ComponentResource("test:index:Thing", "thing"))
    assert list(found) == ["test:index:Thing::thing"]
