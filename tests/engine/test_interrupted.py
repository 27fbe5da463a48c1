"""Interrupted updates, and the way back as docs/run/interrupted-update.md has it."""

from __future__ import annotations

import re

import yaml

from tests.support.page import as_written, commands
from tests.support.project import GALLERY, ROOT, SMALL_PUBLISHED, Project
from tests.support.running import wait_until

PAGE = "run/interrupted-update.md"
DATABASES = f"{GALLERY}/images/databases/versions/"
PYTHON = f"{GALLERY}/images/python?"
ROLE = f"{GALLERY}/providers/Microsoft.Authorization/roleAssignments/"


def settings(stack: str) -> dict[str, str]:
    """The settings in a stack file. The engine writes the project's name before each key, and values as text."""
    config: dict[str, object] = yaml.safe_load(stack)["config"]
    return {key.removeprefix("lab-image-gallery:"): str(value).lower() for key, value in config.items()}


def way_back(project: Project) -> list[str]:
    """Take the documented way back; what its two updates print. The stack's settings are as they were."""
    lines = commands(PAGE, "The way back")
    assert [line.split()[1] for line in lines] == ["cancel", "refresh", "config", "up", "config", "up"]
    printed = as_written(project, lines)
    assert settings(project.read("Pulumi.dev.yaml")) == settings((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))
    assert "pending operations" not in printed[5]
    assert re.search(r"Resources:\n +\d+ unchanged\n\n", printed[5]), printed[5]
    return [printed[3], printed[5]]


def first_half(project: Project) -> None:
    """The way back as far as the switch that takes over what exists."""
    as_written(project, commands(PAGE, "The way back")[:3])


def test_an_answer_that_was_lost_and_an_engine_killed_at_every_phase(small: Project) -> None:
    # The gallery is made, but the answer is lost, as in a power cut.
    small.fault("PUT", r"/contoso_lab_images\?", status="reset", carriedOut=True, times=4)
    assert "Nothing answers PUT" in small.refused_up()
    first_half(small)

    # Killed while the role is assigned, an image definition is made, and a version of the other one is published.
    small.fault("PUT", "roleAssignments", delaySeconds=4)
    small.fault("PUT", r"images/python\?", delaySeconds=4)
    small.fault("PUT", DATABASES, delaySeconds=4)
    up = small.start_up()
    up.wait_until(small.no_fault_left, "role, definition and version are being written")
    up.kill_engine()
    assert up.ended().returncode < 0
    assert "currently locked" in small.refused_up()
    # The writes that were sent are carried out later, and cannot be seen before.
    wait_until(lambda: small.carried_out(ROLE, PYTHON, DATABASES), "Azure has carried out the writes")
    first_half(small)

    # Killed while the gallery is attached.
    small.fault("PUT", "sharedGalleries", delaySeconds=4)
    up = small.start_up()
    up.wait_until(small.no_fault_left, "the gallery is being attached")
    up.kill_engine()
    assert up.ended().returncode < 0
    way_back(small)
    assert small.published() == SMALL_PUBLISHED


def test_ctrl_c_and_a_killed_provider(small: Project) -> None:
    # Once: the engine writes down what is under way, and the next run goes on from there.
    small.replication(secondsPerRegion=4)
    up = small.start_up()
    up.wait_until(lambda: small.carried_out(DATABASES), "the version is being published")
    up.send_signal()
    stopped = up.ended()
    assert stopped.returncode != 0
    assert "Traceback" not in stopped.stdout + stopped.stderr
    small.replication(secondsPerRegion=0)
    assert "pending operations" not in small.up()
    assert small.published() == SMALL_PUBLISHED

    # Twice: the engine does not wait for what is under way.
    small.publish_also("1.1.0")
    small.fault("PUT", f"{DATABASES}1.1.0", delaySeconds=4)
    up = small.start_up()
    up.wait_until(small.no_fault_left, "the version is being written")
    up.send_signal()
    up.send_signal()
    assert up.ended().returncode != 0
    # The write that was sent is carried out later: until then the way back would make the version again.
    wait_until(lambda: small.carried_out(f"{DATABASES}1.1.0"), "Azure has carried out the write")
    first_half(small)

    small.publish_also("1.2.0")
    small.fault("PUT", f"{DATABASES}1.2.0", delaySeconds=4)
    up = small.start_up()
    up.wait_until(small.no_fault_left, "the version is being written")
    up.kill_plugin("sandbox.provider")
    killed = up.ended()
    assert killed.returncode != 0
    assert "*always* a bug in the provider" in killed.stdout
    wait_until(lambda: small.carried_out(f"{DATABASES}1.2.0"), "Azure has begun to publish the version")
    taking_over, _ = way_back(small)
    # Besides the version that was under way, it imports 1.1.0 if the provider was killed before that was.
    assert re.search(r"= [12] imported", taking_over), taking_over
    assert small.published() == SMALL_PUBLISHED | {"databases": ["1.0.0", "1.1.0", "1.2.0"]}
