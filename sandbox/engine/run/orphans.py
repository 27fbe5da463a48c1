"""Processes that an engine leaves behind when it is killed.

The sandbox's own plugins end with their engine (`parent`). Those of an installed engine do not notice: its
`pulumi-resource-pulumi-python`, for one, is a shell that waits for the Python that it has started. They are ended
here, on Linux and as long as this process lives. Other systems hand orphans to their first process, where nothing
tells whose they were.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


def adopt() -> Callable[[], None]:
    """Become the parent of what an engine leaves behind; give a function that kills this, with all that it started.

    A process in a session of its own was meant to stay (a daemon), and is left alone.
    """
    if sys.platform != "linux":
        return lambda: None
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    own = _children()

    def end() -> None:
        # What a killed process has started becomes ours in turn.
        while orphans := _children() - own:
            for process in orphans:
                try:
                    os.kill(process, signal.SIGKILL)
                except PermissionError:
                    own.add(process)
                else:
                    os.waitpid(process, 0)

    return end


def _children() -> set[int]:
    """Process ids of the children of this process that are in its session."""
    found = set()
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name of the program, in parentheses, may hold anything. After it: state, parent, group, session.
            _, parent, _, session = file.read_text(errors="replace").rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == os.getpid() and int(session) == os.getsid(0):
            found.add(int(file.parent.name))
    return found
