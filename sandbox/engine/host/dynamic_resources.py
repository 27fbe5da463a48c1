"""Serve a program's dynamic resources: `python -m pulumi.dynamic`, which also ends when the engine is gone.

Runs as a file with the program's interpreter, which has only the program's packages and, from this folder, `parent`.
"""

import os
import runpy
import signal
import sys
import threading
from pathlib import Path


def main() -> None:
    """Serve until the engine sends a signal; the arguments (the engine's address) are pulumi.dynamic's own."""
    here = str(Path(__file__).parent)
    from parent import watch_parent  # type: ignore[import-not-found]  # noqa: PLC0415 - its folder leaves the path before the program's modules come

    sys.path[:] = [str(Path.cwd()), *(entry for entry in sys.path if entry != here)]
    _leave_on_signal()
    watch_parent(lambda: os._exit(1))
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)


def _leave_on_signal() -> None:
    """End at once on a signal, whatever a resource does: the engine has waited for it already.

    A thread waits for the signal: the main thread sleeps, and a signal given to another thread would not wake it.
    """
    signals = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)

    def wait() -> None:
        signal.sigwait(signals)
        os._exit(0)

    threading.Thread(target=wait, daemon=True, name="leave-on-signal").start()


if __name__ == "__main__":
    main()
