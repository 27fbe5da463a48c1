"""Serve a program's dynamic resources: `python -m pulumi.dynamic`, which also ends when the engine is gone.

Runs with the program's interpreter, as a file: only that program's packages and this folder's `parent` are at hand.
"""

import os
import runpy
import signal
import sys
from pathlib import Path


def main() -> None:
    """Serve until the engine says stop; the arguments (the engine's address) are pulumi.dynamic's own."""
    here = str(Path(__file__).parent)
    from parent import watch_parent  # type: ignore[import-not-found]  # noqa: PLC0415 - its folder leaves the path before the program's modules come

    sys.path[:] = [str(Path.cwd()), *(entry for entry in sys.path if entry != here)]
    # Whatever a resource is doing, an interrupt ends it at once: the engine has waited for it already.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))
    watch_parent(lambda: os._exit(1))
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
