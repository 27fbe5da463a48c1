"""Lines that replace each other in a terminal."""

from __future__ import annotations

import os

import pytest

from cli.terminal import LiveText


def test_what_is_shown_next_replaces_what_was_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.get_terminal_size", lambda fallback: os.terminal_size((20, 4)))
    live = LiveText()
    live.show(["one", "two"])
    live.show(["a" * 30])
    live.show(["1", "2", "3", "4", "5"])
    assert capsys.readouterr().out == (
        "one\ntwo\n" + "\x1b[2A\x1b[J" + "a" * 19 + "\n" + "\x1b[1A\x1b[J" + "1\n2\n… and 3 more lines\n"
    )
