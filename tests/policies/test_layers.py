"""Which folders of the pack may import which directly; what reaches beyond the pack is a contract of import-linter."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support.policy_server import PACK

SOURCE = PACK / "lab_image_policies"


def imported(file: Path) -> set[str]:
    """The modules of the pack that a file imports, by their names below the pack."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name.removeprefix("lab_image_policies.") for name in names if name.startswith("lab_image_policies.")}


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("checks", ("policies", "pack", "runner")),
        ("reading", ("checks", "config", "image_check", "disk_findings")),
        ("config", ("checks", "reading", "policy", "run_state")),
        ("model", ("checks", "reading", "config", "rules", "messages", "policy")),
    ],
)
def test_folders(folder: str, forbidden: tuple[str, ...]) -> None:
    files = list((SOURCE / folder).glob("*.py"))
    assert len(files) > 1
    for file in files:
        assert {name for name in imported(file) if name.split(".")[0] in forbidden} == set(), file.name
