"""Where in the program a resource was declared, kept out of the state."""

from __future__ import annotations

from pulumi.runtime import resource
from pulumi.runtime.proto import source_pb2


def drop_source_positions() -> None:
    """Register resources without the calls that led to them.

    The SDK sends the whole stack with each registration, some seventeen calls, and the engine keeps it: a third of
    a state would be paths of the machine that deployed last. All resources of a kind come from the same line here,
    so it says nothing, and collecting it takes a tenth of the program's time. Below 5 % this module is not worth
    its place. The stack itself is registered before the program runs, and keeps its own.
    """
    resource._get_stack_trace = source_pb2.StackTrace
