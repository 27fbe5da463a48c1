"""The commands with an image whose versions somebody else publishes."""

from __future__ import annotations

import json

import pytest

from tests.support.commands import run_labs
from tests.support.emulator_client import BUILD, definition, version
from tests.support.exports_scene import CATALOGUE, GALLERY, Scene

IMAGE = """\
  packer:
    os_type: Linux
    os_state: Generalized
    identifier: {publisher: contoso, offer: packer, sku: packer}
    versions: external
"""
pytest_plugins = ["tests.support.emulator"]

ADVICE = "(docs/publish/external.md)"


@pytest.fixture
def waiting(scene: Scene) -> Scene:
    """The stack with the definition of an image that waits for its first version."""
    scene.catalogue.write_text(CATALOGUE + IMAGE, encoding="utf-8")
    body = definition("packer") | {"tags": {"lab-image-gallery": "lab-image-gallery/dev"}}
    body["properties"]["identifier"] = {"publisher": "contoso", "offer": "packer", "sku": "packer"}
    scene.made(f"{GALLERY}/images/packer", body)
    return scene


@pytest.fixture
def published(waiting: Scene) -> Scene:
    """The same with a version that somebody else has published, as Packer does it: without a tag."""
    waiting.made(f"{GALLERY}/images/packer/versions/1.0.0", version(regions=("koreacentral", "koreasouth")))
    return waiting


def test_it_waits_for_its_first_version(waiting: Scene) -> None:
    status = waiting.labs("status")
    assert status.exit_code == 1
    assert "packer: waits for its first version, which somebody else publishes\n" in status.output
    teachers = waiting.labs("teachers", "--image", "packer")
    assert teachers.exit_code == 1
    assert "it waits for its first version, which somebody else publishes" in teachers.output
    assert f"have its first version published {ADVICE}" in teachers.output


def test_what_somebody_published_is_as_in_the_catalogue(published: Scene) -> None:
    status = published.labs("status")
    assert (status.exit_code, "packer:1.0.0: ready in koreacentral, koreasouth" in status.output) == (0, True)
    assert "Not in" not in status.output
    teachers = published.labs("teachers", "--json")
    (packer,) = [each for each in json.loads(teachers.output)["images"] if each["name"] == "packer"]
    assert (packer["status"], packer["version"], packer["remedies"]) == ("seen", "1.0.0", [])
    assert teachers.exit_code == 0
    assert published.labs("list-unmanaged").output == "Everything in contoso_lab_images is in images.yaml.\n"
    assert published.labs("prune", "--keep", "1", "--json").exit_code == 0


def test_while_none_is_whole_it_says_so(waiting: Scene) -> None:
    assert waiting.client.send("POST", "/sandbox/replication", {"secondsPerRegion": 3600}).status < 300
    waiting.made(f"{GALLERY}/images/packer/versions/1.0.0", version(regions=("koreacentral",)))
    for command in (("status",), ("teachers", "--image", "packer")):
        told = waiting.labs(*command)
        assert told.exit_code == 1
        assert "none of its versions is whole yet" in " ".join(told.output.split())
        assert "first version" not in told.output
        assert "is not known" not in told.output


def test_a_version_that_failed_is_told_with_what_to_do(published: Scene) -> None:
    body = {"secondsPerRegion": 0, "failRegions": ["koreacentral"]}
    assert published.client.send("POST", "/sandbox/replication", body).status < 300
    published.made(f"{GALLERY}/images/packer/versions/1.1.0", version(regions=("koreacentral",)))
    status = published.labs("status")
    assert status.exit_code == 1
    assert "packer:1.1.0: failed" in status.output
    assert "repeats it" not in status.output
    teachers = published.labs("teachers", "--image", "packer")
    assert f"have the next version of packer published {ADVICE}" in " ".join(teachers.output.split())


@pytest.mark.parametrize(
    "command",
    [
        ("add-version", "packer", "--source", f"{BUILD}/snapshots/ubuntu-2204-python-100"),
        ("add-version", "PACKER", "--source", f"{BUILD}/snapshots/ubuntu-2204-python-100", "--dry-run"),
        ("promote", "python", "packer"),
        ("rollback", "packer", "--to", "1.0.0"),
    ],
)
def test_a_command_that_adds_a_version_is_refused(published: Scene, command: tuple[str, ...]) -> None:
    before = published.catalogue.read_text(encoding="utf-8")
    refused = published.labs(*command)
    assert refused.exit_code == 1
    assert "images.packer says versions: external, so somebody else publishes its versions" in refused.output
    assert f"Have the next one published there {ADVICE}" in refused.output
    assert "add-image NAME --like packer --source ID" in refused.output
    assert published.catalogue.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("name", ["packer", "packer:1.0.0", "PACKER:1.0.0"])
def test_nothing_of_it_is_imported(published: Scene, name: str) -> None:
    before = published.catalogue.read_text(encoding="utf-8")
    refused = published.labs("import", name)
    assert refused.exit_code == 1
    assert "images.packer says versions: external, so its versions are left to who publishes them" in refused.output
    assert published.catalogue.read_text(encoding="utf-8") == before


def test_it_is_a_trial_that_can_be_promoted_and_a_model_for_another(published: Scene) -> None:
    promoted = published.labs("promote", "packer", "python", "--dry-run")
    assert (promoted.exit_code, f"{GALLERY}/images/packer/versions/1.0.0" in promoted.output) == (0, True)
    source = f"{BUILD}/snapshots/ubuntu-2204-python-100"
    added = published.labs("add-image", "gis", "--like", "packer", "--source", source, "--dry-run")
    assert (added.exit_code, "images.gis.versions.1.0.0" in added.output) == (0, True)


def test_an_image_that_others_publish_is_taken_over_alone(scene: Scene) -> None:
    scene.export_image("Packer_GIS")
    (imported,) = [scene.labs("import", "packer_gis", "--external")]
    assert imported.exit_code == 0, imported.output
    assert "images.Packer_GIS with versions: external added, as in the gallery." in imported.output
    assert "takes over the image, and leaves its versions alone (docs/publish/external.md)" in imported.output
    text = scene.catalogue.read_text(encoding="utf-8")
    assert text.startswith(CATALOGUE)
    assert text.endswith("    versions: external\n")
    assert "is in it already; nothing was changed" in scene.labs("import", "Packer_GIS", "--external").output
    assert "Packer_GIS" not in scene.labs("list-unmanaged").output


def test_an_image_without_versions_is_listed_with_how_others_go_on_publishing(scene: Scene) -> None:
    scene.made(f"{GALLERY}/images/Packer_GIS", definition("gis"))
    listed = scene.labs("list-unmanaged")
    lines = listed.output.splitlines()
    at = lines.index("  it has no version")
    told = " ".join(" ".join(lines[at + 1 :]).split())
    assert told.startswith("if somebody else publishes into it, `")
    assert "labs import Packer_GIS --external --stack dev` takes over the image Lab" in told
    assert scene.labs("import", "Packer_GIS", "--external").exit_code == 0


def test_an_image_with_versions_does_not_become_external(scene: Scene) -> None:
    refused = scene.labs("import", "python", "--external")
    assert (refused.exit_code, scene.catalogue.read_text(encoding="utf-8")) == (1, CATALOGUE)
    assert "images.python is in it already, with versions" in refused.output
    assert scene.labs("import", "python:1.0.0", "--external").exit_code == 2


def test_the_check_says_that_it_is_not_counted(waiting: Scene) -> None:
    text = run_labs("check", "images.yaml")
    assert text.exit_code == 0
    assert "Not counted, since somebody else publishes the versions: packer." in text.output
    (report,) = json.loads(run_labs("check", "images.yaml", "--json").output)["storage"]
    assert (report["external"], report["images"]["packer"]["versions"]) == (["packer"], 0)
