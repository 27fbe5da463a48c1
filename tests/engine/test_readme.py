"""The README's commands, run as they stand in a copy of the project."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.page import path_with_tools, prompted
from tests.support.project import ROOT, Project

TRY, AZURE = re.split(r"^## On Azure$", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
THESE_TESTS = {"make test"}
NEED_AZURE = {"(cd policies", "az login", "pulumi login", "pulumi install", "pulumi preview", "pulumi up"}


def test_try_it(fresh: Project) -> None:
    ran = [line for line in prompted(TRY) if line not in THESE_TESTS]
    assert {"make up", "./labs check", "make destroy"} <= set(ran)
    printed = {line: fresh.run("bash", "-c", line).stdout for line in ran}
    for promised in re.findall(r"^```text\n(.*?)^```", TRY, flags=re.DOTALL | re.MULTILINE):
        missing = [line for line in promised.splitlines() if line.strip() not in printed["make up"]]
        assert missing == []


def test_on_azure_a_stack_of_ones_own_is_configured(fresh: Project, tmp_path: Path) -> None:
    # The engine in the sandbox takes the place of an installed one, and the directory's answer is made up.
    path = path_with_tools(fresh, tmp_path / "tools", az="echo 99999999-2222-3333-4444-555555555555")
    every = prompted(AZURE)
    ran = [line for line in every if " ".join(line.split()[:2]) not in NEED_AZURE]
    assert len(every) - len(ran) == len(NEED_AZURE)
    for line in ran:
        local = re.sub(r' --secrets-provider "azurekeyvault://[^"]*"', "", line)
        fresh.run("bash", "-c", local, PATH=path)
    stack = (fresh.path / "Pulumi.prod.yaml").read_text(encoding="utf-8")
    assert "labAccountServicePrincipalObjectId: 99999999-2222-3333-4444-555555555555" in stack
    assert "labaccounts/contoso-labs" in stack
