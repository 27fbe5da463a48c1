"""Tables, and lines that replace each other in a terminal."""

from __future__ import annotations

import os

import pytest

from cli.terminal import LiveText, table, wrapped
from tests.support.commands import start_labs
from tests.support.project import ROOT
from tests.support.screen import LABS


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


def test_output_that_nobody_sees_on_a_terminal_is_100_wide() -> None:
    ran = start_labs("regions", "eastus", command=LABS, PYTHONPATH=str(ROOT), COLUMNS="40")
    assert 80 < max(map(len, ran.stdout.decode().splitlines())) <= 100


def test_a_column_is_left_out_where_the_screen_is_too_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["1", "two", "three"]]
    monkeypatch.setattr("cli.terminal.screen_width", lambda: 14)
    assert [line.split() for line in table(("a", "b", "c"), rows, optional="b")][1] == ["1", "two", "three"]
    monkeypatch.setattr("cli.terminal.screen_width", lambda: 12)
    assert [line.split() for line in table(("a", "b", "c"), rows, optional="b")][1] == ["1", "three"]
    assert [line.split() for line in table(("a", "b", "c"), rows)][1] == ["1", "two", "three"]
