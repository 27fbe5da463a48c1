"""The sandbox's scripts say how they are called, and do nothing when they are called otherwise."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

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
