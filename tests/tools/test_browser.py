"""What opens pages in tests is there, or said to be missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import browser
from tests.support.project import ROOT

ADVICE = "which is no program. Install it (sudo apt-get install chromium fonts-noto-cjk), then repeat the command."


def run_tests(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """pytest on a machine without a browser, and not in a pipeline unless `variables` say so."""
    env = {**os.environ, "CHROMIUM": "no-browser"} | variables
    if "CI" not in variables:
        env.pop("CI", None)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_without_a_browser_a_run_of_all_tests_says_what_it_leaves_out() -> None:
    ran = run_tests("--ignore-glob=tests/[!b]*", "--ignore-glob=*.py", "tests")
    assert (ran.returncode, ran.stderr) == (pytest.ExitCode.NO_TESTS_COLLECTED, "")
    (said,) = (line for line in ran.stdout.splitlines() if "NOT RUN" in line)
    assert said == f"NOT RUN: tests/browser, the pages in a browser: CHROMIUM names no-browser, {ADVICE}"


@pytest.mark.parametrize(("arguments", "variables"), [(["tests/browser"], {}), (["--co", "tests"], {"CI": "true"})])
def test_who_asks_for_them_and_a_pipeline_get_an_error(arguments: list[str], variables: dict[str, str]) -> None:
    ran = run_tests(*arguments, **variables)
    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"tests/browser cannot run: CHROMIUM names no-browser, {ADVICE}" in ran.stderr


def test_a_run_that_does_not_ask_for_them_says_nothing() -> None:
    ran = run_tests("tests/tools/test_line_breaks.py", "--co")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "NOT RUN" not in ran.stdout


def test_the_first_program_on_the_path_is_taken_and_an_own_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(browser.MissingBrowserError, match="there is no chromium or Chrome here"):
        browser.executable()
    for name in ("chromium-browser", "own"):
        (tmp_path / name).write_text("", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    assert browser.executable() == str(tmp_path / "chromium-browser")
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "own"))
    assert browser.executable() == str(tmp_path / "own")


def test_packages_are_installed_once_for_each_python_and_again_when_others_are_pinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requirements, packages = tmp_path / "requirements.txt", tmp_path / "state" / "browser"
    requirements.write_text("# nothing\n", encoding="utf-8")
    monkeypatch.setattr(browser, "REQUIREMENTS", requirements)
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert not browser.is_set_up(packages)
    browser.set_up(packages)
    assert browser.is_set_up(packages)
    (packages / "left").touch()
    browser.set_up(packages)
    assert (packages / "left").exists()

    requirements.write_text("# nothing else\n", encoding="utf-8")
    assert not browser.is_set_up(packages)
    browser.set_up(packages)
    assert browser.is_set_up(packages)
    assert not (packages / "left").exists()


def test_packages_that_cannot_be_installed_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("playwright==1.0.0 --hash=sha256:00\n", encoding="utf-8")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr(browser, "REQUIREMENTS", requirements)
    monkeypatch.setenv("CHROMIUM", sys.executable)
    with pytest.raises(browser.MissingBrowserError, match="pip could not install"):
        browser.set_up(tmp_path / "browser")
    (tmp_path / "file").touch()
    with pytest.raises(browser.MissingBrowserError, match="Give your user the right to write"):
        browser.set_up(tmp_path / "file" / "browser")


CHECKED = ["make check", "make test"]
INSTALLED = "apt-get install --no-install-recommends"


@pytest.mark.parametrize(
    ("user", "programs", "ran", "missing"),
    [
        (0, ("chromium", "npm"), CHECKED, ""),
        (1000, ("google-chrome", "npm"), CHECKED, ""),
        (0, ("apt-get",), [f"{INSTALLED} chromium fonts-noto-cjk nodejs npm", *CHECKED], ""),
        (0, ("apt-get", "npm"), [f"{INSTALLED} chromium fonts-noto-cjk", *CHECKED], ""),
        (0, ("apt-get", "chromium"), [f"{INSTALLED} nodejs npm", *CHECKED], ""),
        (0, (), [], "chromium fonts-noto-cjk nodejs npm"),
        (0, ("npm",), [], "chromium fonts-noto-cjk"),
        (0, ("chromium",), [], "nodejs npm"),
        (1000, ("apt-get",), [], "chromium fonts-noto-cjk nodejs npm"),
    ],
)
def test_ci_installs_a_browser_and_npm_where_it_may_and_else_says_what_to_install(
    tmp_path: Path, user: int, programs: tuple[str, ...], ran: list[str], missing: str
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "dirname"):
        (folder / name).symlink_to(str(shutil.which(name)))
    kept = tmp_path / "ran"
    kept.touch()
    lines = {
        "id": f"echo {user}",
        **dict.fromkeys(("make", *programs), f'echo "${{0##*/}} $* CI=$CI" >>{kept}'),
    }
    for name, line in lines.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    ended = subprocess.run(
        [ROOT / ".ci" / "run"], env={"PATH": str(folder)}, capture_output=True, text=True, check=False
    )
    commands = [line for line in kept.read_text(encoding="utf-8").splitlines() if " update " not in line]
    assert [line.replace(" -qy", "") for line in commands] == [f"{line} CI=true" for line in ran]
    assert ended.returncode == (1 if missing else 0)
    assert (f"sudo apt-get install {missing})" in ended.stderr) == bool(missing)
