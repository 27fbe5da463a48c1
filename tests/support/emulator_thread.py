"""The sandbox's Azure over HTTP in this process.

A process of its own costs a start of Python for each module of tests: tests/sandbox/emulator/test_lease.py has them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.emulator.emulator import Emulator
from sandbox.emulator.process.lease import Lease
from sandbox.emulator.process.server import Server


@contextmanager
def emulator(directory: Path) -> Iterator[Lease]:
    """An emulator in a thread, whose state is in a folder of its own."""
    state = Emulator(directory)
    server = Server(0, state)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Lease(server.origin)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        state.close()
