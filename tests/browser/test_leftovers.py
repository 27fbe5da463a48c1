"""A browser needs nothing of the user's home, and ends with the tests that opened it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
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


def test_it_ends_when_the_tests_are_killed(tmp_path: Path) -> None:
    started = start(tmp_path)
    assert left(tmp_path)
    started.send_signal(signal.SIGKILL)
    started.communicate()
    wait_until(lambda: not left(tmp_path), "the browser ended")


@pytest.mark.parametrize("home", ["", "/proc/nowhere"])
def test_it_needs_no_home_and_leaves_nothing(tmp_path: Path, home: str) -> None:
    started = start(tmp_path, HOME=home)
    started.communicate("")
    assert started.returncode == 0
    wait_until(lambda: not left(tmp_path), "the browser ended")
    assert list(tmp_path.iterdir()) == []
