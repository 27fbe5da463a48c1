"""The dev stack, deployed by the real engine into the pretend Azure."""

from __future__ import annotations

import json

from catalog.images.catalogue import load
from tests.support.project import COMPUTE, GALLERY, GROUP, LAB_ACCOUNT, LABS, ROOT, SUBSCRIPTION, Project
from tests.support.written import files

CATALOGUE = load(ROOT / "images.yaml")


def test_outputs_are_the_promised_ones(deployed: Project) -> None:
    outputs = json.loads(deployed.pulumi("stack", "output", "--json").stdout)
    assert sorted(outputs) == [
        "attachments",
        "galleryId",
        "imageDefinitionIds",
        "latestDeclaredVersions",
        "targetRegions",
    ]
    assert outputs["galleryId"] == GALLERY
    assert outputs["imageDefinitionIds"] == {name: f"{GALLERY}/images/{name}" for name in CATALOGUE.images}
    assert outputs["latestDeclaredVersions"]["ubuntu-2204-python"] == "1.1.0"
    assert outputs["targetRegions"]["ubuntu-2204-python"]["1.0.0"] == ["koreacentral", "koreasouth"]
    assert outputs["attachments"] == [f"{LAB_ACCOUNT}/sharedGalleries/contoso_lab_images"]


def test_second_up_changes_nothing(deployed: Project) -> None:
    deployed.up("--expect-no-changes")


def test_refresh_finds_no_drift(deployed: Project) -> None:
    deployed.pulumi("refresh", "--preview-only", "--expect-no-changes")


def test_lab_account_shows_the_gallery(deployed: Project) -> None:
    attached = deployed.listed(f"{LAB_ACCOUNT}/sharedGalleries", LABS)
    assert [entry["properties"]["galleryId"] for entry in attached] == [GALLERY]


def test_every_version_is_replicated_over_the_geography_with_its_size(deployed: Project) -> None:
    for name, image in CATALOGUE.images.items():
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
    snapshots = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/image-build/providers/Microsoft.Compute/snapshots"
    name = CATALOGUE.images["ubuntu-2204-python"].versions["1.0.0"].source.id
    assert name is not None
    assert name.startswith(snapshots)
    snapshot = deployed.arm("GET", f"{name}?api-version=2024-03-02")
    deployed.arm("DELETE", f"{name}?api-version=2024-03-02")
    deployed.up("--expect-no-changes")
    deployed.arm(
        "PUT",
        f"{name}?api-version=2024-03-02",
        {
            "location": snapshot["location"],
            "properties": {
                key: snapshot["properties"][key]
                for key in ("osType", "hyperVGeneration", "creationData")
                if key in snapshot["properties"]
            }
            | {"diskSizeGB": 500},
        },
    )
    deployed.up("--expect-no-changes")


def test_nothing_but_the_sandbox_folder_is_written(fresh: Project) -> None:
    before = files(fresh.path, without={".venv", ".sandbox"})
    assert "images.yaml" in before
    fresh.up()
    assert files(fresh.path, without={".venv", ".sandbox"}) == before


def test_destroy_leaves_what_was_there_before(fresh: Project) -> None:
    groups = [GROUP, GROUP.replace("galleries", "labs"), GROUP.replace("galleries", "image-build")]

    def everything() -> list[str]:
        ids = [
            entry["id"] for group in groups for entry in fresh.listed(f"{group}/resources", "api-version=2021-04-01")
        ]
        attached = fresh.listed(f"{LAB_ACCOUNT}/sharedGalleries", LABS)
        return sorted(ids) + [entry["id"] for entry in attached]

    before = everything()
    fresh.up()
    assert everything() != before
    fresh.pulumi("destroy", "--yes")
    assert everything() == before
