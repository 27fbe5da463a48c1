"""`labs rollback`, and what a new version has from the one before, against the sandbox's Azure."""

from __future__ import annotations

import json
import re
from typing import Any

import click
import pytest
import yaml

from tests.support.emulator_client import ACCOUNT, BUILD, definition, version
from tests.support.exports_scene import CATALOGUE, GALLERY, STACK, Scene
from tests.support.project import ROOT
from tests.support.screen import on_screen

pytest_plugins = ["tests.support.emulator"]
PYTHON = f"{GALLERY}/images/python"
MINE = {"tags": {"lab-image-gallery": "lab-image-gallery/dev"}}


def versions(scene: Scene) -> Any:
    return yaml.safe_load(scene.catalogue.read_text(encoding="utf-8"))["images"]["python"]["versions"]


def refused(scene: Scene, *arguments: str) -> str:
    before = scene.catalogue.read_bytes()
    result = scene.labs("rollback", *arguments)
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    assert scene.catalogue.read_bytes() == before
    return result.stderr


def test_a_version_that_a_teacher_saved_over_it_is_taken_back_once(scene: Scene) -> None:
    scene.export_version("1.4.0")
    tried = scene.labs("rollback", "Python", "--to", "1.0.0", "--minor", "--dry-run")
    assert tried.stdout.splitlines() == [
        "images.yaml: would add images.python.versions.1.5.0",
        "+      1.5.0:",
        "+        source:",
        f"+          gallery_version: {PYTHON}/versions/1.0.0",
        "+        os_disk_size_gb: 64",
        "+        data_disk_count: 0",
        "",
        f"Look with `{ROOT}/sandbox/pulumi preview --stack dev`,",
        f"and publish with `{ROOT}/sandbox/pulumi up --stack dev`.",
        "Tell teachers: new labs take python 1.5.0 once it is published; labs that exist keep their copy.",
    ]
    assert scene.catalogue.read_text(encoding="utf-8") == CATALOGUE
    assert scene.labs("rollback", "python", "--to", "1.0.0", "--stack", "dev").exit_code == 0
    assert list(versions(scene)) == ["1.0.0", "1.4.1"]
    text = scene.catalogue.read_text(encoding="utf-8")
    again = scene.labs("rollback", "python", "--to", "1.0.0")
    assert (again.exit_code, again.stdout) == (
        0,
        "images.yaml: python 1.0.0: images.python.versions.1.4.1 is made from it already; nothing to do\n",
    )
    assert scene.catalogue.read_text(encoding="utf-8") == text
    # A teacher saves once more: it has to be taken back again.
    scene.export_version("1.4.2")
    assert scene.labs("rollback", "python", "--to", "1.0.0").exit_code == 0
    assert list(versions(scene)) == ["1.0.0", "1.4.1", "1.4.3"]


def test_the_latest_version_is_not_published_again(scene: Scene) -> None:
    latest = scene.labs("rollback", "python", "--to", "1.0.0")
    assert (latest.exit_code, latest.stdout) == (0, "images.yaml: python 1.0.0: it is the latest one; nothing to do\n")


def test_what_cannot_be_taken_back_to_is_refused_with_what_there_is(scene: Scene) -> None:
    scene.export_version("1.10.0")
    scene.export_version("1.9.0")
    assert "the gallery has no version 2.0.0 of python; there are 1.0.0, 1.9.0, 1.10.0" in refused(
        scene, "python", "--to", "2.0.0"
    )
    assert scene.labs("add-version", "python", "--source", f"{BUILD}/snapshots/ubuntu-2204-python-110").exit_code == 0
    said = refused(scene, "python", "--to", "1.10.1")
    assert "version 1.10.1 of python is in the catalogue, and the gallery does not have it" in said
    assert f"`{ROOT}/sandbox/pulumi up --refresh --stack dev`" in said
    assert 'has no image "pyhton"; it has python' in refused(scene, "pyhton", "--to", "1.0.0")
    twice = scene.labs("rollback", "python", "--to", "1.0.0", "--to", "1.9.0")
    assert (twice.exit_code, "--to is given 2 times; keep one" in twice.stderr) == (2, True)


def test_a_version_that_teachers_would_not_see_is_refused(scene: Scene) -> None:
    scene.made(
        f"{BUILD}/snapshots/large",
        {
            "location": "koreacentral",
            "properties": {"osType": "Linux", "diskSizeGB": 256, "creationData": {"createOption": "Empty"}},
        },
    )
    scene.made(f"{PYTHON}/versions/0.9.0", version("snapshots/large") | MINE)
    said = refused(scene, "python", "--to", "0.9.0")
    assert "teachers would not see python 1.0.1: its OS disk has 256 GB" in said


ABROAD = ACCOUNT.replace("/labs/", "/labs-us/").replace("contoso-labs", "contoso-labs-us")
PLAN = ACCOUNT.replace("labaccounts/contoso-labs", "labPlans/contoso-plan")
SEEN = (
    "Tell teachers of contoso-labs: new labs take python 1.0.1 once it is published; labs that exist keep their copy."
)


@pytest.mark.parametrize(
    ("labs", "lines"),
    [
        (
            f"labAccountIds: [{ACCOUNT}, {ABROAD}]",
            [
                SEEN,
                (
                    "Warning: after the update python is hidden in contoso-labs-us: it has no replica in eastus, where "
                    "labs are made; add eastus to the version's target_regions (outside the gallery's geography that "
                    "needs an exemption, docs/reference/policies.md); if it is there, "
                    f"`{ROOT}/sandbox/pulumi up --refresh --stack dev` copies it again."
                ),
            ],
        ),
        (
            f"labPlanId: {PLAN}",
            [
                (
                    "Warning: after the update python is hidden in contoso-plan: it is disabled in the lab plan; write "
                    "enabled_in_plan: true for python if it lacks that, then "
                    f"`{ROOT}/sandbox/pulumi up --refresh --stack dev`."
                ),
            ],
        ),
    ],
)
def test_teachers_are_told_only_where_they_will_see_it(scene: Scene, labs: str, lines: list[str]) -> None:
    stack = STACK.replace(f"labAccountIds: [{ACCOUNT}]", labs)
    (scene.catalogue.parent / "Pulumi.dev.yaml").write_text(stack, encoding="utf-8")
    result = scene.labs("add-version", "python", "--source", f"{BUILD}/snapshots/ubuntu-2204-python-110")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-len(lines) :] == lines
    assert ("Tell teachers" in result.stdout) is (SEEN in lines)


def test_of_a_lab_that_cannot_be_read_nothing_is_promised(scene: Scene) -> None:
    scene.fault(".*/labaccounts/.*", 403)
    result = scene.labs("add-version", "python", "--source", f"{BUILD}/snapshots/ubuntu-2204-python-110")
    assert result.exit_code == 0, result.output
    assert "Tell teachers" not in result.output
    assert "Warning: after the update python is perhaps hidden in contoso-labs: the lab account" in result.stdout


@pytest.mark.parametrize("command", ["add-version", "rollback", "promote"])
def test_the_new_version_is_published_as_the_one_before(scene: Scene, command: str) -> None:
    kept = (
        "        target_regions: [koreasouth, koreacentral]\n"
        "        replicas_per_region: {koreacentral: 3}\n"
        "        storage_account_type: Premium_LRS\n"
    )
    left = "        end_of_life: 2999-12-31\n        exclude_from_latest: [koreasouth]\n"
    scene.catalogue.write_text(CATALOGUE + kept + left, encoding="utf-8")
    scene.export_version("1.0.1")
    arguments = {
        "add-version": ("python", "--source", f"{BUILD}/snapshots/ubuntu-2204-python-110"),
        "rollback": ("python", "--to", "1.0.0"),
        "promote": ("python-trial", "python"),
    }[command]
    if command == "promote":
        scene.made(f"{GALLERY}/images/python-trial", definition("python-trial"))
        scene.made(f"{GALLERY}/images/python-trial/versions/1.0.0", version())
    result = scene.labs(command, *arguments)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert "As in 1.0.0: target_regions, replicas_per_region, storage_account_type." in lines
    assert "Not taken over from 1.0.0: exclude_from_latest, end_of_life; write them if they are meant." in lines
    new = versions(scene)["1.0.2"]
    assert {key: new[key] for key in ("target_regions", "replicas_per_region", "storage_account_type")} == {
        "target_regions": ["koreasouth", "koreacentral"],
        "replicas_per_region": {"koreacentral": 3},
        "storage_account_type": "Premium_LRS",
    }
    assert new.keys().isdisjoint({"end_of_life", "exclude_from_latest"})
    assert scene.labs("check").exit_code == 0


@pytest.mark.parametrize(("excluded", "where"), [("true", ""), ("[koreasouth]", " in koreasouth")])
def test_a_version_that_is_excluded_from_latest_is_said_to_come_back_as_latest(
    scene: Scene, excluded: str, where: str
) -> None:
    scene.export_version("1.4.0")
    text = CATALOGUE.replace("1.0.0:\n", f"1.0.0:\n        exclude_from_latest: {excluded}\n")
    scene.catalogue.write_text(text, encoding="utf-8")
    note = (
        f"Note: 1.0.0 has exclude_from_latest{where} in the catalogue, and the new version has not, so that labs take "
        "it; write the key if it is meant."
    )
    shown = scene.labs("rollback", "python", "--to", "1.0.0", "--dry-run")
    assert note in shown.stdout.splitlines()
    answer = scene.labs("rollback", "python", "--to", "1.0.0", "--json")
    assert json.loads(answer.stdout)["notes"][0] == note
    assert versions(scene)["1.4.1"].keys() == {"source", "os_disk_size_gb", "data_disk_count"}


def test_in_a_terminal_no_word_is_broken(scene: Scene) -> None:
    folder = scene.catalogue.parent
    scene.export_version("1.4.0")
    scene.export_image("templates")
    for command in (
        ("rollback", "python", "--to", "1.0.0"),
        ("rollback", "python", "--to", "1.0.0"),
        ("rollback", "python", "--to", "7.7.7"),
        ("import", "templates"),
        ("check",),
        ("prune", "--keep", "a word that is no number of versions to keep, and makes the message longer than a line"),
    ):
        _, shown = on_screen(*command, cwd=folder)
        commands = re.compile(r"`[^`]*`|\S{60,}")
        lines = [commands.sub("…", click.unstyle(line)) for line in shown.splitlines()]
        assert [line for line in lines if len(line) > 80] == []
