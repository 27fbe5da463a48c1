"""azure-mgmt-compute creates, gets, lists, polls, updates and deletes the types of Microsoft.Compute."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.compute import ComputeManagementClient

from tests.support.emulator_client import BUILD, Client

pytest_plugins = ["tests.support.emulator", "tests.sandbox.emulator.microsoft_clients"]
LIMIT = 30  # seconds
HOME = {"location": "koreacentral"}
SNAPSHOT = f"{BUILD}/snapshots/ubuntu-2204-python-100"
DEFINITION: dict[str, Any] = HOME | {
    "os_type": "Linux",
    "os_state": "Generalized",
    "identifier": {"publisher": "contoso", "offer": "python", "sku": "ubuntu"},
}
VERSION: dict[str, Any] = HOME | {
    "storage_profile": {"os_disk_image": {"source": {"id": SNAPSHOT}}},
    "publishing_profile": {"target_regions": [{"name": "koreacentral"}, {"name": "koreasouth"}]},
}


@pytest.fixture
def gallery(client: Client, compute: ComputeManagementClient) -> str:
    made = compute.galleries.begin_create_or_update("galleries", "labs_gallery", HOME | {"description": "labs"})
    assert made.result(LIMIT).provisioning_state == "Succeeded"
    return "labs_gallery"


@pytest.fixture
def definition(gallery: str, compute: ComputeManagementClient) -> str:
    made = compute.gallery_images.begin_create_or_update("galleries", gallery, "python", DEFINITION)
    assert made.result(LIMIT).hyper_v_generation == "V1"
    return "python"


def test_galleries(gallery: str, compute: ComputeManagementClient) -> None:
    shown = compute.galleries.get("galleries", gallery)
    assert (shown.description, shown.location) == ("labs", "koreacentral")
    assert shown.identifier
    assert str(shown.identifier.unique_name).endswith("-LABS_GALLERY")
    assert [found.name for found in compute.galleries.list_by_resource_group("galleries")] == [gallery]
    assert [found.name for found in compute.galleries.list()] == [gallery]
    updated = compute.galleries.begin_update("galleries", gallery, {"description": "changed", "tags": {"a": "b"}})
    assert (updated.result(LIMIT).description, updated.result().tags) == ("changed", {"a": "b"})
    compute.galleries.begin_delete("galleries", gallery).result(LIMIT)
    with pytest.raises(ResourceNotFoundError, match="labs_gallery"):
        compute.galleries.get("galleries", gallery)


def test_image_definitions(gallery: str, definition: str, compute: ComputeManagementClient) -> None:
    images = compute.gallery_images
    assert images.get("galleries", gallery, definition).identifier.sku == "ubuntu"
    assert [found.name for found in images.list_by_gallery("galleries", gallery)] == [definition]
    updated = images.begin_update("galleries", gallery, definition, {"description": "for a course"}).result(LIMIT)
    assert (updated.description, updated.os_type) == ("for a course", "Linux")
    with pytest.raises(HttpResponseError, match="PropertyChangeNotAllowed"):
        images.begin_update("galleries", gallery, definition, {"os_type": "Windows"})
    images.begin_delete("galleries", gallery, definition).result(LIMIT)
    assert list(images.list_by_gallery("galleries", gallery)) == []


def test_image_versions(client: Client, gallery: str, definition: str, compute: ComputeManagementClient) -> None:
    client.replication(secondsPerRegion=0.2)
    versions, where = compute.gallery_image_versions, ("galleries", gallery, definition)
    creation = versions.begin_create_or_update(*where, "1.0.0", VERSION)
    assert (creation.done(), creation.status()) == (False, "InProgress")
    made = creation.result(LIMIT)
    assert (creation.status(), made.provisioning_state) == ("Succeeded", "Succeeded")
    assert made.storage_profile.os_disk_image.size_in_gb == 64
    shown = versions.get(*where, "1.0.0", expand="ReplicationStatus")
    summary = [(entry.region, entry.state, entry.progress) for entry in shown.replication_status.summary]
    assert summary == [("koreacentral", "Completed", 100), ("koreasouth", "Completed", 100)]
    assert [found.name for found in versions.list_by_gallery_image(*where)] == ["1.0.0"]
    more = {"publishing_profile": {"target_regions": [{"name": n} for n in ("koreacentral", "koreasouth", "eastus")]}}
    updated = versions.begin_update(*where, "1.0.0", more).result(LIMIT)
    names = [entry.name for entry in updated.publishing_profile.target_regions]
    assert names == ["Korea Central", "Korea South", "East US"]
    versions.begin_delete(*where, "1.0.0").result(LIMIT)
    assert list(versions.list_by_gallery_image(*where)) == []


def test_a_region_that_fails_is_named(
    client: Client, gallery: str, definition: str, compute: ComputeManagementClient
) -> None:
    client.replication(failRegions=["koreasouth"])
    poller = compute.gallery_image_versions.begin_create_or_update("galleries", gallery, definition, "1.0.0", VERSION)
    with pytest.raises(HttpResponseError, match="Korea South"):
        poller.result(LIMIT)


def test_a_refusal_carries_azures_code(gallery: str, definition: str, compute: ComputeManagementClient) -> None:
    with pytest.raises(HttpResponseError) as refused:
        compute.gallery_image_versions.begin_create_or_update("galleries", gallery, definition, "1.0", VERSION)
    assert refused.value.error is not None
    assert (refused.value.status_code, refused.value.error.code) == (400, "InvalidParameter")


@pytest.mark.parametrize("kind", ["disks", "snapshots"])
def test_disks_and_snapshots(client: Client, compute: ComputeManagementClient, kind: str) -> None:
    operations = getattr(compute, kind)
    copy = HOME | {"creation_data": {"create_option": "Copy", "source_resource_id": SNAPSHOT}}
    made = operations.begin_create_or_update("image-build", "copied", copy).result(LIMIT)
    assert (made.disk_size_gb, made.os_type, made.time_created is not None) == (64, "Linux", True)
    source = compute.snapshots.get("image-build", "ubuntu-2204-python-100")
    assert made.creation_data.source_unique_id == source.unique_id
    assert "copied" in [found.name for found in operations.list_by_resource_group("image-build")]
    assert "copied" in [found.name for found in operations.list()]
    assert operations.begin_update("image-build", "copied", {"disk_size_gb": 96}).result(LIMIT).disk_size_gb == 96
    operations.begin_delete("image-build", "copied").result(LIMIT)
    with pytest.raises(ResourceNotFoundError):
        operations.get("image-build", "copied")


def test_managed_images(client: Client, compute: ComputeManagementClient) -> None:
    os_disk = {"os_type": "Linux", "os_state": "Generalized", "snapshot": {"id": SNAPSHOT}}
    body = HOME | {"storage_profile": {"os_disk": os_disk}, "hyper_v_generation": "V1"}
    made = compute.images.begin_create_or_update("image-build", "python", body).result(LIMIT)
    assert made.storage_profile.os_disk.snapshot.id == SNAPSHOT
    assert "python" in [found.name for found in compute.images.list_by_resource_group("image-build")]
    assert "python" in [found.name for found in compute.images.list()]
    assert compute.images.begin_update("image-build", "python", {"tags": {"a": "b"}}).result(LIMIT).tags == {"a": "b"}
    compute.images.begin_delete("image-build", "python").result(LIMIT)
    with pytest.raises(ResourceNotFoundError):
        compute.images.get("image-build", "python")


def test_virtual_machines(client: Client, compute: ComputeManagementClient) -> None:
    machines = compute.virtual_machines
    os_disk = {"os_type": "Linux", "create_option": "Attach", "managed_disk": {"id": f"{BUILD}/disks/ubuntu-2204-ros"}}
    body = HOME | {"hardware_profile": {"vm_size": "Standard_D2s_v3"}, "storage_profile": {"os_disk": os_disk}}
    made = machines.begin_create_or_update("image-build", "template", body).result(LIMIT)
    assert made.storage_profile.os_disk.managed_disk.id == f"{BUILD}/disks/ubuntu-2204-ros"
    assert "template" in [found.name for found in machines.list("image-build")]
    assert "template" in [found.name for found in machines.list_all()]
    updated = machines.begin_update("image-build", "template", {"tags": {"a": "b"}}).result(LIMIT)
    assert (updated.tags, updated.vm_id) == ({"a": "b"}, made.vm_id)
    machines.generalize("image-build", "template")
    codes = [status.code for status in machines.instance_view("image-build", "template").statuses]
    assert "OSState/generalized" in codes
    expanded = machines.get("image-build", "template", expand="instanceView")
    assert [status.code for status in expanded.instance_view.statuses] == codes
    machines.begin_delete("image-build", "template").result(LIMIT)
    with pytest.raises(ResourceNotFoundError):
        machines.get("image-build", "template")
