"""A program is followed while it runs, and its output is whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sandbox.engine.get import process


def test_a_program_is_followed_by_what_it_says_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    heard: list[str] = []

    def follow(said: str, seconds: float) -> str:
        assert seconds >= 0
        heard.append(said)
        if said:
            (tmp_path / "go on").touch()
        return "so far"

    program = "echo out; echo one >&2; while [ ! -e 'go on' ]; do sleep 0.1; done; echo two >&2"
    done = process.run(["sh", "-c", program], os.environ, folder=tmp_path, task="a task", follow=follow)
    assert "one\n" in heard
    assert (done.returncode, done.stdout, done.stderr) == (0, "out\n", "one\ntwo\n")
    assert capsys.readouterr().err == "sandbox: a task, so far\n"
