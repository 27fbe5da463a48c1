"""Unusual machines, on which the engine runs all the same."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sandbox.engine.get.cache import EngineCache
from tests.sandbox.engine.machine import script
from tests.support.project import Project

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project in a folder whose name has spaces and letters of several alphabets."""
    return Project.copy_to(tmp_path_factory.mktemp("machine") / "Übungsräume für 실습 'neu'")


def test_an_unusual_machine_runs_the_engine(project: Project, tmp_path: Path) -> None:
    old = script(tmp_path / "old" / "pulumi", "echo v3.100.0")
    script(old.with_name("pulumi-language-python"), "exit 1")
    temporary = tmp_path / "zwischen ablage"
    temporary.mkdir()
    deployed = project.run(
        "sh",
        "-c",
        'umask 077 && exec sandbox/pulumi up --yes --skip-preview --stack dev --non-interactive "$@"',
        LANG="C",
        LC_ALL="C",
        TMPDIR=str(temporary),
        # Nothing can be written below a file, even by root, who can write into a read-only folder.
        HOME="/dev/null",
        XDG_CACHE_HOME=str(EngineCache.of(os.environ).folder.parent),
        PATH=f"{old.parent}{os.pathsep}{os.environ['PATH']}",
        HTTP_PROXY=NOWHERE,
        HTTPS_PROXY=NOWHERE,
        ALL_PROXY=NOWHERE,
        http_proxy=NOWHERE,
        https_proxy=NOWHERE,
        GOPROXY=NOWHERE,
        GIT_CONFIG_GLOBAL=os.devnull,
        GIT_CONFIG_NOSYSTEM="1",
    )
    assert "nothing in Azure was changed" in deployed.stderr
    listed = json.loads(project.pulumi("stack", "output", "--json").stdout)
    assert listed["galleryId"].endswith("/galleries/contoso_lab_images")
    assert (project.path / ".sandbox" / "state").stat().st_mode & 0o077 == 0


def test_of_all_variables_only_path_is_needed(project: Project) -> None:
    # The variable of the cache is set only so that the engine need not be got again.
    given = [f"PATH={os.environ['PATH']}", f"XDG_CACHE_HOME={EngineCache.of(os.environ).folder.parent}"]
    asked = project.run("env", "-i", *given, "sandbox/pulumi", "preview", "--stack", "dev", "--non-interactive")
    assert "nothing in Azure was changed" in asked.stderr
