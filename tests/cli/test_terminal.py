"""Lines that replace each other in a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import pytest

from cli.terminal import LiveText, wrapped
from tests.support.project import ROOT


def test_what_is_shown_next_replaces_what_was_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.get_terminal_size", lambda fallback: os.terminal_size((20, 4)))
    live = LiveText()
    live.show(["one", "two"])
    live.show(["a" * 30])
    live.show(["1", "2", "3", "4", "5"])
    assert capsys.readouterr().out == (
        "one\ntwo\n\x1b[2A" + "a" * 19 + "\x1b[K\n\x1b[J\x1b[1A1\x1b[K\n2\x1b[K\n… and 3 more lines\x1b[K\n\x1b[J"
    )


def test_the_last_lines_are_whole(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.get_terminal_size", lambda fallback: os.terminal_size((20, 4)))
    live = LiveText()
    live.show(["one"])
    live.finish(["a" * 30, "1", "2", "3", "4"])
    whole = "".join(f"{line}\x1b[K\n" for line in ("a" * 30, "1", "2", "3", "4"))
    assert capsys.readouterr().out == f"one\n\x1b[1A{whole}\x1b[J"


def test_commands_stay_whole() -> None:
    lines = wrapped("run `a command of five words` and then `b`", width=20)
    assert lines == ["run", "`a command of five words`", "and then `b`"]


@pytest.mark.parametrize(("columns", "width"), [(80, 80), (200, 100)])
def test_output_is_as_wide_as_the_terminal(columns: int, width: int) -> None:
    terminal, shown = pty.openpty()
    fcntl.ioctl(shown, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-c", "from cli.terminal import WIDTH; print(WIDTH)"]
    without = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    subprocess.run(command, cwd=ROOT, stdout=shown, env=without, check=True)
    os.close(shown)
    assert os.read(terminal, 100).split() == [str(width).encode()]
    os.close(terminal)


def test_output_that_nobody_sees_on_a_terminal_is_100_wide() -> None:
    command = [sys.executable, "-c", "from cli.terminal import WIDTH; print(WIDTH)"]
    ran = subprocess.run(command, cwd=ROOT, env={**os.environ, "COLUMNS": "40"}, capture_output=True, check=True)
    assert ran.stdout.split() == [b"100"]
