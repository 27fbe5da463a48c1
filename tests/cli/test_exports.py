"""`labs list-unmanaged`, `import` and `status` against the sandbox's Azure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from catalog.images.catalogue import load
from catalog.stacks.settings import Settings
from catalog.stacks.stack_file import read_stack
from cli import catalogue_file
from cli.terminal import wrapped
from inventory.observe import WholeGallery
from plan.lab_services_limits import OS_DISK_LIMIT_GB
from tests.support.emulator_client import ACCOUNT, ONE, TWO, definition, version
from tests.support.exports_scene import CATALOGUE, MACHINE, Scene
from tests.support.exports_scene import GALLERY as EXPORTED_TO
from tests.support.project import ROOT

LABS = f"{ROOT}/sandbox/labs"
DEVTEST = f"{ONE}/resourceGroups/labs/providers/Microsoft.DevTestLab/labs/contoso-devtest"
FABRIKAM = f"{TWO}/resourceGroups/labs/providers/Microsoft.LabServices/labaccounts/fabrikam-labs"
pytest_plugins = ["tests.support.emulator"]


def configured(**settings: object) -> None:
    """Change keys of the stack."""
    file = Path("Pulumi.dev.yaml")
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    content["config"] |= {f"lab-image-gallery:{key}": value for key, value in settings.items()}
    file.write_text(yaml.safe_dump(content), encoding="utf-8")


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
        "  it takes the place of 1.0.0 in contoso-labs: new labs there get no version of the image",
        f"  teachers do not see it: its OS disk has 128 GB, and only images below {OS_DISK_LIMIT_GB} GB are shown",
        "  replicas in the rest of the geography would add 128 GB at most",
        "",
        "Teacher_GIS:0.0.1: an image of its own",
        "  one disk of 100 GB, in koreacentral",
        "  teachers see it",
        "  replicas in the rest of the geography would add 100 GB at most",
        "",
        *wrapped(
            f"Take over what labs can show with `{LABS} import NAME:VERSION --stack dev`; read docs/publish/exports.md "
            "first."
        ),
    ]
    entries = json.loads(scene.labs("list-unmanaged", "--json").stdout)["unmanaged"]
    assert [(entry["name"], entry["kind"], entry["visible"], entry["importable"]) for entry in entries] == [
        ("python:1.0.1", "version", False, False),
        ("Teacher_GIS:0.0.1", "image", True, True),
    ]
    assert scene.catalogue.read_text(encoding="utf-8") == CATALOGUE


def test_it_is_said_where_it_is_seen_and_where_not(scene: Scene) -> None:
    configured(labAccountIds=[ACCOUNT, FABRIKAM], devTestLabIds=[DEVTEST])
    scene.made(f"{FABRIKAM}/sharedGalleries/labs", {"properties": {"galleryId": EXPORTED_TO}})
    attached = {"location": "koreacentral", "properties": {"galleryId": EXPORTED_TO, "allowAllImages": "Disabled"}}
    scene.made(f"{DEVTEST}/sharedGalleries/labs", attached)
    scene.export_image()
    scene.made(f"{ACCOUNT}/sharedImages/Teacher_GIS", {"properties": {"EnableState": "Disabled"}})
    listed = " ".join(scene.labs("list-unmanaged").stdout.split())
    assert (
        "teachers do not see it in contoso-labs: it is disabled in the lab account teachers see it in fabrikam-labs"
        in listed
    )
    assert "whether users see it in contoso-devtest is not known: the owner of the DevTest lab has chosen" in listed
    (entry,) = json.loads(scene.labs("list-unmanaged", "--json").stdout)["unmanaged"]
    assert [(sight["seen"], sight["labs"]) for sight in entry["sights"]] == [
        (False, ["contoso-labs"]),
        (True, ["fabrikam-labs"]),
        (None, ["contoso-devtest"]),
    ]
    assert entry["visible"] is False
    # The other command says the same.
    shown = scene.labs("teachers", "--image", "Teacher_GIS").stdout
    others = " ".join(shown.split())
    assert "hidden in contoso-labs: it is disabled in the lab account; seen in fabrikam-labs; " in others
    assert "not known in contoso-devtest: the owner of the DevTest lab has chosen" in others


def test_nothing_is_proposed_that_labs_cannot_show(scene: Scene) -> None:
    scene.export_version(source="snapshots/exactly-128")
    last = "Lab Services can show none of it; docs/publish/exports.md says what to do."
    assert scene.labs("list-unmanaged").stdout.splitlines()[-1] == last
    content = yaml.safe_load(scene.catalogue.read_text(encoding="utf-8"))
    content["images"]["python"]["consumers"] = ["devtest_labs"]
    scene.catalogue.write_text(yaml.safe_dump(content), encoding="utf-8")
    assert "import NAME:VERSION" in scene.labs("list-unmanaged").stdout


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
    assert "Warning: teachers would not see python 1.0.1: its OS disk has 128 GB" in " ".join(done.stdout.split())
    assert "teachers would not see python 1.0.1" in scene.labs("check").stdout


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing", 'the gallery has no image "nothing"; it has python, vanishing'),
        ("python:9.0.0", 'the gallery has no version "9.0.0" of python (any more); it has 1.0.0'),
        ("vanishing", "vanishing has no version, so there is nothing to import"),
        ("vanishing", "labs import vanishing --external --stack dev` takes over the image; one that nobody"),
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
    scene.export_version(regions=("koreacentral", "koreasouth"))
    refused = scene.labs("import", "python:1.0.1")
    assert refused.exit_code == 1
    assert "python:1.0.1: the version in the gallery is not whole (its state is Failed)" in refused.stderr
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
    assert "There is no gallery contoso_lab_images in resource group galleries;" in scene.labs("status").stdout
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

    monkeypatch.setattr(catalogue_file, "write_whole", refused_by_the_system)
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
    answer = json.loads(scene.labs("status", "--json").stdout)
    taken = answer["findings"][0]["reasons"]
    assert shown.stdout.splitlines() == [
        "contoso_lab_images in koreacentral, stack dev",
        "attached to lab account contoso-labs in koreacentral",
        "",
        "python:1.0.0: ready in koreacentral, koreasouth",
        "python:1.0.1: failed",
        "  koreacentral 100 %, Completed",
        *wrapped(f"koreasouth 50 %, Failed: {details}", first="  ", then="    "),
        "",
        "Not in images.yaml: python:1.0.1",
        f"`{LABS} list-unmanaged --stack dev` shows more about them.",
        "",
        "Not as in the catalogue:",
        *wrapped(f"python is offered as 1.0.1 in contoso-labs: {taken[0]['text']}", first="- ", then="  "),
        "",
        "Teachers see 1 of 1 image in contoso-labs.",
        f"`{LABS} teachers --stack dev` says what to do.",
    ]
    assert answer["ok"] is False
    assert [(item["name"], item["stage"], item["managed"]) for item in answer["versions"]] == [
        ("python:1.0.0", "ready", True),
        ("python:1.0.1", "failed", False),
    ]
    assert [(lab["name"], lab["kind"], lab["reasons"]) for lab in answer["labs"]] == [
        ("contoso-labs", "lab account", [])
    ]


def test_what_is_whole_is_asked_once(scene: Scene) -> None:
    with WholeGallery.signed_in(load_settings()) as gallery:
        observed = gallery.look()
        assert observed.gallery is not None
        told, failures = gallery.progress(observed.gallery.versions, {})
        scene.client.send("DELETE", "/sandbox/requests")
        assert gallery.progress(observed.gallery.versions, told) == (told, failures)
    assert scene.client.get("/sandbox/requests").body == []


def test_a_version_that_vanishes_while_it_is_watched_is_left_out(scene: Scene) -> None:
    scene.fault("expand=ReplicationStatus", 404, code="ResourceNotFound", message="gone")
    shown = scene.labs("status")
    assert shown.exit_code == 0
    assert "python:1.0.0: ready" in shown.stdout


def shallow() -> dict[str, object]:
    """The profile of a version for a quick try."""
    return {"publishingProfile": {"targetRegions": [{"name": "koreacentral"}], "replicationMode": "Shallow"}}


def test_nothing_is_imported_that_the_next_preview_would_refuse(scene: Scene) -> None:
    for number in ("1.0.1", "1.0.3"):
        scene.export_version(number)
    scene.export_version("1.0.2", **shallow())
    refused = scene.labs("import", "python")
    assert refused.exit_code == 1
    told, end = refused.stderr.splitlines()
    assert told.startswith(
        "Error: python:1.0.2: the replication mode of the version in the gallery is Shallow, and must be Full here. "
        "Azure does not change it on a version: it would be deleted and made again. It cannot be taken over and stays "
        "as it is. Take the entry out if the catalogue has one, and publish what is in it under the next number, with "
        "`sandbox/labs add-version python --source "
    )
    assert end == (
        "Nothing was changed. 1.0.1, 1.0.3 can be taken over alone, with "
        f"`{LABS} import python:1.0.1 --stack dev` and `{LABS} import python:1.0.3 --stack dev`."
    )
    assert scene.catalogue.read_text(encoding="utf-8") == CATALOGUE
    assert scene.labs("import", "python:1.0.2").exit_code == 1
    assert scene.labs("import", "python:1.0.3").exit_code == 0


def test_the_list_says_what_cannot_be_taken_over_and_why(scene: Scene) -> None:
    scene.export_version("1.0.2", **shallow())
    shown = " ".join(scene.labs("list-unmanaged").stdout.split())
    assert "it cannot be taken over: the replication mode of the version in the gallery is Shallow" in shown
    assert shown.endswith("None of it can be taken over as it is; docs/publish/exports.md says what to do.")
    (entry,) = json.loads(scene.labs("list-unmanaged", "--json").stdout)["unmanaged"]
    assert entry["importable"] is False
    (reason,) = entry["not_importable"]
    assert reason.startswith("the replication mode of the version in the gallery is Shallow")


def test_an_image_that_labs_cannot_show_is_imported_with_a_warning(scene: Scene) -> None:
    image = f"{EXPORTED_TO}/images/Second"
    scene.made(image, definition("second", hyperVGeneration="V2"))
    warned = scene.labs("import", "Second", "--external")
    assert warned.exit_code == 0, warned.output
    assert "Warning: teachers would not see Second: its generation is V2" in warned.stdout
    scene.export_image("Hidden")
    everywhere = {"targetRegions": [{"name": "koreacentral"}], "excludeFromLatest": True}
    changed = version(regions=("koreacentral",), **MACHINE)
    changed["properties"]["publishingProfile"] = everywhere
    scene.made(f"{EXPORTED_TO}/images/Hidden/versions/0.0.1", changed)
    warned = scene.labs("import", "Hidden")
    assert "Warning: teachers would not see Hidden: each of its versions is excluded from latest" in warned.stdout


def test_versions_that_cannot_be_taken_over_for_one_reason_are_listed_together(scene: Scene) -> None:
    for number in range(12):
        changed = version(regions=("koreacentral",))
        changed["properties"]["publishingProfile"]["replicationMode"] = "Shallow"
        scene.made(f"{EXPORTED_TO}/images/python/versions/0.9.{number}", changed)
    lines = scene.labs("list-unmanaged").stdout.splitlines()
    assert lines[2].startswith("python, an image in the catalogue: 12 versions, 0.9.0, 0.9.1")
    assert sum("Shallow" in line for line in lines) == 1
