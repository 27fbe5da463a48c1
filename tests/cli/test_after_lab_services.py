"""The page about the time after Azure Lab Services: its commands of labs, run as they stand in the sandbox."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import Result

from catalog.images.catalogue import load
from tests.support.commands import run_labs
from tests.support.exports_scene import Scene
from tests.support.page import commands, page, section, shown
from tests.support.project import ROOT

PAGE = "run/after-lab-services.md"
MONTHS = "Month by month"
pytest_plugins = ["tests.support.emulator"]


@pytest.fixture
def copy(scene: Scene, folder: Path) -> Path:
    """The folder of a project with the sandbox's stack and its catalogue."""
    shutil.copy(ROOT / "Pulumi.dev.yaml", folder)
    (folder / "sandbox").mkdir()
    shutil.copy(ROOT / "sandbox" / "images.yaml", folder / "sandbox")
    return folder


def run(line: str) -> Result:
    program, *arguments = shlex.split(line)
    assert program in ("./labs", "sandbox/labs"), line
    return run_labs(*arguments)


@pytest.mark.usefixtures("scene")
def test_the_months_can_be_followed(copy: Path) -> None:
    results = {line: run(line) for line in commands(PAGE, MONTHS)}
    assert len(results) == 5
    known, one, twin, after, places = results.values()
    assert known.exit_code == 0, known.output
    assert [image["name"] for image in json.loads(one.stdout)["images"]] == ["windows-2022-office"]
    assert one.exit_code == 1
    assert twin.exit_code == 0, twin.output
    made = load(copy / "sandbox" / "images.yaml").images["windows-2022-office-v2"]
    assert (made.consumers, made.hyper_v_generation, made.os_state) == (("windows_365",), "V2", "Generalized")
    assert after.exit_code == 0, after.output
    assert places.exit_code == 0, places.output
    answer = run("./labs readiness --image windows-2022-office --for windows_365 --stack dev")
    assert shown(section(page(PAGE), MONTHS)) in answer.stdout


def test_the_words_of_the_table_are_explained() -> None:
    rows = re.findall(r"^\| ([^|]+) \|", section(page(PAGE), "What the answer means"), re.MULTILINE)
    assert rows == ["in the table", "ready", "look inside", "not known", "2 to do", "not for it"]


def test_the_dev_catalogue_names_each_need_with_its_document(copy: Path) -> None:
    answer = json.loads(run_labs("readiness", "--stack", "dev", "--json").stdout)
    assert [image["name"] for image in answer["images"]] == list(load(copy / "sandbox" / "images.yaml").images)
    for image in answer["images"]:
        found = {service["service"]: service for service in image["services"]}
        for name in ("virtual_desktop", "windows_365"):
            needs = found[name]["needs"]
            assert needs, "no image is ready for either without a look"
            assert all(need["source"] and need["dated"] and need["url"] for need in needs)
