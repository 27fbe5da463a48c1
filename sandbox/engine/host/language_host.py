"""The language host's process, which the engine starts with its own address."""

from sandbox.engine.host import stubs


def main() -> None:
    """Serve the engine whose address is the last argument, until it sends a signal or ends."""
    stubs.without_the_sdk()
    from sandbox.engine.host.language_runtime import serve  # noqa: PLC0415 - its imports find the stubs alone

    serve()
