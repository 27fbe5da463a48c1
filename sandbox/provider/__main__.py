"""The plugin's process: `python -m sandbox.provider <address of the engine>` prints its port and serves the engine."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from concurrent import futures

import grpc
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc

from sandbox.provider.progress import EngineLog
from sandbox.provider.service import Provider

MOST_CALLS = 128  # at once; each may wait for hours, so none may block the others
LOOK_FOR_PARENT_EVERY = 0.5  # seconds


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
    parent = os.getppid()  # before anybody hears of the port: from then on the parent may be killed
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))  # the engine waits 5 s for a plugin that tidies up
    server = grpc.server(futures.ThreadPoolExecutor(MOST_CALLS), options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(EngineLog(arguments[-1])), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()
    server.wait_for_termination()


def _end_with_parent(parent: int) -> None:
    """Ends the process once its parent is gone: a killed engine ends no plugins."""
    while os.getppid() == parent:
        time.sleep(LOOK_FOR_PARENT_EVERY)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
