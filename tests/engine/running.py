"""A command of a project that is still going on, to be interrupted or killed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from tests.support.processes import processes
from tests.support.project import Project

PATIENCE = 120.0  # seconds; a loaded machine is slow, and a test that waits for nothing has another limit


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Look again and again until something has happened; who cannot be asked yet has not done it yet."""
    limit = time.monotonic() + PATIENCE
    while True:
        with suppress(OSError):
            if condition():
                return
        assert time.monotonic() < limit, f"this did not happen: {what}"
        time.sleep(0.05)


@dataclass(frozen=True)
class Running:
    """`sandbox/pulumi` on the dev stack, started and not waited for."""

    process: subprocess.Popen[str]

    @classmethod
    def up(cls, project: Project, *shell: str) -> Running:
        """Start an update; `shell` is what a shell does before it becomes the command."""
        command = "exec sandbox/pulumi up --yes --skip-preview --stack dev --non-interactive"
        return cls(
            subprocess.Popen(
                ["sh", "-c", "; ".join((*shell, command))],
                cwd=project.path,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        )

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Look again and again until something has happened; a command that ended before tells what it printed."""

        def happened() -> bool:
            ended = self.process.poll() is not None
            if condition():
                return True
            assert not ended, f"this did not happen: {what}\n" + "\n".join(self.process.communicate())
            return False

        wait_until(happened, what)

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def kill_engine(self) -> None:
        """Kill the engine as the kernel does when memory is short."""
        os.kill(self._engine(), signal.SIGKILL)

    def kill_plugin(self, mark: str) -> None:
        """Kill the plugin whose command line contains `mark`."""
        engine = self._engine()
        plugins = {pid: process.command for pid, process in processes().items() if process.parent == engine}
        chosen = [pid for pid, command in plugins.items() if mark in command]
        assert len(chosen) == 1, plugins
        os.kill(chosen[0], signal.SIGKILL)

    def _engine(self) -> int:
        (engine,) = (pid for pid, process in processes().items() if process.parent == self.process.pid)
        return engine

    def ended(self) -> subprocess.CompletedProcess[str]:
        """Wait for the end; output and exit code."""
        stdout, stderr = self.process.communicate(timeout=PATIENCE)
        return subprocess.CompletedProcess(self.process.args, self.process.returncode, stdout, stderr)
