"""`make audit` passes what is known to be good, and nothing else.

The answers in `audits` are those of pip-audit 2.10.1: without a vulnerability, with one, and from a mirror of the
package index that has no such data. `some_skipped` puts the two together.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import ROOT
from tests.support.workflows import jobs

LOCK_FILES = ["requirements-dev.txt", "policies/requirements.txt", "tests/browser/requirements.txt"]
ANSWERS = Path(__file__).with_name("audits")
HASH = f"    --hash=sha256:{'0' * 64}\n"
LOCK = (
    f"# made by `make lock`\nclick==8.3.0 \\\n{HASH}    # via -r requirements.in\nJinja2==3.1.5 \\\n{HASH}"
    f"pywin32==311 ; sys_platform == 'win32' \\\n{HASH}"
)
STAND_IN = """
import os, pathlib, sys
with open(os.environ["ASKED"], "a") as asked:
    print(*sys.argv[1:], file=asked)
sys.stdout.write(pathlib.Path(os.environ["ANSWER"]).read_text())
sys.exit(int(os.environ["CODE"]))
"""
UNKNOWN = "so whether they have\nknown vulnerabilities is not known"


@pytest.fixture
def stand_in(tmp_path: Path) -> dict[str, str]:
    """The variables with which a recorded answer is given in pip-audit's place."""
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "pip_audit.py").write_text(STAND_IN, encoding="utf-8")
    return {"PYTHONPATH": str(tmp_path / "modules"), "ASKED": str(tmp_path / "asked")}


def audit(env: dict[str, str], lock_file: Path, answer: Path, code: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.audit", str(lock_file)],
        cwd=ROOT,
        env={**os.environ, **env, "ANSWER": str(answer), "CODE": str(code)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("answer", "code", "passes", "said"),
    [
        ("clean", 0, True, "2 packages, no known vulnerability\n"),
        ("vulnerable", 1, False, "jinja2 3.1.5: CVE-2025-27516, GHSA-cpwx-vrp4-4pq7; mended in 3.1.6\n"),
        ("some_skipped", 0, False, f"1 of 2 packages were not looked up (click), {UNKNOWN}"),
        ("none_audited", 0, False, f"2 of 2 packages were not looked up (click, jinja2), {UNKNOWN}"),
        ("nothing_pinned", 0, False, f"2 of 2 packages were not looked up (click, jinja2), {UNKNOWN}"),
        # An answer and an exit code that contradict each other, and one that only errors have.
        ("clean", 1, False, "pip-audit failed (exit code 1; its message is above)"),
        ("vulnerable", 0, False, "pip-audit failed (exit code 0; its message is above)"),
        ("clean", 2, False, "pip-audit failed (exit code 2; its message is above)"),
    ],
)
def test_what_is_not_known_to_be_good_does_not_pass(
    stand_in: dict[str, str], tmp_path: Path, answer: str, code: int, passes: bool, said: str
) -> None:
    lock_file = tmp_path / "requirements.txt"
    lock_file.write_text(LOCK, encoding="utf-8")
    result = audit(stand_in, lock_file, ANSWERS / f"{answer}.json", code)
    assert (result.returncode, result.stdout == "") == ((0, False) if passes else (1, True))
    assert said in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    (asked,) = Path(stand_in["ASKED"]).read_text(encoding="utf-8").splitlines()
    assert asked.endswith(
        f"--disable-pip --require-hashes --progress-spinner off --format json --requirement {lock_file}"
    )


@pytest.mark.parametrize("answer", ["", "{", "[]", '{"dependencies": [{"name": "click"}]}', "null"])
@pytest.mark.parametrize("code", [0, 1])
def test_an_answer_that_is_none_does_not_pass(stand_in: dict[str, str], tmp_path: Path, answer: str, code: int) -> None:
    lock_file, file = tmp_path / "requirements.txt", tmp_path / "answer"
    lock_file.write_text(LOCK, encoding="utf-8")
    file.write_text(answer, encoding="utf-8")
    result = audit(stand_in, lock_file, file, code)
    assert result.returncode == 1
    assert "pip-audit failed" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_that_pins_nothing_does_not_pass(stand_in: dict[str, str], tmp_path: Path) -> None:
    lock_file = tmp_path / "requirements.txt"
    lock_file.write_text("# nothing\n", encoding="utf-8")
    result = audit(stand_in, lock_file, ANSWERS / "nothing_pinned.json", 0)
    assert (result.returncode, result.stdout) == (1, "")
    assert "none is pinned" in result.stderr


@pytest.mark.parametrize(("known", "passes"), [(True, True), (False, False)])
def test_make_audit_asks_for_every_lock_file_and_hands_the_verdict_on(
    stand_in: dict[str, str], tmp_path: Path, known: bool, passes: bool
) -> None:
    found = {"version": "1", "vulns": []} if known else {"skip_reason": "Dependency not found on PyPI"}
    names = {
        line.split("==")[0]
        for name in LOCK_FILES
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
        if "==" in line and line[0] not in " #"
    }
    answer = tmp_path / "answer"
    answer.write_text(json.dumps({"dependencies": [{"name": name, **found} for name in names]}), encoding="utf-8")
    # In the interpreter's place: nothing is installed, and pip-audit is the one above.
    python = tmp_path / "python"
    modules = stand_in["PYTHONPATH"]
    python.write_text(
        f'#!/bin/sh\n[ "$2" = pip ] || PYTHONPATH={modules} exec {sys.executable} "$@"\n', encoding="utf-8"
    )
    python.chmod(0o755)
    env = {**os.environ, **stand_in, "ANSWER": str(answer), "CODE": "0"}
    command = ["make", "audit", f"PYTHON={python}"]
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (result.returncode == 0) is passes, result.stdout + result.stderr
    asked = Path(stand_in["ASKED"]).read_text(encoding="utf-8").splitlines()
    assert [line.split()[-1] for line in asked] == LOCK_FILES


def test_a_pull_request_runs_make_audit_and_no_step_of_it_may_fail_unseen() -> None:
    job = dict(jobs())["product/packages"]
    assert job["steps"][-1] == {"name": "Audit", "run": "make audit"}
    assert "continue-on-error" not in job
