"""The provider and the emulator together: the life of every type that a stack declares."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from sandbox.emulator.process.lease import Lease
from sandbox.provider.arm import ArmError
from sandbox.provider.resource_type import resource_type
from sandbox.provider.values import from_struct, to_struct
from tests.sandbox.provider.fixture import Plugin, plugin, pretend_engine, urn
from tests.support.emulator_client import BUILD, GALLERIES, Client
from tests.support.ids import SUBSCRIPTION

pytest_plugins = ["tests.support.emulator"]
SOURCE = f"{BUILD}/snapshots/ubuntu-2204-python-100"
ROS_DISK = f"{BUILD}/disks/ubuntu-2204-ros"
GALLERY_ID = f"{GALLERIES}/provider_tests"
PLACE = {"resourceGroupName": "galleries", "location": "koreacentral"}
IMAGE = PLACE | {"galleryName": "provider_tests"}
DEFINITION = IMAGE | {
    "galleryImageName": "ubuntu",
    "osType": "Linux",
    "osState": "Generalized",
    "identifier": {"publisher": "p", "offer": "o", "sku": "s"},
}
VERSION = IMAGE | {
    "galleryImageName": "ubuntu",
    "storageProfile": {"osDiskImage": {"source": {"id": SOURCE}}},
    "publishingProfile": {"targetRegions": [{"name": "koreacentral"}, {"name": "koreasouth"}]},
}
DISK = PLACE | {"diskSizeGB": 32, "osType": "Linux", "creationData": {"createOption": "Empty"}}
PROFILES = {
    "defaultAutoShutdownProfile": {
        "shutdownOnDisconnect": "Disabled",
        "shutdownWhenNotConnected": "Disabled",
        "shutdownOnIdle": "None",
    },
    "defaultConnectionProfile": {
        "webSshAccess": "None",
        "webRdpAccess": "None",
        "clientSshAccess": "Public",
        "clientRdpAccess": "Public",
    },
}
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
ROLE = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{READER}"

# Token, inputs, and a change that is an update.
LIVES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("resources:ResourceGroup", {"resourceGroupName": "made", "location": "koreacentral"}, {"tags": {"a": "b"}}),
    ("compute:Gallery", PLACE | {"galleryName": "other_gallery"}, {"description": "changed"}),
    (
        "compute:GalleryImage",
        DEFINITION | {"galleryImageName": "debian", "identifier": {"publisher": "p", "offer": "o", "sku": "d"}},
        {"description": "changed", "recommended": {"vCPUs": {"min": 1, "max": 4}}},
    ),
    (
        "compute:GalleryImageVersion",
        VERSION | {"galleryImageVersionName": "1.0.0"},
        {
            "publishingProfile": {
                "targetRegions": [{"name": "koreacentral", "regionalReplicaCount": 2}, {"name": "koreasouth"}]
            }
        },
    ),
    ("compute:Disk", DISK | {"diskName": "disk"}, {"tags": {"a": "b"}}),
    ("compute:Snapshot", DISK | {"snapshotName": "snapshot"}, {"tags": {"a": "b"}}),
    (
        "compute:Image",
        PLACE
        | {"imageName": "image", "hyperVGeneration": "V1"}
        | {"storageProfile": {"osDisk": {"osType": "Linux", "osState": "Generalized", "snapshot": {"id": SOURCE}}}},
        {"tags": {"a": "b"}},
    ),
    (
        "compute:VirtualMachine",
        PLACE
        | {"vmName": "machine", "hardwareProfile": {"vmSize": "Standard_D2s_v3"}}
        | {
            "storageProfile": {"osDisk": {"osType": "Linux", "createOption": "Attach", "managedDisk": {"id": ROS_DISK}}}
        },
        {"tags": {"a": "b"}},
    ),
    ("labservices:LabPlan", PLACE | PROFILES | {"labPlanName": "plan"}, {"allowedRegions": ["koreacentral"]}),
    (
        "authorization:ManagementLockByScope",
        {"scope": GALLERY_ID, "lockName": "keep", "level": "CanNotDelete"},
        {"notes": "n"},
    ),
    (
        "authorization:RoleAssignment",
        {
            "scope": GALLERY_ID,
            "roleAssignmentName": "11111111-1111-1111-1111-111111111111",
            "principalId": "0a000000-0000-0000-0000-000000000001",
            "principalType": "ServicePrincipal",
            "roleDefinitionId": ROLE,
        },
        {"description": "changed"},
    ),
]


@pytest.fixture(scope="module")
def running(endpoint: str) -> Iterator[Plugin]:
    with plugin(Lease(endpoint).environment()) as started:
        started.configure(subscriptionId=SUBSCRIPTION)
        started.create("compute:Gallery", IMAGE)
        started.create("compute:GalleryImage", DEFINITION)
        yield started


def shape_replication(endpoint: str, **settings: Any) -> None:
    with closing(Client(endpoint)) as client:
        client.replication(**settings)


def is_read_as_gone(endpoint: str, running: Plugin, token: str, identifier: str) -> bool:
    """Whether a refresh finds out: not of what Lab Services misses, since its answers have no code."""
    with closing(Client(endpoint)) as client:
        answer = client.send("GET", f"{identifier}?api-version={resource_type(f'azure-native:{token}').api_version}")
    assert answer.status == 404
    if ArmError.of(404, answer.body).gone:
        return bool(running.read(token, identifier, {"id": identifier}, {"location": "x"}).id == "")
    with pytest.raises(grpc.RpcError, match="Status=404 Message="):
        running.read(token, identifier, {"id": identifier}, {"location": "x"})
    return token == "labservices:LabPlan"


@pytest.mark.parametrize(("token", "inputs", "change"), LIVES, ids=[token for token, _, _ in LIVES])
def test_life(endpoint: str, running: Plugin, token: str, inputs: dict[str, Any], change: dict[str, Any]) -> None:
    created = running.create(token, inputs)
    state = from_struct(created.properties)
    assert state["id"] == created.id
    with pytest.raises(grpc.RpcError, match="cannot create already existing resource"):
        running.create(token, inputs)

    refreshed = running.read(token, created.id, state, inputs)
    assert from_struct(refreshed.inputs) == inputs, "what Azure spells and adds is no drift"
    assert from_struct(refreshed.properties) == state
    imported = from_struct(running.read(token, created.id, {}, {}).inputs)
    assert inputs.keys() <= imported.keys()
    assert "provisioningState" not in imported

    news = to_struct(inputs | change)
    request = provider_pb2.UpdateRequest(urn=urn(token), id=created.id, olds=created.properties, news=news)
    updated = running.stub.Update(request).properties
    assert from_struct(running.read(token, created.id, state, inputs).inputs) != inputs
    assert from_struct(running.read(token, created.id, from_struct(updated), inputs | change).inputs) == inputs | change

    running.stub.Delete(provider_pb2.DeleteRequest(urn=urn(token), id=created.id))
    assert is_read_as_gone(endpoint, running, token, created.id)
    running.stub.Delete(provider_pb2.DeleteRequest(urn=urn(token), id=created.id))


def test_a_refusal_reaches_the_administrator_with_its_code(running: Plugin) -> None:
    regions = {"targetRegions": [{"name": "koreasouth"}]}
    with pytest.raises(grpc.RpcError) as error:
        running.create(
            "compute:GalleryImageVersion", VERSION | {"galleryImageVersionName": "2.0.0", "publishingProfile": regions}
        )
    assert error.value.details().startswith("Status=4")
    assert 'Code="' in error.value.details()


def test_a_region_that_fails_leaves_the_version_in_the_state(endpoint: str, running: Plugin) -> None:
    shape_replication(endpoint, failRegions=["koreasouth"])
    try:
        with pytest.raises(grpc.RpcError) as error:
            running.create("compute:GalleryImageVersion", VERSION | {"galleryImageVersionName": "3.0.0"})
    finally:
        shape_replication(endpoint, failRegions=[])
    assert "koreasouth" in error.value.details().lower().replace(" ", "")
    assert "grpc-status-details-bin" in dict(error.value.trailing_metadata())


def test_slow_replication_is_shown(endpoint: str) -> None:
    shape_replication(endpoint, secondsPerRegion=1.0)
    with pretend_engine() as (engine, address), plugin(Lease(endpoint).environment(), address) as slow:
        slow.configure(subscriptionId=SUBSCRIPTION)
        slow.create("compute:GalleryImageVersion", VERSION | {"galleryImageVersionName": "4.0.0"})
    shape_replication(endpoint, secondsPerRegion=0.05)
    assert engine.lines
    assert all(line.message.startswith("replicating: koreacentral ") for line in engine.lines)
