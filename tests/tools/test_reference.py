"""The generated reference pages are current, and the outputs in them are those that the program exports."""

from __future__ import annotations

import ast

import pytest

from catalog.stacks.settings import KEYS, SUBSCRIPTION_KEY
from cli.labs import COMMANDS
from tools.reference import FOLDER, OUTPUTS, PAGES, ROOT, UPGRADE, configuration, with_yours


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_current(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name](), "run make generated"


def test_the_page_about_upgrades_has_what_is_yours() -> None:
    page = UPGRADE.read_text(encoding="utf-8")
    assert page == with_yours(page), "run make generated"
    listed = {line for line in (ROOT / "yours.txt").read_text(encoding="utf-8").splitlines() if line[:1] in "/!"}
    assert listed <= set(page.splitlines())
    assert "/images.yaml" in listed


def test_every_output_that_the_program_exports_is_described() -> None:
    program = ast.parse((ROOT / "components" / "declaration.py").read_text(encoding="utf-8"))
    (outputs,) = (
        node.value
        for node in ast.walk(program)
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["outputs"]
    )
    assert isinstance(outputs, ast.Dict)
    assert [name.value for name in outputs.keys if isinstance(name, ast.Constant)] == list(OUTPUTS)


def test_every_key_and_command_has_its_place() -> None:
    page = configuration()
    assert all(f"| `{key}` |" in page for key in (SUBSCRIPTION_KEY, *KEYS))
    assert [line[3:] for line in PAGES["commands.md"]().splitlines() if line.startswith("## ")] == list(COMMANDS)


def test_a_key_of_several_types_names_them() -> None:
    types = {line.split(" | ")[0]: line.split(" | ")[1] for line in configuration().splitlines() if "` | " in line}
    assert types["| `targetRegions`"] == "string or list"
    assert types["| `lock`"] == "string or object"
    assert types["| `softDelete`"] == "boolean"
    assert types["| `labAccountIds`"] == "list of strings"
