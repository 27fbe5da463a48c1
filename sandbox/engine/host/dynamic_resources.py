"""Serve a program's dynamic resources: `python -m pulumi.dynamic`, which also ends when the engine is gone.

Runs with the program's interpreter, as a file: only that program's packages and this folder's `parent` are at hand.
"""

import os
import runpy
import signal
import sys
import threading
from pathlib import Path


def main() -> None:
    """Serve until the engine says stop; the arguments (the engine's address) are pulumi.dynamic's own."""
    here = str(Path(__file__).parent)
    from parent import watch_parent  # type: ignore[import-not-found]  # noqa: PLC0415 - its folder leaves the path before the program's modules come

    sys.path[:] = [str(Path.cwd()), *(entry for entry in sys.path if entry != here)]
    _leave_when_told()
    watch_parent(lambda: os._exit(1))
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)


def _leave_when_told() -> None:
    """End at once at an interrupt, whatever a resource is doing: the engine has waited for it already.

    A thread waits for it, for the main one sleeps, and a signal that the system hands to another does not wake it.
    """
    signals = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)

    def wait() -> None:
        signal.sigwait(signals)
        os._exit(0)

    threading.Thread(target=wait, daemon=True, name="leave-when-told").start()


if __name__ == "__main__":
    main()
