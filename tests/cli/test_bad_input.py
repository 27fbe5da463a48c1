"""What people get wrong, given to the real commands: every message and exit code, and nothing beside them."""

from __future__ import annotations

import io
import json
import re
import shlex
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import pytest
import yaml

from sandbox.emulator.process.lease import lease
from sandbox.emulator.process.request import main as arm
from tests.support.commands import run_labs
from tests.support.project import SUBSCRIPTION

GROUPS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"
IDS = {
    "LONG": "a" * 70_000,
    "XS": "x" * 100_000,
    "NINES": "9" * 200,
    "DEEP": "[" * 160,
    "SUBSCRIPTION": SUBSCRIPTION,
    "COMPUTE": f"{GROUPS}/image-build/providers/Microsoft.Compute",
    "STORAGE": f"{GROUPS}/image-build/providers/Microsoft.Storage/storageAccounts/contoso",
    "GALLERIES": f"{GROUPS}/galleries/providers/Microsoft.Compute/galleries",
    "LABS": f"{GROUPS}/labs/providers/Microsoft.LabServices",
    "EXAMPLE": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/images/providers",
}
GOOD = {
    "images.yaml": """\
images:
  gis:
    os_type: Linux
    os_state: Generalized
    identifier: {publisher: contoso, offer: gis, sku: one}
    versions:
      1.0.0:
        source: {snapshot: $COMPUTE/snapshots/gis}
        os_disk_size_gb: 64
        data_disk_count: 0
  cad:
    os_type: Windows
    os_state: Generalized
    identifier: {publisher: contoso, offer: cad, sku: one}
    versions:
      1.0.0:
        source: {managed_image: $COMPUTE/images/cad}
        os_disk_size_gb: 127
""",
    "Pulumi.yaml": "name: lab-image-gallery\nruntime: python\n",
    "Pulumi.dev.yaml": """\
config:
  azure-native:subscriptionId: $SUBSCRIPTION
  lab-image-gallery:galleryName: images
  lab-image-gallery:resourceGroupName: galleries
  lab-image-gallery:location: koreacentral
  lab-image-gallery:labAccountIds:
    - $LABS/labaccounts/contoso-labs
""",
}
DEFAULT = "labs check"
# Nobody waits longer for being told of a mistake; a loaded machine takes a fraction of it.
MOST_SECONDS = 30


def read_cases(text: str) -> dict[str, dict[str, Any]]:
    """The cases of a file by name, each as a mapping; a file on mistakes in one input names that under `about`."""
    content: dict[str, Any] = yaml.safe_load(text)
    about: Any = content.pop("about", None)
    cases: dict[str, dict[str, Any]] = {}
    for name, given in content.items():
        if isinstance(given, dict):
            case: Any = {SHORT.get(key, key): {about: given[key]} if key in SHORT else given[key] for key in given}
        elif about:
            case = {"edit": {about: {given[0]: given[1]}}, "says": given[2:]}
        else:
            case = {"run": given[0], "exit": given[1], "says": given[2:]}
        cases[name] = case
    return cases


SHORT = {"text": "write", "append": "append", "encoding": "encoding"}
CASES = {
    name: case
    for file in sorted(Path(__file__).with_name("bad_input").glob("*.yaml"))
    for name, case in read_cases(file.read_text(encoding="utf-8")).items()
}


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def told(self) -> list[str]:
        """What is wrong, by line, without what is not about it: the count of problems, how to call the command."""
        lines = self.stdout.splitlines()
        if self.stdout.startswith("{"):
            error = json.loads(self.stdout)["error"]
            return [f"{error['code']}: {error['message']}"]
        if lines and re.fullmatch(r"[\d,]+ problems? in \d+ files?\.", lines[-1]):
            return lines[:-2]
        return [line for line in self.stderr.splitlines() if not line.startswith(("Usage: ", "Try '")) and line]


def filled(text: str) -> str:
    return Template(text).safe_substitute(IDS)


def prepare(case: dict[str, Any]) -> None:
    """The case's files in the current folder: good ones, but for what the case changes."""
    files = {**GOOD, **case.get("write", {})}
    for name, text in files.items():
        for old, new in case.get("edit", {}).get(name, {}).items():
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
            text = text.replace(old, new)  # noqa: PLW2901 - one edit after the other
        text += case.get("append", {}).get(name, "")  # noqa: PLW2901
        encoding = case.get("encoding", {}).get(name, "utf-8")
        Path(name).write_bytes(filled(text).encode(encoding))
    for name in case.get("remove", []):
        Path(name).unlink()


def ended_labs(arguments: list[str]) -> Ended:
    result = run_labs(*arguments)
    return Ended(result.exit_code, result.stdout, result.stderr)


def run_arm(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> Ended:
    capsys.readouterr()
    code = arm(arguments)
    printed = capsys.readouterr()
    return Ended(code, printed.out, printed.err)


@pytest.fixture(scope="module")
def pretend_azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a sandbox that runs."""
    folder = tmp_path_factory.mktemp("sandbox")
    with lease(folder):
        yield folder


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_told(
    name: str,
    folder: Path,
    pretend_azure: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    case = CASES[name]
    monkeypatch.setenv("LAB_SANDBOX_DIR", filled(case.get("sandbox", str(pretend_azure))))
    monkeypatch.setattr(sys, "stdin", io.StringIO(case.get("stdin", "")))
    prepare(case)
    command, *arguments = shlex.split(filled(case.get("run", DEFAULT)))
    started = time.monotonic()
    ended = ended_labs(arguments) if command == "labs" else run_arm(arguments, capsys)
    assert time.monotonic() - started < MOST_SECONDS
    assert ended.code == case.get("exit", 1), ended
    said = [filled(line) for line in case["says"]]
    # "[...]" stands for lists at the end of a line that grow with Azure.
    cut = [f"{line[: len(full) - 5]}[...]" if full.endswith("[...]") else line for line, full in zip(ended.told, said)]  # noqa: B905
    assert cut + ended.told[len(said) :] == said
    assert all(line.isprintable() for line in ended.told)
    assert "Traceback" not in ended.stdout + ended.stderr
    check_that_nothing_else_was_said(command, arguments, ended)


def check_that_nothing_else_was_said(command: str, arguments: list[str], ended: Ended) -> None:
    """No part of a result beside an error, and the same error in JSON."""
    assert not (ended.stdout and ended.stderr)
    if command != "labs":
        return
    assert "stored GB" not in ended.stdout
    as_json = ended_labs([*arguments, "--json"])
    assert (as_json.code, as_json.stderr) == (ended.code, "")
    answer = json.loads(as_json.stdout)
    assert answer["ok"] is False
    if ended.code == 2 or "problems" not in answer:
        assert [f"Error: {answer['error']}"] == ended.told
    else:
        assert len(answer["problems"]) == len(ended.told)
        assert all(problem["message"] in line for problem, line in zip(answer["problems"], ended.told, strict=True))


def test_there_are_many_cases_of_every_command() -> None:
    runs = [case.get("run", DEFAULT) for case in CASES.values()]
    assert len(runs) >= 100
    assert len([run for run in runs if run.startswith("labs check")]) >= 80
    assert len([run for run in runs if run.startswith("labs regions")]) >= 5
    assert len([run for run in runs if run.startswith("arm ")]) >= 10
