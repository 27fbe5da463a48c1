"""What a process imports before its first answer: nearly all of the time that people wait for is that."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from cli.labs import COMMANDS, SUMMARIES
from tests.cli.test_help import command_of
from tests.support.project import ROOT

PACK = ROOT / "policies"
OF_AZURE = {"azure", "msal", "requests", "urllib3", "pulumi", "grpc"}
OF_A_CATALOGUE = {"pydantic", "yaml", "plan", "lifecycle"}
LIBRARIES = {"jinja2", "markupsafe", "cryptography"}

WATCHED = """\
import atexit, gc, json, sys
def tell():
    print(json.dumps({"modules": sorted(sys.modules), "kept": gc.get_freeze_count(), "gc": gc.get_threshold()}))
atexit.register(tell)
"""
"""Tells at the end of a process what it has imported, after all that the process itself does at its end."""

AS_LABS = "import runpy\nrunpy.run_module('cli', run_name='__main__', alter_sys=True)\n"


def started(
    code: str,
    *arguments: str,
    folder: Path = ROOT,
    python: str = sys.executable,
    env: Mapping[str, str] = MappingProxyType({}),
) -> Any:
    """What a process of this code tells at its end."""
    ran = subprocess.run(
        [python, "-c", WATCHED + code, *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode in {0, 1}, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def packages(told: Any) -> set[str]:
    return {name.partition(".")[0] for name in told["modules"]}


def test_the_help_of_the_group_has_the_first_sentence_of_each_command() -> None:
    assert {name: command_of(name).get_short_help_str(sys.maxsize) for name in COMMANDS} == SUMMARIES
    assert list(SUMMARIES) == list(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "env"),
    [
        (["--help"], {}),
        (["--version"], {}),
        (["chek"], {}),
        ([], {"_LABS_COMPLETE": "zsh_complete", "COMP_WORDS": "labs ", "COMP_CWORD": "1"}),
    ],
    ids=["help", "version", "a slip", "completion"],
)
def test_what_is_about_all_commands_imports_none(arguments: list[str], env: dict[str, str]) -> None:
    code = f"try:\n    {AS_LABS.replace(chr(10), chr(10) + '    ').rstrip()}\nexcept SystemExit: pass\n"
    told = started(code, *arguments, env=env)
    assert packages(told) & (OF_AZURE | OF_A_CATALOGUE | LIBRARIES) == set()
    assert [name for name in told["modules"] if name in COMMANDS.values()] == []
    assert "cli.labs" in told["modules"]


def test_check_imports_nothing_that_asks_azure_or_shows_pages() -> None:
    told = started(AS_LABS, "check", "Pulumi.dev.yaml")
    assert packages(told) & (OF_AZURE | LIBRARIES | {"inventory", "components"}) == set()
    assert [name for name in told["modules"] if name in COMMANDS.values()] == [COMMANDS["check"]]
    assert told["kept"] > 10_000, "the end of the process looks for garbage in everything that was imported"


def test_the_program_imports_nothing_of_the_commands_and_no_resource_before_it_declares_one() -> None:
    statements = ast.parse((ROOT / "__main__.py").read_text(encoding="utf-8")).body
    last = max(number for number, each in enumerate(statements) if isinstance(each, ast.ImportFrom))
    told = started(ast.unparse(ast.Module(statements[: last + 1], type_ignores=[])))
    assert packages(told) & {"cli", "click", "jinja2", "sandbox", "tools"} == set()
    # The SDK's modules of each service are there from the start, but empty until somebody takes a class out of them.
    assert [name for name in told["modules"] if name.startswith("pulumi_azure_native.") and name.count(".") > 1] == []
    assert "components.declaration" in told["modules"]
    assert (told["gc"], told["kept"] > 10_000) == ([100_000, 20, 20], True)


def test_the_policy_pack_imports_its_sdk_and_itself() -> None:
    code = (
        "import pulumi_policy, runpy\n"
        "pulumi_policy.PolicyPack = lambda **given: print(sorted(given))\n"
        "runpy.run_path('__main__.py', run_name='__main__')\n"
    )
    told = started(code, folder=PACK, python=str(PACK / ".venv/bin/python"))
    assert packages(told) & {*LIBRARIES, "pydantic", "click", "requests", "azure", "catalog", "plan"} == set()
    assert {"lab_image_policies", "pulumi_policy"} <= packages(told)
    assert told["gc"] == [100_000, 20, 20]
