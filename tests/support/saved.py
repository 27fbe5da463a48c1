"""Deployed projects: one of the processes of a run deploys each once, and every test gets a copy of its own."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support.project import Project

_OF_ONE_EMULATOR = ("address.json", "owner.lock", "start.lock", "server.log")


@dataclass(frozen=True)
class Saved:
    """Keeps projects in a folder that all processes of one run share."""

    folder: Path

    def copy(self, deployed: Callable[[Path], Project], path: Path) -> Project:
        """A project of one's own at `path`, as the one that `deployed` makes in a folder that does not exist yet.

        `deployed` is a function of a module: under its name the project is kept. It sets no variables of the project's
        commands. A test that looks at the log of requests finds those of the deployment in its copy, too.
        """
        place = self.folder / f"{deployed.__module__}.{deployed.__qualname__}"
        place.mkdir(parents=True, exist_ok=True)
        kept, done = place / "project", place / "done"
        with (place / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                shutil.rmtree(kept, ignore_errors=True)  # of a deployment that failed
                _at_rest(deployed(kept))
                done.touch()
        # Not by links: tests write files in place. Times are kept, by which Python knows its bytecode as current.
        subprocess.run(["cp", "-a", "--reflink=auto", kept, path], check=True)
        return Project(path)


def _at_rest(project: Project) -> None:
    """Wait until the project's emulator has ended, so that its store is whole, and forget where it was reached."""
    emulator = project.path / ".sandbox" / "emulator"
    with (emulator / "owner.lock").open("a") as owner:
        fcntl.flock(owner, fcntl.LOCK_EX)
    for file in _OF_ONE_EMULATOR:
        (emulator / file).unlink(missing_ok=True)


def dev(path: Path) -> Project:
    """The dev stack."""
    project = Project.copy_to(path)
    project.up()
    return project


def small(path: Path) -> Project:
    """The small catalogue."""
    project = Project.small(path)
    project.up()
    return project
