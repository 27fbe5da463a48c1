"""`./labs` as people start it: through the shell, from anywhere, into pipes."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.support.commands import start_labs
from tests.support.project import ROOT

PYTHON = (sys.executable, "-P", "-m", "cli")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def run(*arguments: str, cwd: Path = ROOT) -> tuple[int, str, str]:
    """Exit code, output and errors."""
    done = start_labs(*arguments, cwd=cwd)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_the_catalogue_of_the_dev_stack_is_good() -> None:
    code, output, errors = run("check", "Pulumi.dev.yaml")
    assert (code, errors) == (0, "")
    assert "sandbox/images.yaml in stack dev, home region koreacentral:" in output


def test_problems_end_with_1_and_wrong_files_with_2(tmp_path: Path) -> None:
    (tmp_path / "images.yaml").write_text("images: none\n", encoding="utf-8")
    code, output, errors = run("check", cwd=tmp_path)
    assert (code, errors) == (1, "")
    assert output.startswith("images.yaml:1: images: must be")
    code, output, errors = run("check", "missing.yaml", "--json", cwd=tmp_path)
    assert (code, errors) == (2, "")
    assert json.loads(output)["ok"] is False


def test_modules_in_the_current_folder_are_left_alone(tmp_path: Path) -> None:
    for name in ("click.py", "catalog.py", "json.py"):
        (tmp_path / name).write_text("raise SystemExit('taken from the current folder')\n", encoding="utf-8")
    code, _, errors = run("regions", "korea", cwd=tmp_path)
    assert (code, errors) == (0, "")


def test_a_closed_pipe_is_quiet() -> None:
    reading, writing = os.pipe()
    os.close(reading)  # nobody reads: the first write already fails
    with os.fdopen(writing, "w") as nobody:
        result = subprocess.run(
            [*PYTHON, "regions"],
            stdout=nobody,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=ENVIRONMENT,
            timeout=60,
            check=False,
        )
    assert (result.returncode, result.stderr) == (-signal.SIGPIPE, b"")


@pytest.mark.parametrize("command", [["check"], ["check", "--json"], ["regions"], ["stacks"], ["--help"]])
def test_a_full_disk_is_one_error(command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [*PYTHON, *command], stdout=full, stderr=subprocess.PIPE, cwd=ROOT, env=ENVIRONMENT, timeout=60, check=False
        )
    message = "Error: the output cannot be written: no space left on device. What the command did before stays done\n"
    assert (result.returncode, result.stderr.decode()) == (1, message)


@pytest.mark.parametrize("command", ["check", "stacks", "prune", "init x", "upgrade --to v1.0.0"])
def test_a_folder_that_is_gone(command: str, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    line = f"rmdir {gone} && exec {shlex.join(PYTHON)} {command}"
    for options, stream in (("", "stderr"), (" --json", "stdout")):
        gone.mkdir(exist_ok=True)
        result = subprocess.run(
            ["sh", "-c", line + options], capture_output=True, cwd=gone, env=ENVIRONMENT, timeout=60, check=False
        )
        assert (result.returncode, b"Traceback" in result.stderr) == (2, False)
        assert b"the current folder is gone, somebody deleted it" in getattr(result, stream)


@cache
def _exit_code(command: str) -> int:
    """How a command ends whose streams are all open."""
    return subprocess.run(
        [*PYTHON, *command.split()], capture_output=True, cwd=ROOT, env=ENVIRONMENT, timeout=60, check=False
    ).returncode


@pytest.mark.parametrize("closed", ["stdin", "stdout", "stderr"])
@pytest.mark.parametrize("command", ["check", "regions atlantis", "stacks --json"])
def test_a_closed_stream_changes_no_exit_code(closed: str, command: str) -> None:
    number = ("stdin", "stdout", "stderr").index(closed)
    line = f"exec {shlex.join(PYTHON)} {command} {number}>&-"
    result = subprocess.run(["sh", "-c", line], capture_output=True, cwd=ROOT, env=ENVIRONMENT, timeout=60, check=False)
    # The stack files may be anybody's, and have problems.
    assert (result.returncode, b"Traceback" in result.stderr) == (_exit_code(command), False)


def test_ctrl_c_is_quiet(tmp_path: Path) -> None:
    # A catalogue that never comes to its end keeps the command busy until it is interrupted.
    catalogue = tmp_path / "images.yaml"
    os.mkfifo(catalogue)
    command = [*PYTHON, "check", str(catalogue)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=ENVIRONMENT, text=True
    )
    with catalogue.open("w"):  # opens only when the command reads
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors) == (-signal.SIGINT, "", "")


def test_a_terminal_that_cannot_show_a_character(tmp_path: Path) -> None:
    (tmp_path / "images.yaml").write_text("images: {지리: 1}\n", encoding="utf-8")
    result = start_labs("check", cwd=tmp_path, command=PYTHON, PYTHONIOENCODING="latin-1", PYTHONPATH=str(ROOT))
    assert (result.returncode, result.stderr) == (1, b"")
    assert rb"\uc9c0\ub9ac" in result.stdout
