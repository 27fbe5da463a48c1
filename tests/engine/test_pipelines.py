"""The steps of the workflows, run as they stand against the pretend Azure; scripts stand in for `az` and `gh`."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.engine.operations import operations
from tests.support.page import path_with_tools
from tests.support.project import ROOT, Project
from tests.support.workflows import NAMES, run_lines

PREVIEW, UP, REFRESH = (run_lines(name) for name in ("preview", "deploy", "drift"))
SHA, NEWER = "1" * 40, "2" * 40
# The suite itself, what needs the network or GitHub, and commands with tests of their own.
ELSEWHERE = {
    "make check",
    "make test",
    "make engine",
    "make audit",
    "make preview",
    "tools/pipeline/comment azure",
    "tools/pipeline/drift-issue",
    "tools/pipeline/gate",
    "tools/pipeline/look",
    "tools/pipeline/overview github",
    "tools/pipeline/overview-pages",
    "tools/pipeline/propose prices",
    "tools/pipeline/propose regions",
    "tools/pipeline/read-prices",
    "tools/pipeline/read-regions",
    "tools/pipeline/release",
    "tools/pipeline/publish",
    './labs list-unmanaged --stack "$STACK"',
}
SIGN_IN = {"pulumi login"}
# tests/engine/test_pull_request.py
OF_THEIR_OWN_STACKS = {
    "./labs check",
    'sandbox/pulumi preview --stack "$STACK" --non-interactive --event-log ".sandbox/$STACK.events"',
    "tools/pipeline/summary github",
    "tools/pipeline/comment sandbox",
}
SMALL = {
    "tools/pipeline/matrix github --real",
    "tools/pipeline/variables github",
    "tools/pipeline/newest",
    "tools/pipeline/state-access",
    './labs check "Pulumi.$STACK.yaml"',
}
ON_THE_ENGINE = [
    line for name in NAMES for line in run_lines(name) if line.startswith("pulumi ") and line not in SIGN_IN
]
ROLES = ROOT / "azure" / "roles"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the project; what only reads may share it."""
    return Project.copy_to(tmp_path_factory.mktemp("pipelines") / "project")


def role(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROLES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def test_every_step_is_run_here_or_has_its_own_test() -> None:
    every = {line for name in NAMES for line in run_lines(name)}
    assert every == ELSEWHERE | OF_THEIR_OWN_STACKS | SIGN_IN | SMALL | set(ON_THE_ENGINE)
    assert [line.split()[1] for line in ON_THE_ENGINE] == ["preview", "up", "refresh"]


def test_each_role_has_what_the_steps_ask_for(project: Project, tmp_path: Path) -> None:
    path = path_with_tools(project, tmp_path / "tools")
    env: dict[str, Any] = {"PATH": path, "STACK": "dev", "PULUMI_DEBUG_COMMANDS": "true"}
    (project.path / ".sandbox").mkdir(exist_ok=True)
    preview, up, refresh = ON_THE_ENGINE
    project.run("bash", "-c", up, **env)
    deployed = project.requests()
    project.arm("DELETE", "/sandbox/requests")
    project.run("bash", "-c", preview, **env)
    assert _repeated(project.requests()) == {}, "a preview asks nothing twice"
    project.run("bash", "-c", refresh, **env)
    for command in ("list-unmanaged", "status", "teachers", "activity"):
        project.run("sandbox/labs", command, "--stack", "dev")
    page = ("--events", ".sandbox/dev.events", "--out", ".sandbox/overview-dev.html")
    project.run("sandbox/labs", "overview", "--stack", "dev", *page)
    looked = project.requests()
    events = project.read(".sandbox/dev.events").splitlines()
    assert all(json.loads(line) for line in events)
    project.pulumi("destroy", "--yes")
    every = deployed + project.requests()
    assert {entry["method"] for entry in looked} == {"GET"}
    assert operations(looked) | _sources_read(deployed) == _actions("preview")
    assert operations(every) == _actions("deploy")


def _repeated(log: list[dict[str, Any]]) -> dict[str, int]:
    """The requests that were sent several times, without regard to the spelling of ids."""
    times = Counter(f"{entry['method']} {entry['path'].lower()}" for entry in log)
    return {request: number for request, number in times.items() if number > 1}


@pytest.mark.parametrize("name", ["preview", "deploy", "regions"])
def test_a_role_has_the_form_that_az_takes_and_says_what_proves_it(name: str) -> None:
    found = role(name)
    assert found["Actions"] == sorted(set(found["Actions"]))
    assert "only a live run proves it" in found["Description"]
    assert (found["NotActions"], found["DataActions"], found["IsCustom"]) == ([], [], True)
    assert not any("*" in action for action in found["Actions"])
    if name != "deploy":
        assert all(action.endswith("/read") for action in found["Actions"])


def test_the_matrix_lists_real_stacks_and_a_broken_one(project: Project, tmp_path: Path) -> None:
    real = "config: {azure-native:subscriptionId: 11111111-2222-3333-4444-555555555555}\n"
    project.write("Pulumi.prod.yaml", real)
    project.write("Pulumi.broken.yaml", "config: [\n")
    output = tmp_path / "output"
    try:
        project.run("bash", "-c", "tools/pipeline/matrix github --real", GITHUB_OUTPUT=str(output))
        azure = project.run("tools/pipeline/matrix", "azure", "--real").stdout
        broken = project.run("bash", "-c", './labs check "Pulumi.$STACK.yaml"', check=False, STACK="broken")
    finally:
        for stack in ("prod", "broken"):
            (project.path / f"Pulumi.{stack}.yaml").unlink()
    name, _, value = output.read_text(encoding="utf-8").partition("=")
    assert name == "matrix"
    matrix = json.loads(value)
    assert list(matrix) == ["include"], "every other key would be a dimension"
    assert [entry["stack"] for entry in matrix["include"]] == ["broken", "prod"]
    assert azure.startswith("##vso[task.setvariable variable=legs;isOutput=true]{")
    assert broken.returncode == 1
    assert "Pulumi.broken.yaml" in broken.stdout


def test_unset_variables_are_all_named_with_what_sets_them(project: Project) -> None:
    empty: dict[str, Any] = {
        "ARM_CLIENT_ID": "",
        "ARM_TENANT_ID": "",
        "PULUMI_BACKEND_URL": "",
        "PULUMI_ACCESS_TOKEN": "",
    }
    refused = project.run("bash", "-c", "tools/pipeline/variables github", check=False, **empty)
    assert refused.returncode == 1
    for name in ("AZURE_CLIENT_ID", "AZURE_TENANT_ID", "PULUMI_BACKEND_URL"):
        assert f"    {name}: " in refused.stderr
        assert f"gh variable set {name}" in refused.stderr
    assert "docs/run/first-day.md" in refused.stderr
    cloud: dict[str, Any] = {**empty, "PULUMI_BACKEND_URL": "https://api.pulumi.com"}
    assert "PULUMI_ACCESS_TOKEN" in project.run("tools/pipeline/variables", "azure", check=False, **cloud).stderr
    some: dict[str, Any] = {
        "ARM_CLIENT_ID": "1",
        "ARM_TENANT_ID": "2",
        "PULUMI_BACKEND_URL": "azblob://state?storage_account=contoso",
    }
    assert project.run("tools/pipeline/variables", "github", **some).stderr == ""


@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        (f"echo {SHA}", 0, ""),
        (f"echo {NEWER}", 1, "Approve the run of the newest commit instead"),
        ("echo 'gh: Bad credentials (HTTP 401)' >&2; exit 1", 1, "so nothing was deployed"),
    ],
)
def test_of_two_merges_in_a_row_the_second_is_deployed(
    project: Project, tmp_path: Path, answer: str, code: int, says: str
) -> None:
    env: dict[str, Any] = {"PATH": path_with_tools(project, tmp_path / "tools", gh=answer), "GITHUB_SHA": SHA}
    result = project.run("bash", "-c", "tools/pipeline/newest", check=False, GITHUB_REPOSITORY="contoso/labs", **env)
    assert result.returncode == code
    assert says in result.stderr


def test_the_state_stays_reachable_for_hours(project: Project, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    path = path_with_tools(project, tmp_path / "tools", az=f'echo "$@" > {asked}; echo sig=abc')
    env: dict[str, Any] = {"PATH": path, "GITHUB_ENV": str(tmp_path / "env")}
    backend = "azblob://pulumi-state/labs?storage_account=contosostate"
    shown = project.run("bash", "-c", "tools/pipeline/state-access", PULUMI_BACKEND_URL=backend, **env)
    assert shown.stdout == "::add-mask::sig=abc\n"
    assert (tmp_path / "env").read_text(encoding="utf-8") == "AZURE_STORAGE_SAS_TOKEN=sig=abc\n"
    assert "--account-name contosostate --name pulumi-state --permissions racwdl" in asked.read_text(encoding="utf-8")
    assert re.search(r"--expiry \d{4}-\d\d-\d\dT\d\d:\d\dZ", asked.read_text(encoding="utf-8"))
    asked.unlink()
    project.run("tools/pipeline/state-access", PULUMI_BACKEND_URL="https://api.pulumi.com", **env)
    assert not asked.exists()


def test_an_identity_without_access_to_the_state_is_refused(project: Project, tmp_path: Path) -> None:
    refusal = "echo 'AADSTS700024: Client assertion is not within its valid time range' >&2; exit 1"
    path = path_with_tools(project, tmp_path / "tools", az=refusal)
    env: dict[str, Any] = {"PATH": path, "GITHUB_ENV": str(tmp_path / "env")}
    backend = "azblob://pulumi-state?storage_account=contosostate"
    refused = project.run("tools/pipeline/state-access", check=False, PULUMI_BACKEND_URL=backend, **env)
    assert refused.returncode == 1
    assert "so nothing was deployed" in refused.stderr
    assert not (tmp_path / "env").exists()
    unnamed = project.run("tools/pipeline/state-access", check=False, PULUMI_BACKEND_URL="azblob://pulumi-state", **env)
    assert "does not name the storage account" in unnamed.stderr


def _actions(name: str) -> set[str]:
    return {action.lower() for action in role(name)["Actions"]}


def _sources_read(log: list[dict[str, Any]]) -> set[str]:
    """A version is looked up from its source only until it is published."""
    sources = ("disks", "images", "snapshots", "virtualmachines")
    return operations([entry for entry in log if entry["method"] == "GET"]) & {
        f"microsoft.compute/{source}/read" for source in sources
    }
