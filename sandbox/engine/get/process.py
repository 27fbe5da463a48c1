"""Run a program whole: with all that it starts, to its end or not at all."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from sandbox.engine.children import Children
from sandbox.engine.get.progress import Progress

TICK_SECONDS = 0.5
# More than a program says on stderr while it is followed.
SAID_BYTES = 1 << 20

# From what a program has said on stderr and the seconds that it has run, how far it is; may be empty.
Follow = Callable[[str, float], str]


def unfollowed(_said: str, _seconds: float) -> str:
    """Of a program that does not say how far it is."""
    return ""


def run(
    command: list[str],
    environ: Mapping[str, str],
    *,
    folder: Path,
    task: str = "",
    follow: Follow = unfollowed,
    seconds: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run in `folder` to the end; `task` is the line that says on stderr what goes on meanwhile, and `follow` how far.

    The program has a process group of its own, which is killed on Ctrl-C and after `seconds`. Its output goes to
    files: a pipe stays open as long as anything that it has started.

    Raises:
        OSError: it cannot be started.
        TimeoutExpired: it ran for `seconds`.
    """
    progress = Progress(task) if task else None
    began = time.monotonic()
    limit = began + seconds if seconds else None
    with (
        tempfile.TemporaryFile("w+") as output,
        tempfile.TemporaryFile("w+") as errors,
        Children().run(command, cwd=folder, env=environ, streams=(output, errors)) as process,
    ):
        try:
            while process.returncode is None:
                if progress:
                    # Without a seek, which would move where the program writes: both share one position.
                    said = os.pread(errors.fileno(), SAID_BYTES, 0).decode(errors="replace")
                    progress.tick(follow(said, time.monotonic() - began))
                if limit and time.monotonic() > limit:
                    raise subprocess.TimeoutExpired(command, seconds or 0)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(TICK_SECONDS if limit is None else min(TICK_SECONDS, max(limit - time.monotonic(), 0)))
        finally:
            if progress:
                progress.done()
        for file in (output, errors):
            file.seek(0)
        return subprocess.CompletedProcess(command, process.returncode, output.read(), errors.read())
