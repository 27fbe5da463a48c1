"""What an edit of the catalogue or the stack does to images that are published."""

from __future__ import annotations

import re

from tests.support.project import CATALOGUE, COMPUTE, GALLERY, SNAPSHOTS, Project

IMAGE = "debian-12-databases"
VERSION = f"{IMAGE}:1.0.0"
PUBLISHED = f"{GALLERY}/images/{IMAGE}/versions/1.0.0"


def with_regions(regions: str) -> tuple[str, str]:
    """Edit of the catalogue that gives the version of IMAGE a list of target regions."""
    line = f"snapshot: {SNAPSHOTS}/debian-12-databases-100"
    return line, f"{line}\n        target_regions: {regions}"


RESPELLED = {
    "snapshots/debian-12-databases-100": "[koreacentral, koreasouth]",
    "snapshots/ubuntu-2204-python-100": "[koreasouth, koreacentral]",
    "disks/ubuntu-2204-ros": "[KOREA SOUTH]",
    "snapshots/windows-2022-office-2025": "[Korea South, Korea Central]",
}
"""Target regions by source: those that the version has anyway, in other words and orders."""


def test_spelling_and_order_of_regions_and_images_change_nothing(deployed: Project) -> None:
    regions = [(f"{source}\n", f"{source}\n        target_regions: {names}\n") for source, names in RESPELLED.items()]
    stack = ("location: koreacentral", "location: Korea Central")
    with deployed.edited(CATALOGUE, *regions), deployed.edited("Pulumi.dev.yaml", stack):
        _, images = deployed.read(CATALOGUE).split("\nimages:\n")
        blocks = re.split(r"^(?=  \w)", images, flags=re.MULTILINE)[1:]
        assert len(blocks) >= 6
        deployed.edit(CATALOGUE, (images, "".join(reversed(blocks))))
        assert deployed.steps() == []


def test_a_region_is_added_and_removed_in_place(deployed: Project) -> None:
    deployed.let_abroad(IMAGE)
    with deployed.edited(CATALOGUE, with_regions("[koreacentral, japaneast, koreasouth]")):
        steps = deployed.steps()
        assert {operation for operation, _ in steps} == {"update"}
        assert ("update", VERSION) in steps
        deployed.up()
        assert deployed.regions(PUBLISHED) == ["Korea Central", "Japan East", "Korea South"]
    assert "its replicas in japaneast would be deleted" in deployed.refused_up()
    assert deployed.regions(PUBLISHED) == ["Korea Central", "Japan East", "Korea South"]
    line, _ = with_regions("home")
    with deployed.edited(CATALOGUE, (line, f"{line}\n        allow_deletion_of_replicated_locations: true")):
        assert {operation for operation, _ in deployed.steps()} == {"update"}
        deployed.up()
        assert deployed.regions(PUBLISHED) == ["Korea Central", "Korea South"]
    deployed.up()


def test_a_feature_that_somebody_added_stays_with_its_first_version(deployed: Project) -> None:
    definition = f"{GALLERY}/images/{IMAGE}?{COMPUTE}"
    answer = deployed.arm("GET", definition)
    assert "features" not in answer["properties"]
    added = [{"name": "IsHibernateSupported", "value": "True", "startsAtVersion": "2.0.0"}]
    deployed.arm(
        "PUT", definition, answer | {"properties": answer["properties"] | {"features": added, "allowUpdateImage": True}}
    )
    for number, before in enumerate(((), ("--refresh",))):
        noted = f"  {IMAGE}:\n    release_note_uri: https://example.edu/{number}\n"
        with deployed.edited(CATALOGUE, (f"  {IMAGE}:\n", noted)):
            assert "replace" not in {operation for operation, _ in deployed.steps(*before)}
            deployed.up(*before)
        shown = deployed.arm("GET", definition)["properties"]
        assert (shown["features"], shown["releaseNoteUri"]) == (added, f"https://example.edu/{number}")
    deployed.up()
    deployed.pulumi("preview", "--expect-no-changes")


def test_a_new_version_is_one_more_resource(deployed: Project) -> None:
    snapshot = f"source:\n          snapshot: {SNAPSHOTS}/ubuntu-2204-python-110\n        os_disk_size_gb: 64\n"
    new = f"{snapshot}      1.2.0:\n        {snapshot}"
    with deployed.edited(CATALOGUE, (snapshot, new)):
        steps = deployed.steps()
        assert [step for step in steps if step[0] == "create"] == [("create", "ubuntu-2204-python:1.2.0")]
        assert {operation for operation, _ in steps} <= {"create", "update"}


def test_another_source_under_a_published_number_is_refused(deployed: Project) -> None:
    old, _ = with_regions("home")
    with deployed.edited(CATALOGUE, (old, old.replace("debian-12-databases-100", "exactly-128"))):
        text = deployed.refused("preview")
        assert f"images.{IMAGE}.versions.1.0.0: source is {SNAPSHOTS}/debian-12-databases-100 in the gallery" in text
        assert "publish the change as a new version: 1.0.1" in text
