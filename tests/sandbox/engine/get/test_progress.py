"""The line that says that something long goes on."""

from __future__ import annotations

import io

import pytest

from sandbox.engine.get.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_line_on_a_terminal_is_never_broken_in_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    terminal = Terminal()
    Progress("building the Pulumi engine", terminal).tick("and what the compiler says of it, which may be long")
    shown = terminal.getvalue().removeprefix("\r\x1b[K")
    assert len(shown) == 59
    assert shown.startswith("sandbox: building..., and what the compiler says")


@pytest.mark.parametrize("seconds", [6, 600])
def test_the_task_makes_room_for_the_news(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("sandbox.engine.get.progress.time.monotonic", lambda: 0.0)
    terminal = Terminal()
    progress = Progress("building the Pulumi engine v3.259.0 (once)", terminal)
    monkeypatch.setattr("sandbox.engine.get.progress.time.monotonic", lambda: float(seconds))
    progress.tick("97%, less than a minute left")
    shown = terminal.getvalue().removeprefix("\r\x1b[K")
    assert shown.startswith("sandbox: building the Pulumi engine v")
    assert shown.endswith(f"({seconds // 60}:{seconds % 60:02d}), 97%, less than a minute left")
    assert len(shown) <= 79


def test_a_log_gets_whole_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    log = io.StringIO()
    Progress("building the Pulumi engine", log).tick()
    assert log.getvalue() == "sandbox: building the Pulumi engine\n"
