"""What an edit of the catalogue or the stack does to images that are published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.project import COMPUTE, GALLERY, LAB_ACCOUNT, LABS, SUBSCRIPTION, Project

IMAGE = "debian-12-databases"
VERSION = f"{IMAGE}:1.0.0"
SOURCE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/image-build/providers/Microsoft.Compute/snapshots"


@contextmanager
def edited(project: Project, file: str, old: str, new: str) -> Iterator[None]:
    """An edit for as long as the block lasts."""
    before = (project.path / file).read_text(encoding="utf-8")
    project.edit(file, old, new)
    try:
        yield
    finally:
        (project.path / file).write_text(before, encoding="utf-8")


def with_regions(regions: str) -> tuple[str, str]:
    """Edit of the catalogue that gives the version of IMAGE a list of target regions."""
    line = f"snapshot: {SOURCE}/debian-12-databases-100"
    return line, f"{line}\n        target_regions: {regions}"


@pytest.mark.parametrize(
    "regions",
    ["[koreacentral, koreasouth]", "[koreasouth, koreacentral]", "[KOREA SOUTH]", "[Korea South, Korea Central]"],
)
def test_order_and_spelling_of_regions_change_nothing(deployed: Project, regions: str) -> None:
    with edited(deployed, "images.yaml", *with_regions(regions)):
        assert deployed.steps() == []


def test_respelling_in_the_stack_changes_nothing(deployed: Project) -> None:
    with edited(deployed, "Pulumi.dev.yaml", "location: koreacentral", "location: Korea Central"):
        assert deployed.steps() == []


def test_a_region_is_added_and_removed_in_place(deployed: Project) -> None:
    def regions() -> list[str]:
        version = deployed.arm("GET", f"{GALLERY}/images/{IMAGE}/versions/1.0.0?{COMPUTE}")
        return [region["name"] for region in version["properties"]["publishingProfile"]["targetRegions"]]

    deployed.let_abroad(IMAGE)
    with edited(deployed, "images.yaml", *with_regions("[koreacentral, japaneast, koreasouth]")):
        assert {operation for operation, _ in deployed.steps()} == {"update"}
        assert ("update", VERSION) in deployed.steps()
        deployed.up()
        assert regions() == ["Korea Central", "Japan East", "Korea South"]
    refused = deployed.up(check=False)
    assert refused.returncode != 0
    assert "its replicas in japaneast would be deleted" in refused.stdout + refused.stderr
    assert regions() == ["Korea Central", "Japan East", "Korea South"]
    line, _ = with_regions("home")
    with edited(deployed, "images.yaml", line, f"{line}\n        allow_deletion_of_replicated_locations: true"):
        assert {operation for operation, _ in deployed.steps()} == {"update"}
        deployed.up()
        assert regions() == ["Korea Central", "Korea South"]
    deployed.up()


def test_a_new_version_is_one_more_resource(deployed: Project) -> None:
    snapshot = f"source:\n          snapshot: {SOURCE}/ubuntu-2204-python-110\n        os_disk_size_gb: 64\n"
    new = f"{snapshot}      1.2.0:\n        {snapshot}"
    with edited(deployed, "images.yaml", snapshot, new):
        assert sorted(step for step in deployed.steps() if step[0] == "create") == [
            ("create", "ubuntu-2204-python:1.2.0")
        ]
        assert {operation for operation, _ in deployed.steps()} <= {"create", "update"}


def test_reordering_images_and_versions_changes_nothing(deployed: Project) -> None:
    text = (deployed.path / "images.yaml").read_text(encoding="utf-8")
    _, images = text.split("\nimages:\n")
    blocks: list[str] = []
    for line in images.splitlines(keepends=True):
        if line.startswith("  ") and line[2].isalnum():
            blocks.append(line)
        elif blocks:
            blocks[-1] += line
    assert len(blocks) >= 6
    with edited(deployed, "images.yaml", images, "".join(reversed(blocks))):
        assert deployed.steps() == []


def test_another_source_under_a_published_number_is_refused(deployed: Project) -> None:
    old, _ = with_regions("home")
    with edited(deployed, "images.yaml", old, old.replace("debian-12-databases-100", "exactly-128")):
        preview = deployed.pulumi("preview", check=False)
        text = preview.stdout + preview.stderr
        assert preview.returncode != 0
        assert f"images.{IMAGE}.versions.1.0.0: source is {SOURCE}/debian-12-databases-100 in the gallery" in text
        assert "publish the change as a new version: 1.0.1" in text
        assert "Traceback" not in text


def test_all_conflicts_are_told_together_and_nothing_is_touched(fresh: Project) -> None:
    other = GALLERY.replace("contoso_lab_images", "other")
    fresh.arm("PUT", f"{other}?{COMPUTE}", {"location": "koreacentral"})
    fresh.arm("PUT", f"{LAB_ACCOUNT}/sharedGalleries/other?{LABS}", {"properties": {"galleryId": other}})
    old, _ = with_regions("home")
    fresh.edit("images.yaml", old, old.replace("debian-12-databases-100", "nowhere"))
    result = fresh.up(check=False)
    text = result.stdout + result.stderr
    assert result.returncode != 0
    assert "another gallery is attached to this lab account" in text
    assert "snapshots/nowhere" in text
    assert "Traceback" not in text
    assert fresh.listed(f"{GALLERY.rsplit('/', 1)[0]}", COMPUTE)[0]["name"] == "other"
    requests = fresh.arm("GET", "/sandbox/requests")
    writes = [entry for entry in requests if entry["method"] not in {"GET", "HEAD"}]
    assert len(writes) == 2
