"""Run a program whole: with all that it starts, to its end or not at all."""

import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sandbox.engine.children import Children
from sandbox.engine.get.progress import Progress

TICK_SECONDS = 0.5


def run(
    command: list[str], environ: Mapping[str, str], *, folder: Path, task: str = "", seconds: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run in `folder` to the end; `task` is the line that says on stderr what goes on meanwhile.

    The program has a process group of its own, which is killed on Ctrl-C and after `seconds`. Its output goes to
    files: a pipe stays open as long as anything that it has started.

    Raises:
        OSError: it cannot be started.
        TimeoutExpired: it ran for `seconds`.
    """
    progress = Progress(task) if task else None
    limit = time.monotonic() + seconds if seconds else None
    with (
        tempfile.TemporaryFile("w+") as output,
        tempfile.TemporaryFile("w+") as errors,
        Children().run(command, cwd=folder, env=environ, streams=(output, errors)) as process,
    ):
        try:
            while process.returncode is None:
                if progress:
                    progress.tick()
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
