"""Say on stderr that something long is still going on."""

import os
import shutil
import sys
import time
from typing import TextIO

TERMINAL_SECONDS = 2.0
PLAIN_SECONDS = 30.0
CUT = "..."
SHORTEST_TASK = 20
USUAL_COLUMNS = 80


class Progress:
    """Elapsed time of one task: a line that renews itself on a terminal, else a new line now and then."""

    def __init__(self, task: str, stream: TextIO | None = None) -> None:
        self._task = task
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._interval = TERMINAL_SECONDS if self._terminal else PLAIN_SECONDS
        self._began = time.monotonic()
        self._next = self._began
        self._open_line = False

    def tick(self, detail: str = "") -> None:
        """Call as often as you like; prints when it is time to."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + self._interval
        elapsed = int(now - self._began)
        task = f"sandbox: {self._task}"
        passed = f" ({elapsed // 60}:{elapsed % 60:02d})" if elapsed else ""
        news = f"{passed}, {detail}" if detail else passed
        self._open_line = self._terminal
        # A line that the terminal breaks in two would not renew itself: each would stay. What is new is what counts.
        width = self._columns() - 1
        room = max(width - len(news), SHORTEST_TASK)
        short = task if len(task) <= room else f"{task[: room - len(CUT)]}{CUT}"
        self._stream.write(f"\r\x1b[K{f'{short}{news}'[:width]}" if self._terminal else f"{task}{news}\n")
        self._stream.flush()

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or USUAL_COLUMNS
        except OSError:  # no terminal
            return shutil.get_terminal_size().columns

    def done(self) -> None:
        """Leave the renewed line standing and go on below it."""
        if self._open_line:
            self._stream.write("\n")
            self._stream.flush()
            self._open_line = False
