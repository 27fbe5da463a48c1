"""The sandbox's scripts say how they are called, and do nothing when they are called otherwise."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from sandbox.emulator.control import HANDLERS
from sandbox.emulator.process.request import USAGE
from tests.support.project import ROOT

WRONG = {"preview": ["", "''", "dev prod", "-x"], "rehearse": ["extra", "''", "--fast"], "arm": ["", "GET", "WRITE /x"]}


def run(line: str, state: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "LAB_SANDBOX_DIR": str(state)}
    return subprocess.run(
        ["sh", "-c", line], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("script", WRONG)
def test_help_is_an_answer(script: str, tmp_path: Path) -> None:
    for option in ("-h", "--help"):
        shown = run(f"sandbox/{script} {option}", tmp_path)
        assert (shown.returncode, shown.stderr) == (0, "")
        assert shown.stdout.startswith(f"usage: sandbox/{script}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("script", "arguments"), [(name, each) for name, calls in WRONG.items() for each in calls])
def test_wrong_usage_does_nothing(script: str, arguments: str, tmp_path: Path) -> None:
    refused = run(f"sandbox/{script} {arguments}", tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"usage: sandbox/{script}")
    assert list(tmp_path.iterdir()) == []


def test_the_usage_of_arm_names_every_endpoint_of_the_sandbox_and_fits_80_columns() -> None:
    for method, path in HANDLERS:
        (line,) = [line for line in USAGE.splitlines() if path in line]
        assert method in line.partition(path)[0]
    assert max(map(len, USAGE.splitlines())) <= 80


def test_make_help_fits_80_columns() -> None:
    lines = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert {"up", "test", "clean"} <= {line.split()[1] for line in lines}
    assert [line for line in lines if len(line) > 80] == []
