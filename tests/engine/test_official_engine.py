"""The product with an official engine on PATH: its CLI, its language host and its plugin for dynamic resources."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from sandbox.engine.get import build
from sandbox.engine.get.cache import EngineCache
from tests.sandbox.engine.machine import script
from tests.sandbox.engine.program import cache_of_build
from tests.support import official_host
from tests.support.project import CATALOGUE, GALLERY, SMALL_PUBLISHED, Project

DYNAMIC = 'exec "$PULUMI_RUNTIME_VIRTUALENV/bin/python" -u -m pulumi.dynamic "$@"'
"""What `pulumi-resource-pulumi-python` of a release does for a program with a virtual environment.

Source: python/dist/pulumi-resource-pulumi-python in the Go module github.com/pulumi/pulumi/sdk/v3.
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release: the CLI is the pinned one, and finds its plugins beside its own file."""
    folder = tmp_path_factory.mktemp("release")
    built = EngineCache(cache_of_build(folder) / "lab-image-gallery").entry(build.WAY)
    try:
        os.link(built / "pulumi", folder / "pulumi")
    except OSError:  # on another file system
        shutil.copy(built / "pulumi", folder)
    shutil.copy(built / build.RUNNER, folder)
    script(folder / "pulumi-language-python", f'exec {sys.executable} {official_host.__file__} {folder} "$@"')
    script(folder / "pulumi-resource-pulumi-python", DYNAMIC)
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, release: Path) -> Project:
    path = Project.small(tmp_path_factory.mktemp("official") / "project").path
    return Project(path, {"LAB_ENGINE": "path", "PATH": f"{release}{os.pathsep}{os.environ['PATH']}"})


def calls(release: Path) -> set[str]:
    """The calls that the host got since the last time."""
    file = release / official_host.CALLS
    found = set(file.read_text(encoding="utf-8").splitlines())
    file.unlink()
    return found


def test_the_engine_on_path_is_the_one_that_is_used(project: Project, release: Path) -> None:
    prepared = project.run("sandbox/pulumi", "--prepare").stderr
    assert re.search(rf"engine is Pulumi v3\.\d+\.\d+ installed at {release}/pulumi\n", prepared)


def test_program_policies_and_dynamic_resources_run_with_it(project: Project, release: Path) -> None:
    project.up()
    assert {"GetRequiredPackages", "Run", "RunPlugin analyzer"} <= calls(release)
    assert project.published() == SMALL_PUBLISHED
    assert project.attached() == [GALLERY]
    project.pulumi("preview", "--expect-no-changes")
    project.pulumi("refresh", "--preview-only", "--expect-no-changes")


def test_refusals_of_program_and_policies_are_shown_as_they_are(project: Project) -> None:
    with project.edited(CATALOGUE, ("1.1.0:", "1.2.0:"), ("ubuntu-2204-python-110", "nobody-has-it")):
        refused = " ".join(project.refused("preview").split())
    assert "images.python.versions.1.2.0" in refused
    assert "Traceback" not in refused
    with project.edited(CATALOGUE, ("1.1.0:", "1.2.0:"), ("ubuntu-2204-python-110", "exactly-128")):
        assert "image-os-disk-below-128-gb" in project.refused("preview")


def test_everything_goes(project: Project) -> None:
    project.pulumi("destroy", "--yes")
    assert project.attached() == []
