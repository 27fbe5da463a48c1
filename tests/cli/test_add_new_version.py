"""`labs add-version`, `add-image`, `promote` and `prune` against the sandbox's Azure."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from click.testing import Result

from tests.support.emulator_client import BUILD, definition, version
from tests.support.exports_scene import CATALOGUE, GALLERY, Scene
from tests.support.project import ROOT

pytest_plugins = ["tests.support.emulator"]
NEW = f"snapshot={BUILD}/snapshots/ubuntu-2204-python-110"
MINE = {"tags": {"lab-image-gallery": "lab-image-gallery/dev"}}


def images(scene: Scene) -> Any:
    return yaml.safe_load(scene.catalogue.read_text(encoding="utf-8"))["images"]


def refused(scene: Scene, *arguments: str, text: str = CATALOGUE) -> str:
    """What a command that must fail says, the catalogue being as it was."""
    result: Result = scene.labs(*arguments)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert scene.catalogue.read_text(encoding="utf-8") == text
    return result.stderr


def test_a_version_is_added_with_its_facts(scene: Scene) -> None:
    entry = [
        "      1.1.0:",
        "        source:",
        f"          snapshot: {BUILD}/snapshots/ubuntu-2204-python-110",
        "        os_disk_size_gb: 64",
        "        data_disk_count: 0",
    ]
    tried = scene.labs("add-version", "Python", "--source", NEW, "--minor", "--dry-run")
    assert tried.stdout.splitlines() == [
        "images.yaml: would add images.python.versions.1.1.0",
        *(f"+{line}" for line in entry),
        "",
        f"Look with `{ROOT}/sandbox/pulumi preview --stack dev`,",
        f"and publish with `{ROOT}/sandbox/pulumi up --stack dev`.",
        "Tell teachers: new labs take python 1.1.0 once it is published; labs that exist keep their copy.",
    ]
    assert scene.catalogue.read_text(encoding="utf-8") == CATALOGUE
    done = scene.labs("add-version", "python", "--source", NEW, "--minor", "--stack", "dev")
    assert done.exit_code == 0, done.output
    assert scene.catalogue.read_text(encoding="utf-8") == CATALOGUE + "".join(f"{line}\n" for line in entry)


def test_the_number_is_above_those_of_the_gallery_too(scene: Scene) -> None:
    scene.export_version("1.4.7")
    assert scene.labs("add-version", "python", "--source", NEW).exit_code == 0
    assert scene.labs("add-version", "python", "--source", NEW, "--major").exit_code == 0
    assert list(images(scene)["python"]["versions"]) == ["1.0.0", "1.4.8", "2.0.0"]


@pytest.mark.parametrize(
    ("kind", "source", "words"),
    [
        ("snapshot", "snapshots/windows-2022-office-2025", "the image says os_type: Linux, and its source"),
        ("snapshot", "snapshots/gen2-snapshot", "the image says hyper_v_generation: V1, and its source"),
        ("vm", "virtualMachines/ubuntu-2404-ml", "the image says os_state: Generalized, and its source"),
        ("snapshot", "snapshots/nowhere", "its source cannot be read: Azure has no such object"),
    ],
)
def test_a_misfit_is_refused_before_anything_is_written(scene: Scene, kind: str, source: str, words: str) -> None:
    told = refused(scene, "add-version", "python", "--source", f"{kind}={BUILD}/{source}")
    assert f"images.python.versions.1.0.1: {words}" in told


def test_a_source_in_another_region_is_refused_with_how_to_copy_it(scene: Scene) -> None:
    scene.made(
        f"{BUILD}/snapshots/far",
        {
            "location": "japaneast",
            "properties": {"osType": "Linux", "diskSizeGB": 64, "creationData": {"createOption": "Empty"}},
        },
    )
    told = refused(scene, "add-version", "python", "--source", f"snapshot={BUILD}/snapshots/far")
    assert "is in japaneast, and versions of this gallery are made in koreacentral" in told
    assert "az snapshot create" in told


def test_what_a_person_says_wrong_is_told(scene: Scene) -> None:
    assert 'has no image "pyhton"; it has python' in refused(scene, "add-version", "pyhton", "--source", NEW)
    assert "--source: a resource id starts with" in refused(scene, "add-version", "python", "--source", "x")
    assert "--size 30 contradicts Azure" in refused(scene, "add-version", "python", "--source", NEW, "--size", "30")
    account = f"{BUILD.rpartition('/')[0]}/Microsoft.Storage/storageAccounts/contosoimages"
    blob = ("--source", "vhd=https://contosoimages.blob.core.windows.net/v/gis.vhd", "--storage-account", account)
    assert "give --size GB and --disks COUNT" in refused(scene, "add-version", "python", *blob)
    assert scene.labs("add-version", "python", *blob, "--size", "30", "--disks", "0").exit_code == 0
    assert images(scene)["python"]["versions"]["1.0.1"]["os_disk_size_gb"] == 30
    assert scene.labs("add-version", "python", "--source", NEW, "--stack", "prod").exit_code == 2


@pytest.mark.parametrize("status", [403, 429])
def test_a_refusal_of_azure_leaves_the_catalogue_as_it_is(scene: Scene, status: int) -> None:
    scene.fault(".*/galleries/.*", status)
    told = refused(scene, "add-version", "python", "--source", NEW)
    assert "contoso_lab_images" in told
    assert "Traceback" not in told


def test_braces_are_refused_with_the_text_to_paste(scene: Scene) -> None:
    text = yaml.safe_dump(yaml.safe_load(CATALOGUE), default_flow_style=True)
    scene.catalogue.write_text(text, encoding="utf-8")
    told = refused(scene, "add-version", "python", "--source", NEW, text=text)
    assert f"inside images.python.versions:\n\n1.0.1: {{source: {{snapshot: {BUILD}/" in told


def test_a_trial_is_made_tried_and_promoted_once(scene: Scene) -> None:
    made = scene.labs("add-image", "python-trial", "--like", "python", "--source", NEW, "--description", "A trial")
    assert made.exit_code == 0, made.output
    trial = images(scene)["python-trial"]
    assert (trial["os_state"], trial["identifier"]["sku"]) == ("Generalized", "python-trial")
    assert (trial["description"], list(trial["versions"])) == ("A trial", ["1.0.0"])
    text = scene.catalogue.read_text(encoding="utf-8")
    told = refused(scene, "promote", "python-trial", "python", text=text)
    assert "the newest version of python-trial is 1.0.0, and in the gallery it is not published yet" in told
    assert "cannot be promoted to itself" in refused(scene, "promote", "python", "PYTHON", text=text)
    assert "is there already" in refused(scene, "add-image", "Python", "--like", "python", "--source", NEW, text=text)
    scene.made(f"{GALLERY}/images/python-trial", definition("python-trial") | MINE)
    scene.made(f"{GALLERY}/images/python-trial/versions/1.0.0", version() | MINE)
    assert scene.labs("promote", "python-trial", "python", "--minor").exit_code == 0
    promoted = images(scene)["python"]["versions"]["1.1.0"]
    assert promoted["source"] == {"gallery_version": f"{GALLERY}/images/python-trial/versions/1.0.0"}
    assert promoted["os_disk_size_gb"] == 64
    text = scene.catalogue.read_text(encoding="utf-8")
    again = scene.labs("promote", "python-trial", "python", "--minor")
    assert (again.exit_code, again.stdout.rstrip().endswith("nothing to do")) == (0, True)
    assert scene.catalogue.read_text(encoding="utf-8") == text


def test_what_a_teacher_saved_can_be_promoted_if_it_fits(scene: Scene) -> None:
    scene.export_image()
    told = refused(scene, "promote", "teacher_gis", "python")
    assert "the image says os_state: Generalized, and its source" in told
    assert f"{GALLERY}/images/Teacher_GIS/versions/0.0.1 is Specialized" in told
    told = refused(scene, "promote", "nowhere", "python")
    assert "neither the catalogue nor the gallery has a version of nowhere" in told


def test_prune_proposes_and_writes_nothing(scene: Scene) -> None:
    for _ in range(2):
        assert scene.labs("add-version", "python", "--source", NEW).exit_code == 0
    text = scene.catalogue.read_text(encoding="utf-8")
    nothing = scene.labs("prune", "--keep", "1")
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert nothing.stderr.startswith("Nothing to retire")
    scene.made(f"{GALLERY}/images/python/versions/1.0.1", version() | MINE)
    proposed = scene.labs("prune", "--keep", "1")
    assert proposed.stderr == "First step, deploy it before the next: protect: false for python 1.0.0.\n"
    changed = [line for line in proposed.stdout.splitlines() if line[0] in "+-"]
    assert changed == ["--- a/images.yaml", "+++ b/images.yaml", "+        protect: false"]
    assert scene.catalogue.read_text(encoding="utf-8") == text
