"""`labs stacks`: the matrix of the pipelines, with no stack, one, a hundred, and with files that are wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.commands.stacks import azure_legs, list_stacks
from tests.support.commands import run_labs
from tests.support.ids import REAL
from tests.support.parses import files_parsed
from tests.support.project import ROOT
from tests.support.project import SUBSCRIPTION as PRETEND

STACK = """config:
  azure-native:subscriptionId: {subscription}
  lab-image-gallery:galleryName: contoso_lab_images
  lab-image-gallery:resourceGroupName: galleries
  lab-image-gallery:location: koreacentral
"""


def write(folder: Path, name: str, subscription: str = REAL) -> None:
    (folder / f"Pulumi.{name}.yaml").write_text(STACK.format(subscription=subscription), encoding="utf-8")


def run(*arguments: str) -> Result:
    return run_labs("stacks", *arguments)


def matrix(*arguments: str, exit_code: int = 0) -> list[dict[str, Any]]:
    result = run("--json", *arguments)
    assert result.exit_code == exit_code, result.output
    assert result.stdout.count("\n") == 1  # a step's output is one line
    found: list[dict[str, Any]] = json.loads(result.stdout)["include"]
    return found


def test_no_stack(folder: Path) -> None:
    (folder / "Pulumi.yaml").write_text("name: lab-image-gallery\n", encoding="utf-8")
    assert matrix() == []
    assert json.loads(run("--legs").stdout) == {}
    assert run().stdout.endswith(f"Make one: {ROOT}/labs init\n")


def test_each_file_is_parsed_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"stack-{number}" for number in range(20)]
    for name in names:
        write(folder, name)
    parsed = files_parsed(monkeypatch)
    assert len(matrix()) == 20
    assert parsed == {"Pulumi.yaml": 1, **{f"Pulumi.{name}.yaml": 1 for name in names}}


def test_one_stack(folder: Path) -> None:
    write(folder, "prod")
    assert matrix() == [
        {
            "stack": "prod",
            "file": "Pulumi.prod.yaml",
            "subscription": REAL,
            "catalogue": "images.yaml",
            "pretend": False,
            "problems": [],
        }
    ]


def test_a_hundred_stacks_by_name_and_pretend_ones_left_out(folder: Path) -> None:
    for number in range(100):
        write(folder, f"department-{number:03}", PRETEND if number % 10 == 0 else REAL)
    everything = [entry["stack"] for entry in matrix()]
    assert everything == sorted(everything)
    assert len(everything) == 100
    real = matrix("--real")
    assert len(real) == 90
    assert {entry["subscription"] for entry in real} == {REAL}
    legs = json.loads(run("--legs", "--real").stdout)
    assert [leg["stack"] for leg in legs.values()] == [entry["stack"] for entry in real]
    shown = run("--real").stdout
    assert "pretend" not in shown
    assert shown.count(" real ") == 90


def test_a_file_that_does_not_parse_is_listed_and_does_not_hide_the_others(folder: Path) -> None:
    write(folder, "prod")
    (folder / "Pulumi.broken.yaml").write_text("config: [\n", encoding="utf-8")
    broken, good = matrix("--real", exit_code=1)
    assert (broken["stack"], broken["pretend"], broken["subscription"]) == ("broken", False, "")
    assert broken["problems"][0].startswith("Pulumi.broken.yaml:")
    assert (good["stack"], good["problems"]) == ("prod", [])
    told = run()
    assert told.exit_code == 1
    assert "not known" in told.stdout
    assert broken["problems"][0] in told.stdout


def test_a_name_that_the_engine_would_refuse_is_a_problem_and_is_not_obeyed(folder: Path) -> None:
    write(folder, '$(touch x)";\x1b[2J')
    (entry,) = matrix(exit_code=1)
    assert "rename the file" in entry["problems"][0]
    assert "\x1b" not in run().stdout


def test_two_forms_at_once_are_refused() -> None:
    result = run("--json", "--legs")
    assert result.exit_code == 2
    assert "choose one" in result.output


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.text(max_size=20), unique=True))
def test_every_leg_of_azure_pipelines_has_a_name_of_its_own(names: list[str]) -> None:
    legs = azure_legs(names)
    assert [leg["stack"] for leg in legs.values()] == names
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", leg) for leg in legs)


def test_the_repositorys_own_stack_is_pretend() -> None:
    found = list_stacks([ROOT / "Pulumi.dev.yaml"])
    assert {leg["stack"]: (leg["pretend"], leg["problems"]) for leg in found} == {"dev": (True, [])}
