"""Processes that an engine leaves behind when it is killed.

The sandbox's own plugins end with their engine (`host/parent.py`). Those of an installed engine do not: its
`pulumi-resource-pulumi-python`, for example, is a shell that waits for the Python that it has started. They are killed
here, on Linux and while this process lives. On other systems they become children of the first process, and nothing
shows which engine started them.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


def adopt() -> Callable[[], None]:
    """Become the parent of processes that an engine leaves behind; return a function that kills them all.

    A process in a session of its own is a daemon, meant to stay, and is left alone.
    """
    if sys.platform != "linux":
        return lambda: None
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    own = _children()

    def end() -> None:
        # The children of a killed process become children of this one.
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
