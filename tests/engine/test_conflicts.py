"""A preview reports all conflicts at once, before anything is written."""

from __future__ import annotations

from typing import Any

from tests.support.project import BUILD, CATALOGUE, COMPUTE, GALLERY, GROUP, LAB_ACCOUNT, LABS, SUBSCRIPTION, Project

NOBODYS = LAB_ACCOUNT.replace(SUBSCRIPTION, f"{SUBSCRIPTION[:-4]}00ff")
REGIONS = [{"name": name, "storageAccountType": "Premium_LRS"} for name in ("koreacentral", "koreasouth", "japaneast")]


def definition(sku: str, **properties: Any) -> dict[str, Any]:
    identifier = {"publisher": "contoso-university", "offer": "databases", "sku": sku}
    common = {"osType": "Linux", "osState": "Generalized", "identifier": identifier}
    return {"location": "koreacentral", "properties": common | properties}


IMAGE = f"{GALLERY}/images/debian-12-databases"


def version(snapshot: str, regions: list[dict[str, str]]) -> dict[str, Any]:
    source = {"osDiskImage": {"source": {"id": f"{BUILD}/snapshots/{snapshot}"}}}
    profile = {"targetRegions": regions}
    return {"location": "koreacentral", "properties": {"storageProfile": source, "publishingProfile": profile}}


def fill_with_what_is_not_ours(project: Project) -> None:
    """A gallery of our name with an image of our name, another image with our identifier, and a gallery attached."""
    other = f"{GALLERY[:-1]}x"
    for gallery in (GALLERY, other):
        project.arm("PUT", f"{gallery}?{COMPUTE}", {"location": "koreacentral"})
    project.arm("PUT", f"{LAB_ACCOUNT}/sharedGalleries/x?{LABS}", {"properties": {"galleryId": other}})
    project.arm("PUT", f"{IMAGE}?{COMPUTE}", definition("other", eula="text", hyperVGeneration="V1"))
    project.arm("PUT", f"{IMAGE}/versions/1.0.0?{COMPUTE}", version("ubuntu-2204-python-100", REGIONS))
    hpc = {"publisher": "contoso-university", "offer": "hpc", "sku": "rocky-9"}
    project.arm("PUT", f"{GALLERY}/images/exported?{COMPUTE}", definition("x", identifier=hpc))
    project.arm("DELETE", f"{BUILD}/images/windows-2022-engineering?api-version=2024-07-01")


def test_every_kind_at_once_and_nothing_is_written(fresh: Project) -> None:
    fill_with_what_is_not_ours(fresh)
    fresh.edit(
        "Pulumi.dev.yaml",
        ("createResourceGroup: false", "createResourceGroup: true"),
        (f"    - {LAB_ACCOUNT}\n", f"    - {LAB_ACCOUNT}\n    - {NOBODYS}\n    - {LAB_ACCOUNT}x\n"),
    )
    fresh.edit(
        CATALOGUE,
        ("snapshots/windows-2022-office-2025", "snapshots/gen2-snapshot"),
        (
            f"{BUILD}/disks/ubuntu-2204-ros",
            f"{BUILD.replace('image-build', 'image-build-us')}/disks/ubuntu-2404-ml-us",
        ),
    )
    before = len(fresh.requests())
    expected = [
        f"images.debian-12-databases: {IMAGE} exists and does not carry the tag",
        "images.debian-12-databases: identifier.sku is other in the gallery",
        "images.debian-12-databases: eula is text in the gallery",
        f"images.debian-12-databases.versions.1.0.0: {IMAGE}/versions/1.0.0 exists and does not carry the tag",
        f"images.debian-12-databases.versions.1.0.0: source is {BUILD}/snapshots/ubuntu-2204-python-100 in the gallery",
        "images.debian-12-databases.versions.1.0.0: storage_account_type is Premium_LRS in koreacentral",
        "images.debian-12-databases.versions.1.0.0: its replicas in japaneast would be deleted",
        "images.rocky-9-hpc: its identifier contoso-university / hpc / rocky-9 is already that of",
        "images.windows-2022-engineering.versions.1.0.0: its source cannot be read: Azure has no such object",
        "images.windows-2022-office.versions.2025.9.0: the image says os_type: Windows",
        "images.windows-2022-office.versions.2025.9.0: the image says hyper_v_generation: V1",
        "images.ubuntu-2204-ros.versions.1.0.0: its source",
        f"resource group: {GROUP} exists and does not carry the tag",
        f"gallery: {GALLERY} exists and does not carry the tag",
        f"{LAB_ACCOUNT}: another gallery is attached",
        f"{NOBODYS}: the lab account cannot be read: this sign-in cannot see the subscription",
        f"{LAB_ACCOUNT}x: the lab account cannot be read",
    ]
    for arguments in (["preview"], ["up", "--yes", "--skip-preview"]):
        printed = fresh.refused(*arguments)
        assert [words for words in expected if words not in printed] == []
    requests = fresh.requests()[before:]
    assert len(requests) > len(expected)
    assert {entry["method"] for entry in requests} == {"GET"}
