"""`make unit` runs what starts no process, and leaves the rest to `make test` by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.project import ROOT

TESTS = """\
import subprocess
import threading

import pytest
from hypothesis import Phase, given, settings
from hypothesis.strategies import integers

from tests.support.unit import EXAMPLES

SEEN = []


def start():
    subprocess.run(["true"], check=True)


@pytest.fixture(scope="module")
def started():
    start()


def test_of_a_function():
    assert True


def test_that_fails():
    assert False


def test_of_a_process():
    start()
    assert False, "nothing of it runs any more"


def test_of_a_fixture(started):
    assert False


def test_of_a_process_in_a_thread():
    thread = threading.Thread(target=lambda: pytest.raises(BaseException, start))
    thread.start()
    thread.join()


@settings(phases=[Phase.generate])
@given(integers())
def test_with_few_examples(number):
    SEEN.append(number)


def test_after_it():
    assert len(SEEN) == EXAMPLES


@pytest.mark.skip
def test_that_is_skipped():
    assert False
"""


def test_a_test_that_starts_a_process_is_left_and_a_failure_stays_one(tmp_path: Path) -> None:
    (tmp_path / "test_of_all_kinds.py").write_text(TESTS, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.support.unit",
        "-p",
        "no:cacheprovider",
        "-q",
        str(tmp_path),
    ]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    last = ran.stdout.splitlines()[-1]
    assert (ran.returncode, last.partition(" in ")[0]) == (1, "1 failed, 3 passed, 1 skipped, 3 left to make test")
    assert "FAILED" in ran.stdout
    assert "test_that_fails" in ran.stdout
