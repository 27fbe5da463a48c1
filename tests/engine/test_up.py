"""The dev stack, deployed by the real engine into the pretend Azure."""

from __future__ import annotations

import re

from catalog.images.catalogue import load
from tests.support.page import page, prompted
from tests.support.project import CATALOGUE, COMPUTE, GALLERY, GROUP, LAB_ACCOUNT, LABS, ROOT, SNAPSHOTS, Project
from tests.support.written import files

WANTED = load(ROOT / CATALOGUE)
SETTABLE = {"osType", "hyperVGeneration", "creationData"}


def test_outputs_are_the_promised_ones(deployed: Project) -> None:
    outputs = deployed.output()
    assert sorted(outputs) == [
        "attachments",
        "galleryId",
        "imageDefinitionIds",
        "latestDeclaredVersions",
        "targetRegions",
    ]
    assert outputs["galleryId"] == GALLERY
    assert outputs["imageDefinitionIds"] == {name: f"{GALLERY}/images/{name}" for name in WANTED.images}
    assert outputs["latestDeclaredVersions"]["ubuntu-2204-python"] == "1.1.0"
    assert outputs["targetRegions"]["ubuntu-2204-python"]["1.0.0"] == ["koreacentral", "koreasouth"]
    assert outputs["attachments"] == [f"{LAB_ACCOUNT}/sharedGalleries/contoso_lab_images"]


def test_second_up_changes_nothing(deployed: Project) -> None:
    deployed.up("--expect-no-changes")


def test_refresh_finds_no_drift(deployed: Project) -> None:
    deployed.pulumi("refresh", "--preview-only", "--expect-no-changes")


def test_lab_account_shows_the_gallery(deployed: Project) -> None:
    assert deployed.attached() == [GALLERY]


def test_it_costs_what_the_page_shows(deployed: Project) -> None:
    text = page("run/costs.md")
    (command,) = prompted(text)
    example = text.split("```text\n")[1].split("```")[0]
    printed = deployed.run("sh", "-c", command).stdout.splitlines()
    old = [line for line in printed if re.fullmatch(r"Prices of .*: old\.", line)]
    assert [line for line in printed if line not in old] == example.splitlines()


def test_every_version_is_replicated_over_the_geography_with_its_size(deployed: Project) -> None:
    for name, image in WANTED.images.items():
        published = deployed.listed(f"{GALLERY}/images/{name}/versions", COMPUTE)
        assert {version["name"] for version in published} == set(image.versions)
        for version in published:
            properties = version["properties"]
            regions = [region["name"] for region in properties["publishingProfile"]["targetRegions"]]
            assert regions == ["Korea Central", "Korea South"]
            declared = image.versions[version["name"]].os_disk_size_gb
            assert properties["storageProfile"]["osDiskImage"]["sizeInGB"] == declared
            assert version["tags"]["lab-image-gallery"] == "lab-image-gallery/dev"


def test_sources_of_published_versions_are_no_longer_needed(deployed: Project) -> None:
    source = WANTED.images["ubuntu-2204-python"].versions["1.0.0"].source.id
    assert source is not None
    assert source.startswith(SNAPSHOTS)
    snapshot = deployed.arm("GET", f"{source}?api-version=2024-03-02")
    deployed.arm("DELETE", f"{source}?api-version=2024-03-02")
    deployed.up("--expect-no-changes")
    kept = {key: value for key, value in snapshot["properties"].items() if key in SETTABLE}
    larger = {"location": snapshot["location"], "properties": kept | {"diskSizeGB": 500}}
    deployed.arm("PUT", f"{source}?api-version=2024-03-02", larger)
    deployed.up("--expect-no-changes")


def everything(project: Project) -> list[str]:
    """Ids of all objects in the groups that the stack reads or writes, and of what is attached to the lab account."""
    groups = [GROUP.replace("galleries", name) for name in ("galleries", "labs", "image-build")]
    listed = [each for group in groups for each in project.listed(f"{group}/resources", "api-version=2021-04-01")]
    return sorted(each["id"] for each in listed + project.listed(f"{LAB_ACCOUNT}/sharedGalleries", LABS))


def test_only_the_sandbox_folder_is_written_and_destroy_leaves_what_was_there_before(fresh: Project) -> None:
    written, there = files(fresh.path, without={".venv", ".sandbox"}), everything(fresh)
    assert CATALOGUE in written
    fresh.pulumi("up", "--yes")
    assert files(fresh.path, without={".venv", ".sandbox"}) == written
    assert everything(fresh) != there
    fresh.pulumi("destroy", "--yes")
    assert everything(fresh) == there
