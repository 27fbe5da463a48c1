"""Processes that end with the one that started them."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

Stream = IO[str] | int | None
PIPES = (subprocess.PIPE, subprocess.PIPE)


class Children:
    """Starts processes, each in a group of its own, and kills those groups."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._changing = threading.Lock()
        self._closed = False

    @contextmanager
    def run(
        self,
        command: list[str],
        *,
        cwd: str | Path | None,
        env: Mapping[str, str],
        streams: tuple[Stream, Stream] = (None, None),
    ) -> Iterator[subprocess.Popen[bytes]]:
        """A process that ends with the block. `streams` are its stdout and stderr: None is this process's own."""
        with self._changing:
            if self._closed:
                raise RuntimeError("this process is ending")
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=streams[0],
                stderr=streams[1],
                process_group=0,
            )
            self._running.add(process)
        try:
            yield process
        finally:
            self.end(process)
            process.wait()
            with self._changing:
                self._running.discard(process)

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a process and its group, unless it has ended already."""
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def end_all(self) -> None:
        """Kill everything that still runs. Safe in a signal handler: it takes no lock."""
        self._closed = True
        for process in list(self._running):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
