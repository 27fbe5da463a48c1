"""States recorded with earlier releases, used with this one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.project import ROOT, Project

RECORDED = sorted((ROOT / "tests" / "states").glob("*.json"))


@pytest.mark.parametrize("state", RECORDED, ids=lambda path: path.stem)
def test_an_earlier_state_previews_without_change(deployed: Project, state: Path) -> None:
    deployed.pulumi("stack", "import", "--file", str(state))
    deployed.pulumi("preview", "--expect-no-changes")


def test_a_state_holds_no_secret_and_nothing_of_a_machine() -> None:
    assert RECORDED
    for state in RECORDED:
        text = state.read_text(encoding="utf-8")
        assert "secrets_providers" not in json.loads(text)["deployment"]
        assert [word for word in ("ciphertext", "/home/", "/tmp/", "/Users/", str(ROOT)) if word in text] == []
