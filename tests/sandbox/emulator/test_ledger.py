"""The ledger of rules and the page made from it."""

from __future__ import annotations

import ast
from pathlib import Path

from sandbox.emulator.rules import LEDGER
from sandbox.replay.page import PAGE, page

CITING = {"refusal", "invalid", "not_found", "conflict", "unknown_answer", "applies"}
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


def test_every_rule_says_what_it_rests_on() -> None:
    assert [rule.id for rule in LEDGER.values() if len(rule.text) < 30 or len(rule.where) < 10] == []
