"""Every command on a stack whose catalogue has no image."""

from __future__ import annotations

import json

import pytest

from tests.support.emulator_client import BUILD
from tests.support.exports_scene import Scene
from tests.support.project import ROOT

pytest_plugins = ["tests.support.emulator"]
FORMS = ["images: {}\n", "images:\n", "# later\nimages: {}  # none yet\n", "defaults: {data_disk_count: 0}\n"]


@pytest.fixture(params=FORMS)
def empty(scene: Scene, request: pytest.FixtureRequest) -> Scene:
    scene.catalogue.write_text(request.param, encoding="utf-8")
    return scene


def test_check_says_that_there_is_none_and_is_content(empty: Scene) -> None:
    done = empty.labs("check")
    assert done.exit_code == 0, done.output
    warned = f"Warning: images.yaml has no image yet; {ROOT}/{{}} adds the first one"
    of_the_stack = warned.format("sandbox/labs add-image NAME --source ID --stack dev")
    assert of_the_stack in done.stdout.splitlines()
    alone = empty.labs("check", "images.yaml").stdout
    assert warned.format("labs add-image NAME --source ID") in alone.splitlines()
    answer = json.loads(empty.labs("check", "Pulumi.dev.yaml", "--json").stdout)
    assert (answer["ok"], answer["stack"]["images"]) == (True, {})
    assert {"kind": "no_images", "catalogue": "images.yaml"} in answer["warnings"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("stacks",), "images.yaml"),
        (("status",), "python"),
        (("list-unmanaged",), "python:1.0.0: an image of its own"),
        (("prune",), "Nothing to retire"),
    ],
)
def test_commands_that_look(empty: Scene, command: tuple[str, ...], words: str) -> None:
    done = empty.labs(*command)
    assert done.exit_code == 0, done.output
    assert words in done.output


@pytest.mark.parametrize(
    "command",
    [("add-version", "python", "--source", f"{BUILD}/snapshots/ubuntu-2204-python-110"), ("promote", "a", "python")],
)
def test_commands_that_need_an_image_say_how_to_add_one(empty: Scene, command: tuple[str, ...]) -> None:
    done = empty.labs(*command)
    assert done.exit_code == 1
    assert f"`{ROOT}/sandbox/labs add-image NAME --source ID --stack dev` adds the first one" in done.stderr


def test_what_a_teacher_saved_becomes_the_first_image(empty: Scene) -> None:
    empty.export_image()
    done = empty.labs("import", "teacher_gis")
    assert done.exit_code == 0, done.output
    assert "  Teacher_GIS:\n" in empty.catalogue.read_text(encoding="utf-8")
    assert empty.labs("check").exit_code == 0
