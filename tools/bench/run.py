"""One run of a command, and what it took."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ENDING_SECONDS = 20.0


class RunFailed(Exception):
    """A measured command ended with an error; the text is what it printed."""


@dataclass(frozen=True, slots=True)
class Run:
    """Wall time and processor time (user and system, of the command and all it waited for), both in seconds."""

    wall: float
    cpu: float


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end. Raises RunFailed when it does not end well.

    An interrupt is passed on, and the command waited for, so that nothing of it outlives us.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        before = time.perf_counter()
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # else it takes the terminal, and an interrupt reaches it alone
        )
        try:
            # wait4 tells what this child used; resource.getrusage would add up all children so far.
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            _end(process)
            raise
        wall = time.perf_counter() - before
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            raise RunFailed(f"{' '.join(command)} ended with {process.returncode}:\n{output.read().strip()}")
    return Run(wall, used.ru_utime + used.ru_stime)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
