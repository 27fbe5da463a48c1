"""`labs list-unmanaged`, `import` and `status` against the sandbox's Azure."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from catalog.images.catalogue import load
from catalog.stacks.settings import Settings
from catalog.stacks.stack_file import read_stack
from cli import catalogue_file
from inventory.observe import WholeGallery
from plan.lab_services_limits import OS_DISK_LIMIT_GB
from plan.observed import Observed, ObservedGallery, RegionProgress
from tests.support import builders as inputs
from tests.support.emulator_client import version
from tests.support.exports_scene import CATALOGUE, GALLERY, Scene
from tests.support.project import ROOT
from tests.support.running import PATIENCE, wait_until

LABS = f"{ROOT}/sandbox/labs"
pytest_plugins = ["tests.support.emulator"]


def load_settings() -> Settings:
    """Settings of the scene's stack."""
    settings = read_stack(Path("Pulumi.dev.yaml")).settings
    assert settings is not None
    return settings


def test_both_kinds_are_listed_with_what_teachers_see(scene: Scene) -> None:
    assert scene.labs("list-unmanaged").stdout == "Everything in contoso_lab_images is in images.yaml.\n"
    scene.export_image()
    scene.export_version(source="snapshots/exactly-128")
    listed = scene.labs("list-unmanaged", "--stack", "dev")
    assert listed.stdout.splitlines()[2:] == [
        "python:1.0.1: a version of an image in the catalogue",
        "  one disk of 128 GB, in koreacentral",
        f"  teachers do not see it: its OS disk has 128 GB, and only images below {OS_DISK_LIMIT_GB} GB are shown",
        "  replicas in the rest of the geography would add 128 GB at most",
        "",
        "Teacher_GIS:0.0.1: an image of its own",
        "  one disk of 100 GB, in koreacentral",
        "  teachers see it",
        "  replicas in the rest of the geography would add 100 GB at most",
        "",
        f"Take one over with `{LABS} import NAME:VERSION --stack dev`; read docs/publish/exports.md first.",
    ]
    entries = json.loads(scene.labs("list-unmanaged", "--json").stdout)["unmanaged"]
    assert [(entry["name"], entry["kind"], entry["visible"]) for entry in entries] == [
        ("python:1.0.1", "version", False),
        ("Teacher_GIS:0.0.1", "image", True),
    ]
    assert scene.catalogue.read_text(encoding="utf-8") == CATALOGUE


def test_an_image_is_imported_as_it_is_and_once(scene: Scene) -> None:
    scene.export_image()
    done = scene.labs("import", "teacher_gis")
    assert done.exit_code == 0, done.output
    assert "images.Teacher_GIS with 0.0.1 added" in done.stdout
    assert "Warning: A Specialized image" in done.stdout
    written = scene.catalogue.read_text(encoding="utf-8")
    assert written.startswith(CATALOGUE)
    assert yaml.safe_load(written)["images"]["Teacher_GIS"] == {
        "os_type": "Linux",
        "os_state": "Specialized",
        "identifier": {"publisher": "contoso-university", "offer": "python", "sku": "Teacher_GIS"},
        "versions": {
            "0.0.1": {
                "source": {"existing": True},
                "os_disk_size_gb": 100,
                "data_disk_count": 0,
                "target_regions": ["koreacentral"],
                "replicas_per_region": 1,
                "storage_account_type": "Standard_LRS",
            }
        },
    }
    for again in ("Teacher_GIS", "TEACHER_gis:0.0.1"):
        assert scene.labs("import", again).stdout == f"images.yaml: {again} is in it already; nothing was changed.\n"
    assert scene.catalogue.read_text(encoding="utf-8") == written


def test_a_catalogue_of_several_stacks_is_warned_of(scene: Scene) -> None:
    Path("Pulumi.other.yaml").write_text(Path("Pulumi.dev.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    apart = "config: {lab-image-gallery:catalog: others.yaml}\n"
    Path("Pulumi.apart.yaml").write_text(apart, encoding="utf-8")
    scene.export_image()
    done = scene.labs("import", "Teacher_GIS", "--stack", "dev")
    assert "Warning: images.yaml is the catalogue of stack other too" in done.stdout
    assert "apart" not in done.stdout


def test_a_version_is_imported_into_its_image(scene: Scene) -> None:
    scene.export_version()
    scene.export_version("1.0.2")
    done = scene.labs("import", "python:1.0.2")
    assert "images.python: 1.0.2 added" in done.stdout
    assert "Warning" not in done.stdout
    assert list(load(scene.catalogue).images["python"].versions) == ["1.0.0", "1.0.2"]
    scene.labs("import", "python")
    assert list(load(scene.catalogue).images["python"].versions) == ["1.0.0", "1.0.1", "1.0.2"]
    before = set(CATALOGUE.splitlines())
    assert before <= set(scene.catalogue.read_text(encoding="utf-8").splitlines())


def test_what_teachers_would_not_see_is_imported_with_a_warning(scene: Scene) -> None:
    scene.export_version(source="snapshots/exactly-128")
    done = scene.labs("import", "python:1.0.1")
    assert done.exit_code == 0, done.output
    assert "Warning: teachers would not see python 1.0.1: its OS disk has 128 GB" in done.stdout.splitlines()[-1]
    assert "teachers would not see python 1.0.1" in scene.labs("check").stdout


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing", 'the gallery has no image "nothing"; it has python, vanishing'),
        ("python:9.0.0", 'the gallery has no version "9.0.0" of python (any more); it has 1.0.0'),
        ("vanishing", "vanishing has no version, so there is nothing to import"),
        ("python:1.0.0", "images.python.versions.1.0.0 is in it already, with a snapshot as its source"),
    ],
)
def test_what_cannot_be_imported_is_told_and_the_catalogue_stays(scene: Scene, name: str, words: str) -> None:
    scene.export_image("vanishing")
    listed = json.loads(scene.labs("list-unmanaged", "--json").stdout)["unmanaged"]
    assert [entry["name"] for entry in listed] == ["vanishing:0.0.1"]
    assert scene.client.wait(scene.client.delete(listed[0]["id"]))["status"] == "Succeeded"
    refused = scene.labs("import", name)
    assert refused.exit_code == 1
    assert words in refused.stderr
    assert scene.catalogue.read_text(encoding="utf-8") == CATALOGUE


def test_everything_that_the_catalogue_cannot_hold_is_told_together(scene: Scene) -> None:
    scene.client.replication(secondsPerRegion=0, failRegions=["koreasouth"])
    kinds = [
        {"name": "koreacentral", "storageAccountType": "Standard_LRS"},
        {"name": "koreasouth", "storageAccountType": "Premium_LRS"},
    ]
    scene.export_version(regions=kinds)
    refused = scene.labs("import", "python:1.0.1")
    assert refused.exit_code == 1
    assert "python:1.0.1: its state is Failed" in refused.stderr
    assert "(Premium_LRS in koreasouth; Standard_LRS in koreacentral)" in refused.stderr
    assert "Nothing was changed." in refused.stderr
    assert scene.catalogue.read_text(encoding="utf-8") == CATALOGUE


def test_a_name_in_braces_is_left_to_the_reader(scene: Scene) -> None:
    scene.catalogue.write_text(
        CATALOGUE.split("    versions:")[0] + "    versions: {1.0.0: {source: {existing: true}}}\n", encoding="utf-8"
    )
    before = scene.catalogue.read_bytes()
    scene.export_version()
    refused = scene.labs("import", "python:1.0.1")
    assert refused.exit_code == 1
    assert "Put this in by hand, inside images.python.versions" in refused.stderr
    assert "1.0.1: {source: {existing: true}, os_disk_size_gb: 64" in refused.stderr
    assert scene.catalogue.read_bytes() == before


@pytest.mark.parametrize("command", [("list-unmanaged",), ("import", "python:1.0.1"), ("status",)])
@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (403, "AuthorizationFailed", "Azure refuses GET"),
        (429, "TooManyRequests", "Azure is still throttling GET"),
        (503, "ServiceUnavailable", "Azure answers 503"),
    ],
)
def test_a_refusal_of_azure_is_one_error(
    scene: Scene, command: tuple[str, ...], status: int, code: str, words: str
) -> None:
    scene.fault("/images/python/versions", status, code=code, message="no", retryAfter=0)
    refused = scene.labs(*command)
    assert refused.exit_code == 1
    assert words in refused.stderr
    assert "Traceback" not in refused.output
    assert scene.catalogue.read_text(encoding="utf-8") == CATALOGUE


def test_without_a_gallery_or_a_sign_in(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.client.reset()
    assert "there is no gallery contoso_lab_images in resource group galleries yet" in scene.labs("status").stderr
    monkeypatch.setenv("ARM_ENDPOINT", "http://127.0.0.1:1")
    refused = scene.labs("list-unmanaged", "--json")
    assert (refused.exit_code, json.loads(refused.stdout)["ok"]) == (1, False)


def test_a_stack_file_with_a_mistake_is_told_before_azure_is_asked(scene: Scene) -> None:
    stack = Path("Pulumi.dev.yaml")
    stack.write_text(stack.read_text(encoding="utf-8").replace("koreacentral", "koreacentre"), encoding="utf-8")
    scene.client.send("DELETE", "/sandbox/requests")
    for command in (("status",), ("list-unmanaged",), ("import", "python")):
        refused = scene.labs(*command)
        assert refused.exit_code == 1
        assert 'location: "koreacentre" is no Azure region; nearest: koreacentral' in refused.stderr
    assert scene.client.get("/sandbox/requests").body == []


def test_two_administrators_at_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.export_image()
    scene.export_version()
    first_done = catalogue_file.CatalogueFile.write

    def write_after_a_colleague(file: catalogue_file.CatalogueFile, text: str) -> None:
        monkeypatch.setattr(catalogue_file.CatalogueFile, "write", first_done)
        assert scene.labs("import", "python:1.0.1").exit_code == 0
        first_done(file, text)

    monkeypatch.setattr(catalogue_file.CatalogueFile, "write", write_after_a_colleague)
    late = scene.labs("import", "Teacher_GIS")
    assert late.exit_code == 1
    assert "somebody changed the file since this command read it" in late.stderr
    assert list(load(scene.catalogue).images) == ["python"]
    assert "1.0.1" in load(scene.catalogue).images["python"].versions
    assert scene.labs("import", "Teacher_GIS").exit_code == 0
    assert list(load(scene.catalogue).images) == ["python", "Teacher_GIS"]


def test_a_catalogue_that_cannot_be_written(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.export_version()

    def refused_by_the_system(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(catalogue_file, "_replace", refused_by_the_system)
    refused = scene.labs("import", "python:1.0.1")
    assert refused.exit_code == 1
    assert "the file cannot be written: permission denied" in refused.stderr
    assert scene.catalogue.read_text(encoding="utf-8") == CATALOGUE


def test_status_tells_replicas_accounts_and_strangers(scene: Scene) -> None:
    scene.client.replication(secondsPerRegion=0, failRegions=["koreasouth"])
    scene.export_version(regions=("koreacentral", "koreasouth"))
    details = (
        "Replication failed in region(s) 'Korea South'. Publish the version again to retry the regions that failed."
    )
    shown = scene.labs("status")
    assert shown.exit_code == 1
    assert shown.stdout.splitlines() == [
        "contoso_lab_images in koreacentral, stack dev",
        "attached to lab account contoso-labs in koreacentral",
        "",
        "python:1.0.0: ready in koreacentral, koreasouth",
        "python:1.0.1: failed",
        "  koreacentral 100 %, Completed",
        f"  koreasouth 50 %, Failed: {details}",
        "",
        "Not in images.yaml: python:1.0.1",
        f"`{LABS} list-unmanaged --stack dev` shows more about them.",
    ]
    answer = json.loads(scene.labs("status", "--json").stdout)
    assert answer["ok"] is False
    assert [(item["name"], item["stage"], item["managed"]) for item in answer["versions"]] == [
        ("python:1.0.0", "ready", True),
        ("python:1.0.1", "failed", False),
    ]
    assert answer["labAccounts"][0]["galleries"] == [GALLERY]


class Looks:
    """A gallery whose version 1.0.1 comes further with each look: percents in its one region, 100 being the end."""

    def __init__(self, *percents: int) -> None:
        self.left = list(percents)
        self.asked_before: list[int] = []

    @contextmanager
    def signed_in(self, _: object) -> Iterator[Looks]:
        yield self

    def look(self) -> Observed:
        state = "Succeeded" if self.left[0] == 100 else "Creating"
        versions = {"1.0.1": inputs.observed_version(provisioning_state=state)}
        definition = inputs.observed_definition(versions=versions)
        return Observed(gallery=inputs.observed_gallery(definition))

    def progress(self, gallery: ObservedGallery, before: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
        percent = self.left.pop(0)
        self.asked_before.append(len(before))
        (version,) = gallery.definitions["gis"].versions.values()
        state = "Completed" if percent == 100 else "Replicating"
        return {version.id.lower(): (RegionProgress("koreacentral", state, percent, ""),)}, []


def watch(scene: Scene, monkeypatch: pytest.MonkeyPatch, *more: str) -> tuple[list[str], list[float], Looks]:
    """What a log gets, the pauses that were made, and the looks."""
    pauses: list[float] = []
    looks = Looks(0, 0, 40, 100)
    monkeypatch.setattr("cli.commands.status.signed_in", looks.signed_in)
    monkeypatch.setattr("cli.commands.status.time", SimpleNamespace(sleep=pauses.append))
    done = scene.labs("status", "--watch", *more)
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines(), pauses, looks


def test_a_log_gets_a_line_for_each_change_until_the_end(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    lines, pauses, looks = watch(scene, monkeypatch)
    first = lines.index("gis:1.0.1: replicating")
    assert lines[first + 1] == "  koreacentral 0 %, Replicating"
    assert lines[-3:] == [
        "gis:1.0.1 in koreacentral 40 %, Replicating",
        "gis:1.0.1 in koreacentral 100 %, Completed",
        "gis:1.0.1: ready",
    ]
    assert pauses == [30.0] * 3
    assert looks.asked_before == [0, 1, 1, 1]


def test_json_gets_an_object_for_each_change(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    lines, pauses, _ = watch(scene, monkeypatch, "--json", "--every", "1")
    percents = [json.loads(line)["versions"][0]["regions"][0]["percent"] for line in lines]
    assert (percents, pauses) == ([0, 40, 100], [1.0] * 3)


def test_what_is_whole_is_asked_once(scene: Scene) -> None:
    with WholeGallery.signed_in(load_settings()) as gallery:
        observed = gallery.look()
        assert observed.gallery is not None
        told, failures = gallery.progress(observed.gallery, {})
        scene.client.send("DELETE", "/sandbox/requests")
        assert gallery.progress(observed.gallery, told) == (told, failures)
    assert scene.client.get("/sandbox/requests").body == []


def test_a_version_that_vanishes_while_it_is_watched_is_left_out(scene: Scene) -> None:
    scene.fault("expand=ReplicationStatus", 404, code="ResourceNotFound", message="gone")
    shown = scene.labs("status")
    assert shown.exit_code == 0
    assert "python:1.0.0: ready" in shown.stdout


def test_a_terminal_gets_bars(scene: Scene, tmp_path: Path) -> None:
    scene.client.replication(secondsPerRegion=3600)
    scene.made(f"{GALLERY}/images/python/versions/1.0.1", version())
    # Once the bar is on the screen the version goes, so that nothing is replicated any more.
    program = (
        "import os, pty, subprocess, sys\n"
        "def read(terminal):\n"
        "    data = os.read(terminal, 4096)\n"
        "    if b'Replicating' in data: open(sys.argv[1], 'w').close()\n"
        "    return data\n"
        "sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[2:], read)))"
    )
    labs = ROOT / "labs"
    seen = tmp_path / "seen"
    command = [sys.executable, "-c", program, str(seen), str(labs), "status", "--watch", "--every", "0.1"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    ) as process:
        wait_until(seen.exists, "a bar on the screen")
        assert scene.client.delete(f"{GALLERY}/images/python/versions/1.0.1").status < 300
        shown, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, shown
    assert "koreacentral [--------------------] 0 %, Replicating" in shown
    assert "\x1b[J" in shown
    assert shown.rstrip().splitlines()[-1] == "python:1.0.0: ready in koreacentral, koreasouth"
