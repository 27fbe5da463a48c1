"""The commands of docs/run/first-day.md, run in its order with tools that write down what they are asked."""

from __future__ import annotations

import json
import os
import re
import subprocess

import pytest

from tests.support.page import page, prompted
from tests.support.project import ROOT

PAGE = page("run/first-day.md")
STAND_IN = '#!/bin/sh\necho "${0##*/} $*" >> "$ASKED"\necho 99999999-2222-3333-4444-555555555555\n'


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What every tool was asked when all commands were pasted into one shell."""
    folder = tmp_path_factory.mktemp("first-day")
    for name in ("az", "gh", "git", "pulumi"):
        (folder / name).write_text(STAND_IN, encoding="utf-8")
        (folder / name).chmod(0o755)
    for name in ("azure", "policies", "labs", "docs"):
        (folder / "project").mkdir(exist_ok=True)
        (folder / "project" / name).symlink_to(ROOT / name)
    script = "\n".join(["set -eu", *(line for line in prompted(PAGE) if not line.startswith("./labs "))])
    log = folder / "asked"
    env = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "ASKED": str(log)}
    done = subprocess.run(
        ["bash"], input=script, cwd=folder / "project", env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    for role in ("preview", "deploy"):
        written = json.loads((folder / "project" / ".sandbox" / "roles" / f"{role}.json").read_text(encoding="utf-8"))
        assert written["AssignableScopes"] == ["/subscriptions/11111111-2222-3333-4444-555555555555"]
    return log.read_text(encoding="utf-8").splitlines()


def test_nothing_is_asked_with_an_empty_value(asked: list[str]) -> None:
    assert len(asked) > 50
    assert [line for line in asked if re.search(r"--(scope|assignee|id|body|name) (--|$)", line)] == []


def test_the_federated_credentials_are_json_and_name_the_environments_of_the_workflows(asked: list[str]) -> None:
    given = [line.split("--parameters ")[1] for line in asked if "federated-credential create" in line]
    subjects = [json.loads(text)["subject"] for text in given]
    repository = "repo:contoso-university/lab-images:environment"
    assert subjects == [f"{repository}:preview", f"{repository}:deploy"]


def test_the_variables_are_those_that_the_pipelines_look_for(asked: list[str]) -> None:
    told = set(re.findall(r"gh variable set (\w+)", "\n".join(asked)))
    assert told == {"AZURE_CLIENT_ID", "AZURE_TENANT_ID", "PULUMI_BACKEND_URL"}
    workflow = (ROOT / ".github" / "workflows" / "deploy.yml").read_text(encoding="utf-8")
    # The language of what pipelines write is nobody's first day: docs/run/pull-requests.md.
    assert set(re.findall(r"vars\.(\w+)", workflow)) - {"LABS_LANG"} == told


def test_each_identity_gets_its_own_role_and_who_deploys_cannot_raise_itself(asked: list[str]) -> None:
    assigned = [line for line in asked if line.startswith("az role assignment create --role Lab image gallery")]
    deploying = [line for line in assigned if "gallery deploy" in line]
    assert len(assigned) == 6
    assert len(deploying) == 3
    for line in deploying:
        condition = line.split("--condition ")[1]
        assert "ActionMatches{'Microsoft.Authorization/roleAssignments/write'}" in condition
        assert condition.count("{99999999-2222-3333-4444-555555555555}") == 2
        assert condition.count("(") == condition.count(")")
