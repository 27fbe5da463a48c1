"""The ledger of rules and the page made from it."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from sandbox.emulator.rules import LEDGER
from sandbox.replay import page as generated
from sandbox.replay.page import PAGE, page
from tests.live.probe import Fact, table
from tests.support.page import page as page_of_docs

MOST_UNVERIFIED = 22
CITING = {"refusal", "invalid", "not_found", "conflict", "problem", "unknown_answer", "applies"}
SOURCES = sorted((Path(__file__).parents[3] / "sandbox" / "emulator").rglob("*.py"))


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m sandbox.replay.page"


def test_every_rule_is_cited_where_it_is_enforced() -> None:
    registered: dict[str, str] = {}
    used: set[str] = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                call = node.value
                if isinstance(call.func, ast.Name) and call.func.id == "rule":
                    target, identifier = node.targets[0], call.args[0]
                    assert isinstance(target, ast.Name)
                    assert isinstance(identifier, ast.Constant)
                    registered[target.id] = str(identifier.value)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in CITING:
                used.add(node.value.id)
    assert sorted(registered.values()) == sorted(LEDGER)
    assert sorted(set(registered) - used) == []


def test_every_unverified_rule_has_a_question_that_the_smoke_test_asks() -> None:
    asked = asked_by_the_smoke_test()
    unverified = [rule for rule in LEDGER.values() if rule.unverified]
    assert [rule.id for rule in unverified if not rule.question] == []
    assert sorted((rule.id, rule.question) for rule in unverified if (rule.id, rule.question) not in asked) == []
    assert [rule.id for rule in LEDGER.values() if rule.question and not rule.unverified] == []
    assert len(unverified) <= MOST_UNVERIFIED


def test_rows_of_the_smoke_test_can_be_pasted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = Fact("gallery-unique", "the gallery's name in another group", "409 Conflict", "409 Conflict", "a | b")
    file = tmp_path / "answered.md"
    file.write_text(table([answered], date(2026, 12, 1)), encoding="utf-8")
    monkeypatch.setattr(generated, "ANSWERED", file)
    shown = page()
    row = "| `gallery-unique` | the gallery's name in another group | 409 Conflict: a \\| b | 2026-12-01 |"
    assert row in shown
    assert "| `gallery-unique` | the gallery's name in another group | not asked yet" not in shown
    assert "| `regions-home` | target regions without the location | not asked yet |  |" in shown


def test_every_row_that_was_pasted_is_a_question_of_the_smoke_test() -> None:
    assert [row for row in generated.answered() if row[:2] not in asked_by_the_smoke_test()] == []


def asked_by_the_smoke_test() -> set[tuple[str, ...]]:
    """Rule and question of each row of the smoke test's page, which a test of the engine compares with a run."""
    table_of_questions = page_of_docs("run/smoke-test.md").partition("<!-- questions -->")[2]
    return {tuple(row) for row in re.findall(r"^\| `([^`]+)` \| (.+?) \|", table_of_questions, flags=re.MULTILINE)}


def test_every_rule_says_what_it_rests_on() -> None:
    assert [rule.id for rule in LEDGER.values() if len(rule.text) < 30 or len(rule.where) < 10] == []
