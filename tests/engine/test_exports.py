"""What labs saved behind the stack's back, taken over by the commands of docs/publish/exports.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.engine.small_project import CATALOGUE, SNAPSHOTS, small_project
from tests.support.page import page, path_with_tools, prompted, section, shown
from tests.support.project import COMPUTE, GALLERY, SUBSCRIPTION, Project

PAGE = page("publish/exports.md")
MACHINE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/image-build/providers/Microsoft.Compute/virtualMachines"
EXPORTED = f"{GALLERY}/images/Teacher_GIS/versions/0.0.1"
HIDING = f"{GALLERY}/images/python/versions/1.2.0"
SAVED = f"{GALLERY}/images/python/versions/1.3.0"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = small_project(tmp_path / "project")
    made.up("--skip-preview")
    return made


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
    machine: dict[str, object] = {"source": {"virtualMachineId": f"{MACHINE}/ubuntu-2404-ml"}}
    export(project, EXPORTED, machine, "Korea Central")
    too_large: dict[str, object] = {"osDiskImage": {"source": {"id": f"{SNAPSHOTS}/exactly-128"}}}
    export(project, HIDING, too_large, "Korea Central", "Korea South")


def run(project: Project, heading: str) -> list[str]:
    """What the commands of a section print; `pulumi` and `./labs` are the sandbox's, and the answer is always yes."""
    path = path_with_tools(project, project.path.parent / "tools")
    return [
        project.run(
            "sh",
            "-c",
            line.replace("./labs ", "sandbox/labs "),
            PATH=path,
            PULUMI_OPTION_YES="true",
            PULUMI_OPTION_NON_INTERACTIVE="true",
        ).stdout
        for line in prompted(section(PAGE, heading))
    ]


def regions(project: Project, version: str) -> list[str]:
    profile = project.arm("GET", f"{version}?{COMPUTE}")["properties"]["publishingProfile"]
    return [target["name"] for target in profile["targetRegions"]]


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


def test_both_kinds_are_listed_imported_widened_and_kept(project: Project) -> None:
    export_both_kinds(project)
    (listed,) = run(project, "See what is there")
    assert listed.startswith(shown(section(PAGE, "See what is there")))
    project.arm("DELETE", f"{HIDING}?{COMPUTE}")
    snapshot: dict[str, object] = {"osDiskImage": {"source": {"id": f"{SNAPSHOTS}/ubuntu-2204-python-110"}}}
    export(project, SAVED, snapshot, "Korea Central", "Korea South")
    there = {version: published(project, version) for version in (EXPORTED, SAVED)}
    project.run("sandbox/labs", "import", "python:1.3.0")

    imported, preview, first, second = run(project, "Take one over")
    assert "Warning: A Specialized image" in imported
    catalogue = project.path / "images.yaml"
    assert catalogue.read_text(encoding="utf-8").endswith(shown(section(PAGE, "Take one over")))
    assert set(CATALOGUE.splitlines()) <= set(catalogue.read_text(encoding="utf-8").splitlines())
    assert re.search(r"= +azure-native:compute:GalleryImageVersion +Teacher_GIS:0.0.1 +import", preview)
    assert "= 3 imported" in first
    assert re.search(r"Resources:\n +\d+ unchanged\n", second), second
    for version in (EXPORTED, SAVED):
        assert project.arm("GET", f"{version}?{COMPUTE}")["tags"] == {"lab-image-gallery": "lab-image-gallery/dev"}
    assert "is in it already" in project.run("sandbox/labs", "import", "Teacher_GIS").stdout

    project.edit(
        "images.yaml", "target_regions: [koreacentral]", shown(section(PAGE, "Have it in more regions")).strip()
    )
    run(project, "Have it in more regions")
    assert regions(project, EXPORTED) == ["Korea Central", "Korea South"]
    status, watched = run(project, "Watch")
    assert "Teacher_GIS:0.0.1: ready in koreacentral, koreasouth\n" in status
    assert watched == status

    before = catalogue.read_text(encoding="utf-8")
    without(catalogue, "Teacher_GIS:", "storage_account_type:")
    refused = project.pulumi("preview", check=False)
    assert refused.returncode != 0
    assert re.search(r"Teacher_GIS:0.0.1.*\n?.*protect", refused.stdout + refused.stderr), refused.stdout
    assert {version: published(project, version) for version in there} == there
    catalogue.write_text(before, encoding="utf-8")
    project.up("--skip-preview", "--expect-no-changes")

    project.arm("DELETE", f"{SAVED}?{COMPUTE}")
    refused = project.pulumi("preview", check=False)
    assert f"the gallery has no such version: {SAVED}" in refused.stdout + refused.stderr
    project.pulumi("refresh", "--yes")
    without(catalogue, "1.3.0:", "storage_account_type:")
    project.up("--skip-preview")
    assert published(project, EXPORTED) == there[EXPORTED]
