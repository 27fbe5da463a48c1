"""A command that still runs, to be waited for, interrupted or killed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.support.processes import processes

PATIENCE = 400.0  # seconds; a loaded machine is slow, and a test that waits for nothing has another limit


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Check every 50 ms until `condition` holds; an OSError counts as not yet. Fails after `PATIENCE`."""
    limit = time.monotonic() + PATIENCE
    while True:
        with suppress(OSError):
            if condition():
                return
        assert time.monotonic() < limit, f"this did not happen: {what}"
        time.sleep(0.05)


@dataclass(frozen=True)
class Running:
    """A command and its process."""

    process: subprocess.Popen[str]

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Like the function; also fails, with the command's output, when the command ends first."""

        def happened() -> bool:
            ended = self.process.poll() is not None
            if condition():
                return True
            assert not ended, f"this did not happen: {what}\n" + "\n".join(self.process.communicate())
            return False

        wait_until(happened, what)

    def send_signal(self, number: signal.Signals = signal.SIGINT) -> None:
        """Send a signal to the command; by default the one of Ctrl-C."""
        self.process.send_signal(number)

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Stop the engine as Ctrl-Z does, and the command with it, for as long as the block lasts."""
        os.kill(self.engine(), signal.SIGSTOP)
        wait_until(lambda: processes()[self.process.pid].state.startswith("T"), "the command is suspended")
        try:
            yield
        finally:
            self.send_signal(signal.SIGCONT)

    def kill_engine(self) -> None:
        """Kill the engine as the kernel does when memory is short."""
        os.kill(self.engine(), signal.SIGKILL)

    def kill_plugin(self, mark: str) -> None:
        """Kill the engine's plugin whose command line contains `mark`."""
        engine = self.engine()
        plugins = {pid: process.command for pid, process in processes().items() if process.parent == engine}
        (chosen,) = (pid for pid, command in plugins.items() if mark in command)
        os.kill(chosen, signal.SIGKILL)

    def engine(self) -> int:
        """Process id of the engine: the only child of the command."""
        (engine,) = (pid for pid, process in processes().items() if process.parent == self.process.pid)
        return engine

    def ended(self) -> subprocess.CompletedProcess[str]:
        """Wait for the end; output and exit code."""
        stdout, stderr = self.process.communicate(timeout=PATIENCE)
        return subprocess.CompletedProcess(self.process.args, self.process.returncode, stdout, stderr)
