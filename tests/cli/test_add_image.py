"""`labs add-image` without a model, against the sandbox's Azure: the first image of a stack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.demands import rules_of_tests
from tests.support.emulator_client import BUILD
from tests.support.exports_scene import CATALOGUE, STACK, Scene
from tests.support.project import ROOT

pytest_plugins = ["tests.support.emulator"]
SNAPSHOT = f"{BUILD}/snapshots/ubuntu-2204-python-110"
EMPTY = "# Ours\nimages: {}   # none yet\n"


@pytest.fixture
def empty(scene: Scene) -> Scene:
    """The stack with a catalogue that nobody has filled yet."""
    scene.catalogue.write_text(EMPTY, encoding="utf-8")
    return scene


def refused(scene: Scene, *arguments: str, code: int = 1) -> str:
    """What a command that must fail says; the catalogue stays as it was."""
    before = scene.catalogue.read_bytes()
    result = scene.labs("add-image", *arguments)
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    assert scene.catalogue.read_bytes() == before
    return result.stderr


def added(scene: Scene, name: str, *arguments: str) -> Any:
    result = scene.labs("add-image", name, *arguments)
    assert result.exit_code == 0, result.output
    assert scene.labs("check").exit_code == 0
    return yaml.safe_load(scene.catalogue.read_text(encoding="utf-8"))["images"][name]


def test_the_first_image_comes_from_its_source(empty: Scene) -> None:
    entry = [
        "  gis:",
        "    os_type: Linux",
        "    os_state: Generalized",
        "    identifier: {publisher: contoso_lab_images, offer: gis, sku: gis}",
        "    consumers: [lab_services]",
        "    versions:",
        "      1.0.0:",
        "        source:",
        f"          snapshot: {SNAPSHOT}",
        "        os_disk_size_gb: 64",
        "        data_disk_count: 0",
    ]
    given = ("add-image", "gis", "--source", SNAPSHOT, "--os-state", "generalized")
    tried = empty.labs(*given, "--dry-run")
    assert (tried.exit_code, tried.stderr) == (0, ""), tried.output
    assert empty.catalogue.read_text(encoding="utf-8") == EMPTY
    done = empty.labs(*given)
    assert done.exit_code == 0, done.output
    shown = ["-images: {}   # none yet", "+images:   # none yet", *(f"+{line}" for line in entry), ""]
    assert tried.stdout.splitlines()[:15] == ["images.yaml: would add images.gis.versions.1.0.0", *shown]
    assert done.stdout.splitlines()[:15] == ["images.yaml: added images.gis.versions.1.0.0", *shown]
    text = empty.catalogue.read_text(encoding="utf-8")
    assert text.splitlines() == ["# Ours", "images:   # none yet", *entry]
    assert empty.labs("check").exit_code == 0


def test_every_kind_of_source_tells_what_it_knows(empty: Scene) -> None:
    image = added(empty, "ml", "--source", f"{BUILD}/virtualMachines/ubuntu-2404-ml".upper())
    assert (image["os_type"], image["os_state"], image["versions"]["1.0.0"]["os_disk_size_gb"]) == (
        "Linux",
        "Specialized",
        100,
    )
    image = added(empty, "hpc", "--source", f"{BUILD}/images/rocky-9-hpc")
    assert (image["os_state"], image["versions"]["1.0.0"]["os_disk_size_gb"]) == ("Generalized", 40)
    version = f"{BUILD.replace('image-build', 'galleries')}/galleries/contoso_lab_images/images/python/versions/1.0.0"
    assert added(empty, "copy", "--source", version)["os_state"] == "Generalized"
    account = f"{BUILD.rpartition('/')[0]}/Microsoft.Storage/storageAccounts/contosoimages"
    blob = ("--source", "https://contosoimages.blob.core.windows.net/v/gis.vhd", "--storage-account", account)
    assert refused(empty, "gis", *blob).splitlines() == [
        "Error: --os-type is missing: the VHD does not tell it; give --os-type Linux or Windows",
        (
            "--os-state is missing: the VHD does not tell it; give --os-state Generalized or Specialized (Generalized "
            "if Sysprep or waagent -deprovision ran before it was captured, else Specialized)"
        ),
        "Azure does not know the disks of a VHD; give --size GB and --disks COUNT",
    ]
    described = ("--os-type", "Windows", "--os-state", "Generalized", "--size", "100", "--disks", "0")
    assert added(empty, "gis", *blob, *described)["os_type"] == "Windows"


def test_what_azure_would_refuse_is_refused(empty: Scene) -> None:
    account = f"{BUILD.rpartition('/')[0]}/Microsoft.Storage/storageAccounts/contosoimages"
    blob = "https://contosoimages.blob.core.windows.net/v/gis.vhd"
    facts = ("--os-type", "Linux", "--os-state", "Generalized", "--size", "64", "--disks", "0", "--consumer", "other")
    vhd = ("gis", "--source", blob, "--storage-account", account, *facts)
    for option, value in (("--architecture", "Arm64"), ("--security-type", "TrustedLaunch")):
        assert f"{value} needs generation V2, and the image has V1" in refused(empty, *vhd, option, value)
    other = ("gis", "--source", blob.replace("contosoimages", "fabrikam"), "--storage-account", account, *facts)
    assert "is a blob of the storage account fabrikam" in refused(empty, *other)
    generic = ("--security-type", "TrustedLaunchSupported", "--consumer", "other")
    assert "Azure makes versions of such an image from other sources only" in refused(empty, *GENERATION_2, *generic)
    configured = f"{STACK}  lab-image-gallery:replicasPerRegion: 60\n"
    (empty.catalogue.parent / "Pulumi.dev.yaml").write_text(configured, encoding="utf-8")
    assert "make 120 replicas (60 in each of 2 regions)" in refused(
        empty, "gis", "--source", SNAPSHOT, "--os-state", "Generalized"
    )


LARGE = ("large", "--source", f"{BUILD}/snapshots/too-large-gis", "--os-state", "Generalized")
GENERATION_2 = ("gen2", "--source", f"{BUILD}/snapshots/gen2-snapshot", "--os-state", "Specialized")


def test_what_no_teacher_would_see_is_refused(empty: Scene) -> None:
    assert refused(empty, *LARGE) == (
        "Error: teachers would not see large 1.0.0: its OS disk has 256 GB, and only images below 128 GB are shown; "
        "build it on an OS disk of 127 GB or less (docs/publish/make-an-image.md); or, if no lab uses it, give "
        "--consumer other.\n"
    )
    two = refused(empty, "two", "--source", f"{BUILD}/images/windows-2019-two-disks")
    assert "it has 2 disks, and only images with one are shown" in two
    assert "its generation is V2, and labs take V1" in refused(empty, *GENERATION_2)
    opposite = refused(empty, *GENERATION_2, "--generation", "V1")
    assert "--generation V1 contradicts Azure, where the source is V2, and labs take V1 only: name" in opposite


@pytest.mark.parametrize("arguments", [LARGE, GENERATION_2], ids=lambda arguments: arguments[0])
def test_an_image_for_others_than_labs_is_added(empty: Scene, arguments: tuple[str, ...]) -> None:
    result = empty.labs("add-image", *arguments, "--consumer", "other", "--consumer", "virtual_desktop")
    assert result.exit_code == 0, result.output
    assert "teachers" not in result.output
    name = arguments[0]
    assert f"New machines take {name} 1.0.0 once it is published; those that exist keep their copy." in result.stdout
    image = yaml.safe_load(empty.catalogue.read_text(encoding="utf-8"))["images"][name]
    assert image["consumers"] == ["other", "virtual_desktop"]
    assert empty.labs("check").exit_code == 0
    again = empty.labs("add-version", name, "--source", arguments[2])
    assert (again.exit_code, "teachers" in again.output) == (0, False), again.output


def test_an_exemption_lets_it_through_and_teachers_are_not_told_of_it(empty: Scene, folder: Path) -> None:
    (folder / "sandbox").mkdir()
    entry = {"image": "large", "reason": "agreed", "expires": "2099-12-31"}
    config = {"image-os-disk-below-128-gb": {"exemptions": [entry]}}
    (folder / "sandbox" / "policy-config.json").write_text(json.dumps(config), encoding="utf-8")
    for arguments in (("add-image", *LARGE), ("add-version", "large", "--source", LARGE[2])):
        result = empty.labs(*arguments)
        assert result.exit_code == 0, result.output
        assert "Tell teachers" not in result.output
        assert result.stdout.splitlines()[-1].startswith("Warning: teachers would not see large 1.0.")
        assert "exempt from image-os-disk-below-128-gb until 2099-12-31 (reason: agreed)" in result.stdout
        assert result.stdout.endswith("which refuses it once it is published: exempt it there too.\n")
    assert empty.labs("check").exit_code == 0


def test_an_option_that_is_given_twice_is_refused(scene: Scene) -> None:
    given = ("gis", "--source", SNAPSHOT, "--os-state", "Generalized", "--sku", "one", "--sku", "two", "--source", "x")
    said = refused(scene, *given, code=2)
    assert "--source is given 2 times; keep one; --sku is given 2 times; keep one" in said
    both = scene.labs("add-version", "python", "--source", SNAPSHOT, "--minor", "--major")
    assert (both.exit_code, "--minor and --major exclude each other; keep one" in both.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("gis", "--source", SNAPSHOT), "--os-state is missing: the snapshot does not tell it"),
        (("gis", "--source", SNAPSHOT, "--os-state", "Generalized", "--os-type", "Windows"), "contradicts Azure"),
        (("gis", "--source", f"{BUILD}/snapshots/nowhere"), "cannot be read: Azure has no such object"),
        (("gis", "--source", f"{BUILD}/snapshot/gis"), "write Microsoft.Compute/snapshots"),
        (("gis", "--source", f"disk={SNAPSHOT}"), "write snapshot=ID, or the id alone"),
        (("gis", "--source", f"{SNAPSHOT}/"), "no empty part: two slashes in a row, or one at the end"),
        (("my gis", "--source", SNAPSHOT, "--os-state", "Generalized"), '"my gis" is no image name'),
        (
            ("PYTHON", "--source", SNAPSHOT),
            f"is there already; `{ROOT}/sandbox/labs add-version python --source ID --stack dev`",
        ),
    ],
)
def test_what_cannot_be_added_is_refused(scene: Scene, arguments: tuple[str, ...], words: str) -> None:
    assert words in refused(scene, *arguments)


def test_all_that_a_vhd_needs_is_asked_for_at_once(empty: Scene) -> None:
    said = refused(empty, "gis", "--source", "https://contosoimages.blob.core.windows.net/vhds/gis.vhd")
    for option in ("--storage-account", "--os-type", "--os-state", "--size GB", "--disks COUNT"):
        assert option in said


def test_a_catalogue_with_a_merge_that_is_not_finished(empty: Scene) -> None:
    empty.catalogue.write_text("images:\n<<<<<<< HEAD\n  a: 1\n=======\n  b: 1\n>>>>>>> main\n", encoding="utf-8")
    said = refused(empty, "gis", "--source", SNAPSHOT)
    assert "images.yaml:2: git's conflict markers (<<<<<<<, =======, >>>>>>>) stand in line 2, 4, 6" in said


def test_a_source_elsewhere_or_out_of_sight(empty: Scene) -> None:
    elsewhere = f"{BUILD.replace('image-build', 'image-build-us')}/snapshots/ubuntu-2204-python-us"
    said = refused(empty, "gis", "--source", elsewhere, "--os-state", "Generalized")
    assert "is in eastus, and versions of this gallery are made in koreacentral" in said
    empty.fault(".*/snapshots/.*", 403)
    said = refused(empty, "gis", "--source", SNAPSHOT)
    assert "--os-type is missing: the snapshot does not tell it, for it cannot be read (Azure refuses GET" in said
    known = ("--os-type", "Linux", "--os-state", "Generalized", "--size", "64", "--disks", "0")
    assert added(empty, "gis", "--source", SNAPSHOT, *known)["os_type"] == "Linux"


def test_a_model_takes_no_description_of_the_system(scene: Scene) -> None:
    said = refused(scene, "gis", "--like", "python", "--source", SNAPSHOT, "--os-type", "Linux", "--sku", "x", code=2)
    assert "--like takes these from python; leave out --os-type, --sku" in said
    assert scene.catalogue.read_text(encoding="utf-8") == CATALOGUE


def test_line_breaks_and_the_mark_of_windows_are_kept(empty: Scene) -> None:
    empty.catalogue.write_bytes(b"\xef\xbb\xbf# Ours\r\nimages:\r\n")
    assert empty.labs("add-image", "gis", "--source", SNAPSHOT, "--os-state", "Generalized").exit_code == 0
    content = empty.catalogue.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf# Ours\r\nimages:\r\n  gis:\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == 13


def test_a_second_image_has_the_publisher_of_the_first(scene: Scene) -> None:
    image = added(scene, "gis", "--source", SNAPSHOT, "--os-state", "Generalized", "--description", "GIS")
    assert image["identifier"] == {"publisher": "contoso-university", "offer": "gis", "sku": "gis"}
    assert image["description"] == "GIS"


OFFICE = f"""\
  office:
    os_type: Windows
    os_state: Specialized
    identifier: {{publisher: contoso-university, offer: office, sku: one}}
    consumers: [lab_services]
    versions:
      1.0.0:
        source: {{snapshot: {BUILD}/snapshots/windows-2022-office-2025}}
"""


def test_a_twin_for_another_service_stands_beside_the_image_of_labs(scene: Scene) -> None:
    scene.catalogue.write_text(CATALOGUE + OFFICE, encoding="utf-8")
    source = f"{BUILD}/snapshots/windows-11-office"
    asked = ("office-v2", "--like", "office", "--for", "windows_365", "--source", source)
    with rules_of_tests():
        said = " ".join(scene.labs("add-image", *asked, "--dry-run").stdout.split())
        assert "Look yourself: Windows 365 demands a generalized image (A page about images, 2025-04-01)." in said
        assert "Tell teachers" not in said
        image = added(scene, *asked)
    assert {key: image[key] for key in image if key not in {"versions", "identifier"}} == {
        "os_type": "Windows",
        "os_state": "Generalized",
        "hyper_v_generation": "V2",
        "security_type": "TrustedLaunch",
        "consumers": ["windows_365"],
    }
    assert OFFICE in scene.catalogue.read_text(encoding="utf-8"), "labs keep theirs"


def test_a_source_that_the_service_does_not_take_is_refused(scene: Scene) -> None:
    scene.catalogue.write_text(CATALOGUE + OFFICE, encoding="utf-8")
    old = ("office-v2", "--for", "windows_365", "--source", f"{BUILD}/snapshots/windows-2022-office-2025")
    with rules_of_tests():
        said = refused(scene, *old, "--like", "office")
        assert (
            "Windows 365 demands generation 2 (A page about images, 2025-04-01), and the source is V1 in Azure" in said
        )
        assert "--for windows_365: Windows 365 demands generation 2" in refused(
            scene, *old, "--os-state", "Generalized"
        )
        assert "leave out --consumer" in refused(scene, *old, "--consumer", "other", code=2)
        assert "leave out --sku" in refused(scene, *old, "--like", "office", "--sku", "x", code=2)
        wrong = refused(scene, *old, "--like", "office", "--generation", "V1")
        assert "and --generation is V1; leave --generation out" in wrong
