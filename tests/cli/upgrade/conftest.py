"""Output of upgrades as in a terminal of 80 columns, for which the expected lines are written."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def narrow_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.terminal.NO_TERMINAL", 79)
