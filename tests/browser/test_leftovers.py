"""A browser needs nothing of the user's home, and ends with the tests that opened it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import processes
from tests.support.running import wait_until
from tools.repository import ROOT

OPEN = """
import sys
from tests.support.browser import launched
with launched() as browser:
    print(browser.new_page().evaluate("'open'"), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name: a browser keeps a socket in it, whose path has 107 letters at most."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def start(folder: Path, **variables: str) -> subprocess.Popen[str]:
    """A process with a browser whose state is in `folder`."""
    env = {**os.environ, "TMPDIR": str(folder), **variables}
    started = subprocess.Popen(
        [sys.executable, "-c", OPEN], cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "open\n"
    return started


def left(folder: Path) -> list[str]:
    """Processes that name the folder."""
    return [each.command for each in processes().values() if str(folder) in each.command and each.state != "Z"]


def test_it_ends_when_the_tests_are_killed(folder: Path) -> None:
    started = start(folder)
    assert left(folder)
    started.send_signal(signal.SIGKILL)
    started.communicate()
    wait_until(lambda: not left(folder), "the browser ended")


@pytest.mark.parametrize("home", ["", "/proc/nowhere"])
def test_it_needs_no_home_and_leaves_nothing(folder: Path, home: str) -> None:
    started = start(folder, HOME=home)
    started.communicate("")
    assert started.returncode == 0
    wait_until(lambda: not left(folder), "the browser ended")
    assert list(folder.iterdir()) == []
