"""The checks of `make check` that are shell scripts say what they found, and never pass in silence."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.project import ROOT

TOOLS = ("cat", "cut", "dirname", "git", "sh", "uname")


def run(script: str, project: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [project / "tools" / "pipeline" / script],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with our checks and nothing else."""
    shutil.copytree(ROOT / "tools" / "pipeline", tmp_path / "project" / "tools" / "pipeline")
    (tmp_path / "project" / ".venv").symlink_to(ROOT / ".venv")
    subprocess.run(["git", "init", "-q", tmp_path / "project"], check=True)
    return tmp_path / "project"


def test_without_go_the_workflows_are_not_passed_over(project: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    refused = run("lint-workflows", project, PATH=str(tools), XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert refused.returncode == 1
    assert "so the workflows were not checked" in refused.stderr
    assert "Install Go" in refused.stderr


def test_a_linter_that_cannot_be_built_leaves_nothing_behind(project: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "go").write_text("#!/bin/sh\necho 'proxy: no route to host' >&2\nexit 1\n", encoding="utf-8")
    (tools / "go").chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    refused = run("lint-workflows", project, PATH=path, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert refused.returncode == 1
    assert "set GOPROXY" in refused.stderr
    assert list((tmp_path / "cache" / "lab-image-gallery").iterdir()) == []


def test_the_linter_is_built_without_a_home_and_with_the_users_choice_of_toolchain(
    project: Path, tmp_path: Path
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "go").write_text('#!/bin/sh\necho "go: $HOME ${GOTOOLCHAIN-unset}" >&2\nexit 1\n', encoding="utf-8")
    (tools / "go").chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    asked = subprocess.run(
        ["env", "-i", f"PATH={path}", project / "tools" / "pipeline" / "lint-workflows"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert f"go: {project / '.sandbox' / 'lint-home'} unset\n" in asked.stderr
    assert "GOTOOLCHAIN=auto" in asked.stderr


def test_a_secret_is_found_and_a_clean_repository_passes(project: Path) -> None:
    page = project / "notes.md"
    page.write_text("Nothing to see.\n", encoding="utf-8")
    subprocess.run(["git", "add", "-A"], cwd=project, check=True)
    assert run("find-secrets", project).returncode == 0
    # Put together here, so that this file does not look like one.
    page.write_text("-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow\n", encoding="utf-8")
    found = run("find-secrets", project)
    assert found.returncode == 123
    assert "notes.md:1" in found.stdout + found.stderr
    assert "have a new one made" in found.stderr
    shutil.rmtree(project / ".git")
    assert run("find-secrets", project).returncode == 123, "an archive of the repository is looked through as well"
