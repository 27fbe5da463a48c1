"""What the program says about labs has a section of its own."""

from __future__ import annotations

from typing import Any

import pytest

from cli.report.layout import MARKDOWN, PLAIN
from cli.report.render import render
from cli.report.run import read_run
from lifecycle.notice import Notice

STATE = Notice("state", "teachers see 7 of 8 images in contoso-labs")
CHANGE = Notice("change", "ubuntu-2204-python: new labs in contoso-labs get 1.2.0 instead of 1.1.0")
WRONG = Notice("wrong", "debian-12-databases is hidden in contoso-labs: its OS disk has 128 GB; `./labs rollback x`")


def report(*notices: Notice, severity: str = "info", layout: Any = MARKDOWN) -> str:
    events = [
        {"diagnosticEvent": {"severity": severity, "prefix": f"{severity}: ", "message": f"{notice.line}\n"}}
        for notice in notices
    ]
    return render([read_run("prod", [*events, {"summaryEvent": {"result": "succeeded"}}])], layout)


@pytest.mark.parametrize("severity", ["info", "warning"])
def test_state_changes_and_what_stays_wrong(severity: str) -> None:
    shown = report(WRONG, CHANGE, STATE, severity=severity)  # in any order
    assert shown.splitlines()[1] == "## ⚠️ Careful: labs do not offer every image as the catalogue says"
    assert shown.endswith(
        "**In labs**\n\n"
        "- After this update teachers see 7 of 8 images in `contoso-labs`\n"
        "- `ubuntu-2204-python`: new labs in `contoso-labs` get 1.2.0 instead of 1.1.0\n"
        "- Not as in the catalogue: `debian-12-databases` is hidden in `contoso-labs`: its OS disk has 128 GB; "
        "`./labs rollback x`\n"
    )
    assert "Warnings" not in shown


def test_nothing_wrong_is_a_good_verdict() -> None:
    assert report(STATE, STATE).splitlines()[1] == "## ✅ Good: nothing changes"
    assert report(STATE, STATE).count("teachers see") == 1


def test_the_same_in_plain_text() -> None:
    shown = report(STATE, CHANGE, WRONG, layout=PLAIN)
    assert "  In labs\n  - After this update teachers see 7 of 8 images in contoso-labs\n" in shown
    assert all(len(line) <= 80 for line in shown.splitlines())


def test_what_the_program_prints_otherwise_is_no_notice() -> None:
    other = [{"diagnosticEvent": {"severity": "info#err", "message": STATE.line}}]
    assert "In labs" not in render([read_run("prod", other)], MARKDOWN)
