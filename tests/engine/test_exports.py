"""What labs saved behind the stack's back, taken over by the commands of docs/publish/exports.md."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from sandbox.emulator.process.lease import lease
from tests.support.page import as_written, page, prompted, section, shown
from tests.support.project import BUILD, CATALOGUE, COMPUTE, GALLERY, SMALL_CATALOGUE, SNAPSHOTS, Project

PAGE = page("publish/exports.md")
TRY = "Try it in the sandbox"
EXPORTED = f"{GALLERY}/images/Teacher_GIS/versions/0.0.1"
HIDING = f"{GALLERY}/images/python/versions/1.2.0"
SAVED = f"{GALLERY}/images/python/versions/1.3.0"


def export(project: Project, version: str, source: dict[str, object], *regions: str) -> None:
    """Save a template as Lab Services does, with Azure's spelling of regions and no tag."""
    profile = {"targetRegions": [{"name": name} for name in regions]}
    body = {"location": "Korea Central", "properties": {"storageProfile": source, "publishingProfile": profile}}
    project.arm("PUT", f"{version}?{COMPUTE}", body)


def export_both_kinds(project: Project) -> None:
    """An image of its own in one region, and a version of one of ours in two that no teacher will see."""
    identifier = {"publisher": "contoso-university", "offer": "gis", "sku": "teacher"}
    definition = {"osType": "Linux", "osState": "Specialized", "identifier": identifier}
    body = {"location": "Korea Central", "properties": definition}
    project.arm("PUT", f"{GALLERY}/images/Teacher_GIS?{COMPUTE}", body)
    machine: dict[str, object] = {"source": {"virtualMachineId": f"{BUILD}/virtualMachines/ubuntu-2404-ml"}}
    export(project, EXPORTED, machine, "Korea Central")
    too_large: dict[str, object] = {"osDiskImage": {"source": {"id": f"{SNAPSHOTS}/exactly-128"}}}
    export(project, HIDING, too_large, "Korea Central", "Korea South")


def run(project: Project, heading: str) -> list[str]:
    """What the commands of a section print; `./labs` is the sandbox's."""
    return as_written(project, [line.replace("./labs ", "sandbox/labs ") for line in prompted(section(PAGE, heading))])


def published(project: Project, version: str) -> str:
    """When a version was made, and what from."""
    properties = project.arm("GET", f"{version}?{COMPUTE}")["properties"]
    return f"{properties['publishingProfile']['publishedDate']} {properties['storageProfile']}"


def without(catalogue: Path, first: str, last: str) -> None:
    """Take lines out of the catalogue, from the one that begins with `first` to the one that begins with `last`."""
    lines = catalogue.read_text(encoding="utf-8").splitlines(keepends=True)
    begin = next(index for index, line in enumerate(lines) if line.strip().startswith(first))
    end = next(index for index in range(begin, len(lines)) if lines[index].strip().startswith(last))
    del lines[begin : end + 1]
    catalogue.write_text("".join(lines), encoding="utf-8")


def test_both_kinds_are_listed_imported_widened_and_kept(small_up: Project) -> None:
    export_both_kinds(small_up)
    (listed,) = run(small_up, "See what is there")
    assert listed.replace(CATALOGUE, "images.yaml").startswith(shown(section(PAGE, "See what is there")))
    small_up.arm("DELETE", f"{HIDING}?{COMPUTE}")
    snapshot: dict[str, object] = {"osDiskImage": {"source": {"id": f"{SNAPSHOTS}/ubuntu-2204-python-110"}}}
    export(small_up, SAVED, snapshot, "Korea Central", "Korea South")
    small_up.run("sandbox/labs", "import", "python:1.3.0")
    there = {version: published(small_up, version) for version in (EXPORTED, SAVED)}

    imported, preview, first, second = run(small_up, "Take one over")
    assert "Warning: A Specialized image" in imported
    catalogue = small_up.path / CATALOGUE
    assert small_up.read(CATALOGUE).endswith(shown(section(PAGE, "Take one over")))
    assert set(SMALL_CATALOGUE.splitlines()) <= set(small_up.read(CATALOGUE).splitlines())
    assert re.search(r"= +azure-native:compute:GalleryImageVersion +Teacher_GIS:0.0.1 +import", preview)
    assert "= 3 imported" in first
    assert re.search(r"Resources:\n +\d+ unchanged\n", second), second
    for version in (EXPORTED, SAVED):
        assert small_up.arm("GET", f"{version}?{COMPUTE}")["tags"] == {"lab-image-gallery": "lab-image-gallery/dev"}
    assert "is in it already" in small_up.run("sandbox/labs", "import", "Teacher_GIS").stdout

    wider = shown(section(PAGE, "Have it in more regions")).strip()
    small_up.edit(CATALOGUE, ("target_regions: [koreacentral]", wider))
    run(small_up, "Have it in more regions")
    assert small_up.regions(EXPORTED) == ["Korea Central", "Korea South"]
    status, watched = run(small_up, "Watch")
    assert "Teacher_GIS:0.0.1: ready in koreacentral, koreasouth\n" in status
    in_log = [re.sub(r"^[\d-]+T[\d:]+Z ", "", line) for line in watched.splitlines()]
    assert in_log == [*filter(None, status.splitlines()), "Watched for 0 s."]

    with small_up.edited(CATALOGUE):
        without(catalogue, "Teacher_GIS:", "storage_account_type:")
        refused = small_up.refused("preview")
    assert re.search(r"Teacher_GIS:0.0.1.*\n?.*protect", refused), refused
    assert {version: published(small_up, version) for version in there} == there
    small_up.up("--expect-no-changes")

    small_up.arm("DELETE", f"{SAVED}?{COMPUTE}")
    assert f"the gallery has no such version: {SAVED}" in small_up.refused("preview")
    small_up.pulumi("refresh", "--yes")
    without(catalogue, "1.3.0:", "storage_account_type:")
    small_up.up()
    assert published(small_up, EXPORTED) == there[EXPORTED]


def test_mixed_storage_is_taken_over_as_it_is(small_up: Project) -> None:
    targets = [
        {
            "name": "Korea Central",
            "regionalReplicaCount": 2,
            "storageAccountType": "Standard_ZRS",
            "excludeFromLatest": False,
        },
        {"name": "Korea South", "storageAccountType": "Standard_LRS", "excludeFromLatest": True},
    ]
    snapshot = {"osDiskImage": {"source": {"id": f"{SNAPSHOTS}/ubuntu-2204-python-110"}}}
    for number, mode in (("1.3.0", "Full"), ("1.4.0", "Shallow")):
        regions = targets if mode == "Full" else [{"name": "Korea Central"}]
        profile = {"targetRegions": regions, "replicationMode": mode}
        body = {"location": "Korea Central", "properties": {"storageProfile": snapshot, "publishingProfile": profile}}
        small_up.arm("PUT", f"{GALLERY}/images/python/versions/{number}?{COMPUTE}", body)
    before = small_up.arm("GET", f"{SAVED}?{COMPUTE}")["properties"]["publishingProfile"]

    all_of_it = small_up.run("sandbox/labs", "import", "python", "--stack", "dev", check=False)
    assert all_of_it.returncode == 1
    assert "1.3.0 can be taken over alone" in all_of_it.stderr
    small_up.run("sandbox/labs", "import", "python:1.3.0", "--stack", "dev")
    assert "storage_account_type: {koreacentral: Standard_ZRS, koreasouth: Standard_LRS}" in small_up.read(CATALOGUE)
    steps = small_up.steps()
    assert ("import", "python:1.3.0") in steps
    assert {operation for operation, _ in steps} == {"import", "update"}
    small_up.up()
    assert small_up.arm("GET", f"{SAVED}?{COMPUTE}")["properties"]["publishingProfile"] == before
    small_up.up("--expect-no-changes")
    small_up.edit(CATALOGUE, ("{koreacentral: Standard_ZRS, koreasouth: Standard_LRS}", "Standard_ZRS_where_available"))
    small_up.up("--expect-no-changes")
    small_up.edit(CATALOGUE, ("Standard_ZRS_where_available", "Standard_LRS"))
    assert "storage_account_type is Standard_ZRS in koreacentral in the gallery" in small_up.refused("preview")


def test_a_template_that_a_teacher_saves_in_the_sandbox(small: Project) -> None:
    *_, attached, seeded, saved, listed, imported, taken_over, nothing = run(small, TRY)
    assert "created" in attached
    assert '"status": "seeded"' in seeded
    assert '"status": "InProgress"' in saved
    assert "teacher-gis:1.0.0: an image of its own\n  one disk of 100 GB, in koreacentral\n" in listed
    assert "images.teacher-gis with 1.0.0 added" in imported
    assert "= 2 imported" in taken_over
    assert nothing == f"Everything in contoso_lab_images is in {CATALOGUE}.\n"
    saving = next(line for line in prompted(section(PAGE, TRY)) if "saveImage" in line)
    as_written(small, [saving.replace('"teacher-gis"', '"python"')])
    assert "python:1.1.1: a version of an image in the catalogue" in small.run("sandbox/labs", "list-unmanaged").stdout


def test_a_version_that_is_numbered_by_its_date(small_up: Project) -> None:
    dated = f"{GALLERY}/images/python/versions/2024.01.15"
    snapshot: dict[str, object] = {"osDiskImage": {"source": {"id": f"{SNAPSHOTS}/ubuntu-2204-python-110"}}}
    export(small_up, dated, snapshot, "Korea Central", "Korea South")
    listed = small_up.run("sandbox/labs", "list-unmanaged").stdout
    assert "python:2024.01.15: a version of an image in the catalogue" in listed
    there = published(small_up, dated)

    small_up.run("sandbox/labs", "import", "python:2024.1.15")
    assert "      2024.01.15:\n" in small_up.read(CATALOGUE)
    # It is imported and gets the stack's tag; beside it only the components change, which are nothing in Azure.
    preview = small_up.pulumi("preview").stdout
    touched = re.findall(r"^ +([-+=~]+)[^a-z]+azure-native:\S+ +(\S+) ", preview, re.MULTILINE)
    assert sorted(touched) == [("=", "python:2024.01.15"), ("~", "python:2024.01.15")]
    small_up.up()
    small_up.up("--expect-no-changes")
    assert "python:2024.01.15: ready in" in small_up.run("sandbox/labs", "status").stdout
    assert "Everything in" in small_up.run("sandbox/labs", "list-unmanaged").stdout
    source = f"{SNAPSHOTS}/ubuntu-2204-python-110"
    added = small_up.run("sandbox/labs", "add-version", "python", "--source", source, "--dry-run").stdout
    assert "would add images.python.versions.2024.1.16" in added

    small_up.edit(CATALOGUE, ("2024.01.15:", "2024.1.15:"))
    small_up.up("--expect-no-changes")
    assert published(small_up, dated) == there


def test_moments_that_have_passed_are_taken_over_as_they_are(small_up: Project) -> None:
    with lease(small_up.path / ".sandbox"):  # Azure answers already when the few seconds begin
        ends = (datetime.now(UTC) + timedelta(seconds=4)).astimezone(timezone(timedelta(hours=9))).isoformat()
        identifier = {"publisher": "contoso-university", "offer": "gis", "sku": "teacher"}
        definition = {"osType": "Linux", "osState": "Specialized", "identifier": identifier, "endOfLifeDate": ends}
        image = f"{GALLERY}/images/Teacher_GIS"
        small_up.arm("PUT", f"{image}?{COMPUTE}", {"location": "Korea Central", "properties": definition})
        machine = {"source": {"virtualMachineId": f"{BUILD}/virtualMachines/ubuntu-2404-ml"}}
        profile = {"targetRegions": [{"name": "Korea Central"}], "endOfLifeDate": ends}
        version = {"location": "Korea Central", "properties": {"storageProfile": machine, "publishingProfile": profile}}
        small_up.arm("PUT", f"{EXPORTED}?{COMPUTE}", version)
    while datetime.now(UTC) <= datetime.fromisoformat(ends):
        time.sleep(0.2)
    small_up.run("sandbox/labs", "import", "Teacher_GIS")
    assert (
        small_up.read(CATALOGUE).count(f"end_of_life: {datetime.fromisoformat(ends).astimezone(UTC).isoformat()}") == 2
    )
    small_up.up()
    previewed = small_up.pulumi("preview", "--expect-no-changes").stdout
    for subject in ("Teacher_GIS", "Teacher_GIS 0.0.1"):
        assert f"{subject}: its end of life " in previewed
    small_up.pulumi("refresh", "--preview-only", "--expect-no-changes")
    shown_image = small_up.arm("GET", f"{image}?{COMPUTE}")["properties"]["endOfLifeDate"]
    shown_version = small_up.arm("GET", f"{EXPORTED}?{COMPUTE}")["properties"]["publishingProfile"]["endOfLifeDate"]
    assert [shown_image, shown_version] == [ends, ends]
    day = datetime.fromisoformat(ends).astimezone(UTC).date()
    small_up.write(CATALOGUE, re.sub("end_of_life: .*", f"end_of_life: {day}", small_up.read(CATALOGUE)))
    small_up.up("--expect-no-changes")
    small_up.write(CATALOGUE, small_up.read(CATALOGUE).replace(f"end_of_life: {day}", "end_of_life: 2020-01-31"))
    refused = small_up.refused("preview")
    for subject in ("images.Teacher_GIS: ", "images.Teacher_GIS.versions.0.0.1: "):
        assert f"{subject}end_of_life is 2020-01-31, which is not in the future" in refused
