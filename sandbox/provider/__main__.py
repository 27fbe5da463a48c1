"""The plugin's process: `python -m sandbox.provider <address of the engine>` prints its port and serves the engine."""

from __future__ import annotations

import os
import signal
import sys

from sandbox.engine.host import stubs
from sandbox.engine.host.parent import watch_parent


def main(arguments: list[str]) -> None:
    """Serves until the engine ends the process.

    `arguments` are those after the program's name: the engine's address last, before it the flags with which the
    engine hands on how much to log and where to trace (`pulumi -v=9 --logflow`, `--tracing`).
    """
    if not arguments:
        sys.exit(
            "This is a plugin of the Pulumi engine, which starts it with its own address; it does nothing by itself.\n"
            "Usage: python -m sandbox.provider <host:port of the engine>"
        )
    # Before the engine hears of the port: from then on it may be killed, and a killed engine ends no plugins.
    watch_parent(lambda: os._exit(0))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))  # the engine waits 5 s for a plugin that tidies up
    stubs.without_the_sdk()
    from sandbox.provider.service import serve  # noqa: PLC0415 - its imports find the stubs alone

    serve(arguments[-1])


if __name__ == "__main__":
    main(sys.argv[1:])
