"""One session for several look-ups at the same moment: a command that looks twice, or at many stacks.

Apart from the session itself, so that a command can ask for it before Azure's SDK is imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inventory.arm.asked_once import AskedOnce

_CLIENTS: ContextVar[dict[str, AskedOnce] | None] = ContextVar("clients", default=None)


@contextmanager
def shared_session() -> Iterator[None]:
    """Within the block every session of a subscription is the same: signed in once, and no question is sent twice.

    A block inside another one changes nothing. Not for what waits until something changes in Azure.
    """
    if _CLIENTS.get() is not None:
        yield
        return
    clients: dict[str, AskedOnce] = {}
    token = _CLIENTS.set(clients)
    try:
        yield
    finally:
        _CLIENTS.reset(token)
        for client in clients.values():
            client.close()


def shared_clients() -> dict[str, AskedOnce] | None:
    """The clients of the block by subscription, in which new ones are put; None outside of one."""
    return _CLIENTS.get()
