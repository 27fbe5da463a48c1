"""Interrupted updates, and the way back as docs/run/interrupted-update.md has it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.engine.running import Running, wait_until
from tests.engine.small_project import PUBLISHED, fault, none_left, publish_also, published, small_project, written
from tests.support.page import commands, path_with_tools
from tests.support.project import GALLERY, ROOT, Project

PAGE = "run/interrupted-update.md"
DATABASES = f"{GALLERY}/images/databases/versions/"
PYTHON = f"{GALLERY}/images/python?"
ROLE = f"{GALLERY}/providers/Microsoft.Authorization/roleAssignments/"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return small_project(tmp_path / "project")


def run_as_written(project: Project, lines: list[str]) -> list[str]:
    """What each command prints; `pulumi` is the sandbox's, and its questions are answered with yes."""
    path = path_with_tools(project, project.path.parent / "tools")
    return [
        project.run(
            "sh",
            "-c",
            line,
            PATH=path,
            PULUMI_STACK="dev",
            PULUMI_OPTION_YES="true",
            PULUMI_OPTION_NON_INTERACTIVE="true",
        ).stdout
        for line in lines
    ]


def way_back(project: Project) -> list[str]:
    """Take the documented way back; what its two updates print. The stack file is as it was but for quotes."""
    lines = commands(PAGE, "The way back")
    assert [line.split()[1] for line in lines] == ["cancel", "refresh", "config", "up", "config", "up"]
    printed = run_as_written(project, lines)
    before = (ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8")
    after = (project.path / "Pulumi.dev.yaml").read_text(encoding="utf-8")
    assert after.replace('"', "") == before.replace('"', "")
    assert "pending operations" not in printed[5]
    assert re.search(r"Resources:\n +\d+ unchanged\n\n", printed[5]), printed[5]
    return [printed[3], printed[5]]


def first_half(project: Project) -> None:
    """The way back as far as the switch that takes over what exists."""
    run_as_written(project, commands(PAGE, "The way back")[:3])


def test_an_answer_that_was_lost_and_an_engine_killed_at_every_phase(project: Project) -> None:
    # The gallery is made, and nobody hears of it: a power cut between the write and its acknowledgement.
    fault(project, method="PUT", path=r"/contoso_lab_images\?", status="reset", carriedOut=True, times=4)
    lost = project.up("--skip-preview", check=False)
    assert lost.returncode != 0
    assert "Nothing answers PUT" in lost.stdout
    first_half(project)

    # Killed while the role is assigned, an image definition is made, and a version of the other one is published.
    fault(project, method="PUT", path="roleAssignments", delaySeconds=4)
    fault(project, method="PUT", path=r"images/python\?", delaySeconds=4)
    fault(project, method="PUT", path=DATABASES, delaySeconds=4)
    up = Running.up(project)
    up.wait_until(lambda: none_left(project), "role, definition and version are being written")
    up.kill_engine()
    assert up.ended().returncode < 0
    locked = project.up("--skip-preview", check=False)
    assert locked.returncode != 0
    assert "currently locked" in locked.stderr
    # What was on its way still arrives; before that nobody could see it.
    arrived = (ROLE, PYTHON, DATABASES)
    wait_until(lambda: all(written(project, path) for path in arrived), "Azure has carried out the writes")
    first_half(project)

    # Killed while the gallery is attached.
    fault(project, method="PUT", path="sharedGalleries", delaySeconds=4)
    up = Running.up(project)
    up.wait_until(lambda: none_left(project), "the gallery is being attached")
    up.kill_engine()
    assert up.ended().returncode < 0
    way_back(project)
    assert published(project) == PUBLISHED


def test_ctrl_c_and_a_killed_provider(project: Project) -> None:
    # Once: the engine writes down what is under way, and the next run goes on from there.
    project.arm("POST", "/sandbox/replication", {"secondsPerRegion": 4})
    up = Running.up(project)
    up.wait_until(lambda: written(project, DATABASES), "the version is being published")
    up.interrupt()
    stopped = up.ended()
    assert stopped.returncode != 0
    assert "Traceback" not in stopped.stdout + stopped.stderr
    project.arm("POST", "/sandbox/replication", {"secondsPerRegion": 0})
    resumed = project.up("--skip-preview")
    assert "pending operations" not in resumed.stdout
    assert published(project) == PUBLISHED

    # Twice: the engine does not wait for what is under way.
    publish_also(project, "1.1.0")
    fault(project, method="PUT", path=f"{DATABASES}1.1.0", delaySeconds=4)
    up = Running.up(project)
    up.wait_until(lambda: none_left(project), "the version is being written")
    up.interrupt()
    up.interrupt()
    assert up.ended().returncode != 0
    # What was on its way still arrives: seen before that, the version would be made a second time.
    wait_until(lambda: written(project, f"{DATABASES}1.1.0"), "Azure has carried out the write")
    first_half(project)

    publish_also(project, "1.2.0")
    fault(project, method="PUT", path=f"{DATABASES}1.2.0", delaySeconds=4)
    up = Running.up(project)
    up.wait_until(lambda: none_left(project), "the version is being written")
    up.kill_plugin("sandbox.provider")
    killed = up.ended()
    assert killed.returncode != 0
    assert "*always* a bug in the provider" in killed.stdout
    wait_until(lambda: written(project, f"{DATABASES}1.2.0"), "Azure has begun to publish the version")
    taking_over, _ = way_back(project)
    assert "1 imported" in taking_over
    assert published(project) == PUBLISHED | {"databases": ["1.0.0", "1.1.0", "1.2.0"]}
