"""The README's commands, run as they stand in a copy of the project."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.ids import REAL
from tests.support.page import path_with_tools, prompted
from tests.support.project import ROOT, Project
from tests.support.university import signed_in

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
    # The engine in the sandbox takes the place of an installed one, and the sandbox has the university's subscription.
    fresh.write("images.yaml", "images: {}\n")
    path = path_with_tools(fresh, tmp_path / "tools")
    every = prompted(AZURE)
    ran = [line for line in every if " ".join(line.split()[:2]) not in NEED_AZURE]
    assert len(every) - len(ran) == len(NEED_AZURE)
    with signed_in(fresh) as azure:
        for line in ran:
            local = re.sub(r' --secrets-provider "azurekeyvault://[^"]*"', "", line)
            fresh.run("bash", "-c", local, check=True, PATH=path, **azure)
    stack = fresh.read("Pulumi.prod.yaml")
    assert "labAccountServicePrincipalObjectId: 0a000000-0000-0000-0000-000000000001" in stack
    assert "labaccounts/contoso-labs" in stack
    assert "sandbox/pulumi preview --stack prod" in AZURE
    preview = fresh.run("sandbox/pulumi", "preview", "--stack", "prod", "--non-interactive")
    assert "lab-image-gallery:index:LabImage ubuntu-2204-python create" in preview.stdout
    assert f"subscription {REAL} was not asked" in preview.stderr
