"""An image whose versions somebody else publishes, over HTTP and behind the stack's back, as Packer does it."""

from __future__ import annotations

import re
from typing import Any

from tests.support.project import CATALOGUE, COMPUTE, GALLERY, SMALL_CATALOGUE, SNAPSHOTS, Project

IMAGE = f"{GALLERY}/images/packer"
ENTRY = """\
  packer:
    os_type: Linux
    os_state: Generalized
    identifier: {publisher: contoso, offer: packer, sku: packer}
    versions: external
"""
WAITS = "it waits for its first version, which somebody else publishes"


def publish(project: Project, number: str, source: dict[str, object], *regions: str) -> None:
    """A version as Packer makes it: from a snapshot, disk or machine, without a tag of the stack."""
    profile = {"targetRegions": [{"name": name} for name in regions or ("Korea Central", "Korea South")]}
    body = {"location": "koreacentral", "properties": {"storageProfile": source, "publishingProfile": profile}}
    project.arm("PUT", f"{IMAGE}/versions/{number}?{COMPUTE}", body)


def disk(snapshot: str) -> dict[str, object]:
    return {"osDiskImage": {"source": {"id": f"{SNAPSHOTS}/{snapshot}"}}}


def there(project: Project) -> list[dict[str, Any]]:
    return project.listed(f"{IMAGE}/versions", COMPUTE)


def test_it_is_declared_judged_shown_and_never_deleted(small: Project) -> None:
    small.write(CATALOGUE, SMALL_CATALOGUE + ENTRY)
    small.replication(secondsPerRegion=0)
    first = small.up()
    assert WAITS in first, first
    assert small.output("latestDeclaredVersions") == {"python": "1.1.0", "databases": "1.0.0"}
    assert "packer" in small.output("imageDefinitionIds")
    assert "packer" not in small.output("targetRegions")
    assert small.arm("GET", f"{IMAGE}?{COMPUTE}")["tags"] == {"lab-image-gallery": "lab-image-gallery/dev"}
    small.up("--expect-no-changes")

    publish(small, "1.0.0", disk("ubuntu-2204-python-100"))
    good = small.pulumi("preview").stdout
    assert "teachers see 3 of 3 images in contoso-labs" in good, good
    small.up()
    small.up("--expect-no-changes")
    teachers = small.run("sandbox/labs", "teachers", "--image", "packer")
    assert re.search(r"packer +seen 1\.0\.0", teachers.stdout), teachers.stdout
    status = small.run("sandbox/labs", "status").stdout
    assert "packer:1.0.0: ready in koreacentral, koreasouth" in status
    assert "Everything in contoso_lab_images is in" in small.run("sandbox/labs", "list-unmanaged").stdout

    size = {"creationData": {"createOption": "Empty"}, "diskSizeGB": 200, "osType": "Linux"}
    body = {"location": "koreacentral", "properties": size}
    small.arm("PUT", f"{SNAPSHOTS}/packer-200?api-version=2024-03-02", body)
    publish(small, "1.1.0", disk("packer-200"))
    too_large = small.refused("preview")
    assert "packer 1.1.0: the OS disk has 200 GB" in too_large, too_large
    small.arm("DELETE", f"{IMAGE}/versions/1.1.0?{COMPUTE}")
    second = {"lun": 0, "source": {"id": f"{SNAPSHOTS}/ubuntu-2204-python-110"}}
    publish(small, "1.2.0", disk("ubuntu-2204-python-100") | {"dataDiskImages": [second]})
    two_disks = small.refused("preview")
    assert "packer 1.2.0: it has 1 data disk beside the OS disk" in two_disks, two_disks
    small.arm("DELETE", f"{IMAGE}/versions/1.2.0?{COMPUTE}")
    small.up("--expect-no-changes")

    before = there(small)
    for text, said in (
        (SMALL_CATALOGUE, "images.packer: the catalogue no longer has it"),
        (SMALL_CATALOGUE + ENTRY.replace("packer:", "packer-2:", 1), "images.packer: the catalogue no longer has it"),
    ):
        with small.edited(CATALOGUE):
            small.write(CATALOGUE, text)
            assert said in small.refused_up()
    destroyed = small.refused("destroy", "--yes")
    assert f"{IMAGE}/versions/1.0.0" in destroyed
    assert "so nothing was deleted" in destroyed
    assert there(small) == before
    assert len(small.published()) == 3


def test_versions_of_the_stack_do_not_become_those_of_others(small_up: Project) -> None:
    before = small_up.published()
    handed_over = re.sub(
        r"(?s)versions:\n      1\.0\.0: (?:(?!images).)*?\n  databases",
        "versions: external\n  databases",
        SMALL_CATALOGUE,
    )
    assert handed_over.count("external") == 1
    small_up.write(CATALOGUE, handed_over)
    refused = small_up.refused_up()
    assert (
        "images.python: it says versions: external, and its definition in the gallery holds versions 1.0.0, 1.1.0"
        in refused
    )
    for number in before["python"]:  # the tag alone does not hand them over
        small_up.arm("PATCH", f"{GALLERY}/images/python/versions/{number}?{COMPUTE}", {"tags": {}})
    assert "holds versions 1.0.0, 1.1.0, which this stack published" in small_up.refused_up()
    assert small_up.published() == before

    # As docs/publish/external.md hands it over: out of the state and the catalogue first, then taken over again.
    urn = "urn:pulumi:dev::lab-image-gallery::lab-image-gallery:index:LabImage::python"
    small_up.pulumi("state", "delete", "--force", "--target-dependents", "--yes", urn)
    small_up.arm("PATCH", f"{GALLERY}/images/python?{COMPUTE}", {"tags": {}})
    small_up.write(CATALOGUE, "images:\n  databases:" + SMALL_CATALOGUE.partition("  databases:")[2])
    small_up.up()
    small_up.write(CATALOGUE, handed_over)
    assert "= 1 imported" in small_up.up()
    small_up.up("--expect-no-changes")
    assert small_up.published() == before


def test_a_definition_that_others_made_is_taken_over_without_its_versions(small_up: Project) -> None:
    identifier = {"publisher": "contoso", "offer": "packer", "sku": "packer"}
    definition = {"osType": "Linux", "osState": "Generalized", "hyperVGeneration": "V1", "identifier": identifier}
    small_up.arm("PUT", f"{IMAGE}?{COMPUTE}", {"location": "koreacentral", "properties": definition})
    publish(small_up, "1.0.0", disk("ubuntu-2204-python-100"))
    small_up.run("sandbox/labs", "import", "packer", "--external")
    before = there(small_up)
    assert "= 1 imported" in small_up.up()
    small_up.up("--expect-no-changes")
    assert there(small_up) == before
