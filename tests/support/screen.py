"""`labs` in a terminal of some width, as a person sees it."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path

from tests.support.project import ROOT

LABS = (sys.executable, "-P", "-m", "cli")


def on_screen(
    *arguments: str, columns: int = 80, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Exit code of a command, and what a terminal with `columns` gets of its output and errors."""
    terminal, shown = pty.openpty()
    fcntl.ioctl(shown, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    others = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES", "NO_COLOR"}}
    environment = {**others, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", **(env or {})}
    process = subprocess.Popen(
        [*LABS, *arguments], cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=shown, stderr=shown
    )
    os.close(shown)
    parts = []
    try:
        while part := os.read(terminal, 65536):
            parts.append(part)
    except OSError:  # how Linux reports the end of a terminal that nobody writes to any more
        pass
    os.close(terminal)
    return process.wait(timeout=60), b"".join(parts).decode().replace("\r\n", "\n")
