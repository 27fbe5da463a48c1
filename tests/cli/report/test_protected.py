"""What the engine refuses to delete stays, and neither goes nor is let go of; what labs offer then waits for a mend."""

from __future__ import annotations

from typing import Any

import pytest

from cli.report.layout import PLAIN
from cli.report.render import render
from cli.report.run import read_run
from cli.report.step import DEFINITION, VERSION
from lifecycle.notice import Notice


def report(kind: str, name: str, *, ended: str = "failed", **old: Any) -> str:
    urn = f"urn:pulumi:dev::p::{kind}::{name}"
    metadata = {"urn": urn, "type": kind, "op": "delete", "old": {"custom": True, "inputs": {}, **old}}
    lost = Notice("change", "gis: disappears from contoso-labs")
    events: list[dict[str, Any]] = [
        {"diagnosticEvent": {"severity": "info", "message": lost.line}},
        {"resourcePreEvent": {"metadata": metadata}},
        {"summaryEvent": {"isPreview": True, "result": ended, "resourceChanges": {"delete": 1}}},
    ]
    return render([read_run("dev", events)], PLAIN)


@pytest.mark.parametrize(("kind", "name", "row"), [(VERSION, "gis:1.0.0", "1.0.0"), (DEFINITION, "gis", "the image")])
def test_what_is_protected_is_not_deleted(kind: str, name: str, row: str) -> None:
    shown = report(kind, name, protect=True, retainOnDelete=True)
    assert "  - not deleted, as it is protected: " in shown
    assert f"  - gis: not deleted, as it is protected: {row}" in shown
    assert "In labs, once it succeeds\n  - gis: disappears from contoso-labs" in shown
    assert "let go of" not in shown


def test_what_is_only_retained_is_let_go_of() -> None:
    shown = report(VERSION, "gis:1.0.0", retainOnDelete=True, ended="succeeded")
    assert "  - let go of (it stays in Azure) 1.0.0 of gis" in shown
    assert "In labs\n" in shown


def test_what_is_neither_is_deleted() -> None:
    assert "  - delete 1.0.0 of gis" in report(VERSION, "gis:1.0.0", ended="succeeded")
