"""The plugin as the engine meets it: a process that speaks gRPC, against a small Resource Manager."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

import grpc
import pytest
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2

from sandbox.emulator.process.lease import Lease
from sandbox.provider.arm import GONE
from sandbox.provider.values import UNKNOWN, from_struct, to_struct
from tests.sandbox.provider.fixture import Plugin, PretendArm, plugin, pretend_arm, pretend_engine, urn
from tests.support.ids import SUBSCRIPTION
from tests.support.processes import runs
from tests.support.project import ROOT
from tests.support.running import wait_until

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/galleries"
GALLERY_ID = f"{GROUP}/providers/Microsoft.Compute/galleries/labs"
GALLERY = {"resourceGroupName": "galleries", "galleryName": "labs", "location": "koreacentral"}
VERSION_ID = f"{GALLERY_ID}/images/ubuntu/versions/1.0.0"
VERSION = GALLERY | {
    "galleryImageName": "ubuntu",
    "galleryImageVersionName": "1.0.0",
    "storageProfile": {"osDiskImage": {"source": {"id": "/snapshot"}}},
    "publishingProfile": {"targetRegions": [{"name": "koreacentral", "regionalReplicaCount": 2}]},
}
READY = {"properties": {"provisioningState": "Succeeded"}}


@pytest.fixture(scope="module")
def started() -> Iterator[tuple[PretendArm, Plugin]]:
    with pretend_arm() as server, plugin(Lease(server.endpoint).environment()) as running:
        running.configure(subscriptionId=SUBSCRIPTION)
        yield server, running


@pytest.fixture
def arm(started: tuple[PretendArm, Plugin]) -> PretendArm:
    """The Resource Manager of the running plugin, empty."""
    started[0].objects.clear()
    started[0].script.clear()
    started[0].requests.clear()
    return started[0]


@pytest.fixture
def running(started: tuple[PretendArm, Plugin], arm: PretendArm) -> Plugin:
    return started[1]


def refusal(call: Any) -> grpc.RpcError:
    with pytest.raises(grpc.RpcError) as error:
        call()
    return error.value


def test_introduces_itself(running: Plugin) -> None:
    assert running.stub.GetPluginInfo(empty_pb2.Empty()).version == version("pulumi-azure-native")
    schema = json.loads(running.stub.GetSchema(provider_pb2.GetSchemaRequest()).schema)
    assert "galleryName" in schema["resources"]["azure-native:compute:Gallery"]["inputProperties"]
    handshake = running.stub.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address="x"))
    configured = running.configure(subscriptionId=SUBSCRIPTION)
    assert handshake.accept_secrets == configured.acceptSecrets
    assert configured.supportsPreview


def test_wants_a_subscription(running: Plugin) -> None:
    checked = running.stub.CheckConfig(provider_pb2.CheckRequest(news=to_struct({"location": "koreacentral"})))
    assert [failure.property for failure in checked.failures] == ["subscriptionId"]
    assert "pulumi config set azure-native:subscriptionId" in checked.failures[0].reason
    news = to_struct({"subscriptionId": UNKNOWN})
    assert not running.stub.CheckConfig(provider_pb2.CheckRequest(news=news)).failures


def test_check_names_everything_that_is_missing(running: Plugin) -> None:
    request = provider_pb2.CheckRequest(urn=urn("compute:GalleryImage"), news=to_struct({"location": "x"}))
    missing = {failure.property for failure in running.stub.Check(request).failures}
    assert missing == {"galleryName", "galleryImageName", "identifier", "osState", "osType", "resourceGroupName"}


def test_check_takes_the_location_of_the_resource_group(arm: PretendArm, running: Plugin) -> None:
    arm.objects[GROUP] = {"location": "koreasouth"}
    news = to_struct({"resourceGroupName": "galleries", "galleryName": "labs"})
    checked = running.stub.Check(provider_pb2.CheckRequest(urn=urn("compute:Gallery"), news=news))
    assert from_struct(checked.inputs) == {
        "resourceGroupName": "galleries",
        "galleryName": "labs",
        "location": "koreasouth",
        "azureApiVersion": "2024-03-03",
    }
    unknown = to_struct({"resourceGroupName": UNKNOWN, "galleryName": "labs"})
    checked = running.stub.Check(provider_pb2.CheckRequest(urn=urn("compute:Gallery"), news=unknown))
    assert from_struct(checked.inputs)["location"] == UNKNOWN


def diff(running: Plugin, token: str, olds: dict[str, Any], news: dict[str, Any]) -> Any:
    return running.stub.Diff(
        provider_pb2.DiffRequest(
            urn=urn(token),
            olds=to_struct({"azureApiVersion": "2024-03-03"}),
            old_inputs=to_struct(olds),
            news=to_struct(news | {"azureApiVersion": "2024-03-03"}),
        )
    )


def test_diff_names_the_leaf_and_plans_an_update(running: Plugin) -> None:
    source = {"storageProfile": {"osDiskImage": {"source": {"id": "/other"}}}}
    answer = diff(running, "compute:GalleryImageVersion", VERSION, VERSION | source)
    assert dict(answer.detailedDiff) == {
        "storageProfile.osDiskImage.source.id": provider_pb2.PropertyDiff(
            kind=provider_pb2.PropertyDiff.UPDATE, inputDiff=True
        )
    }
    assert list(answer.diffs) == ["storageProfile"]
    assert not answer.replaces
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME


@pytest.mark.parametrize(
    ("token", "changed"),
    [
        ("compute:Gallery", {"galleryName": "other"}),
        ("compute:Gallery", {"location": "koreasouth"}),
        ("authorization:RoleAssignment", {"principalId": "other"}),
    ],
)
def test_diff_replaces_names_locations_and_role_assignments(
    running: Plugin, token: str, changed: dict[str, str]
) -> None:
    olds = GALLERY if token == "compute:Gallery" else {"scope": "/s", "principalId": "p", "roleDefinitionId": "r"}
    answer = diff(running, token, olds, olds | changed)
    assert list(answer.replaces) == list(changed)
    assert answer.deleteBeforeReplace
    assert [entry.kind for entry in answer.detailedDiff.values()] == [provider_pb2.PropertyDiff.UPDATE_REPLACE]


def test_diff_updates_what_else_a_role_assignment_says(running: Plugin) -> None:
    olds = {"scope": "/s", "principalId": "p", "roleDefinitionId": "r"}
    answer = diff(running, "authorization:RoleAssignment", olds, olds | {"description": "d", "roleDefinitionId": "o"})
    assert (sorted(answer.diffs), list(answer.replaces)) == (["description", "roleDefinitionId"], [])


def test_diff_takes_regions_and_features_by_name(running: Plugin) -> None:
    regions = [{"name": "koreacentral", "regionalReplicaCount": 2}, {"name": "koreasouth"}]
    olds, news = ({"publishingProfile": {"targetRegions": order}} for order in (regions, regions[::-1]))
    answer = diff(running, "compute:GalleryImageVersion", VERSION | olds, VERSION | news)
    assert answer.changes == provider_pb2.DiffResponse.DIFF_NONE
    features = [{"name": "SecurityType", "value": "TrustedLaunch"}, {"name": "DiskControllerTypes", "value": "SCSI"}]
    answer = diff(running, "compute:GalleryImage", {"features": features}, {"features": features[::-1]})
    assert answer.changes == provider_pb2.DiffResponse.DIFF_NONE


def test_diff_of_the_same_is_none(running: Plugin) -> None:
    answer = diff(running, "compute:Gallery", GALLERY, GALLERY | {"location": "Korea Central"})
    assert answer.changes == provider_pb2.DiffResponse.DIFF_NONE


def test_a_preview_asks_nothing(arm: PretendArm, running: Plugin) -> None:
    foreseen = running.create("compute:Gallery", GALLERY, preview=True)
    properties = from_struct(foreseen.properties)
    assert properties["location"] == "koreacentral"
    assert properties["provisioningState"] == UNKNOWN
    update = provider_pb2.UpdateRequest(
        urn=urn("compute:Gallery"), olds=to_struct({"name": "labs"}), news=to_struct(GALLERY), preview=True
    )
    assert from_struct(running.stub.Update(update).properties)["name"] == "labs"
    assert arm.requests == []


def test_create_looks_puts_and_reads(arm: PretendArm, running: Plugin) -> None:
    created = running.create("compute:GalleryImageVersion", VERSION)
    assert arm.asked() == [("GET", VERSION_ID), ("PUT", VERSION_ID), ("GET", VERSION_ID)]
    assert created.id == VERSION_ID
    assert from_struct(created.properties)["name"] == "1.0.0"
    sent = arm.requests[-2]
    assert sent.path.endswith("?api-version=2024-03-03")
    assert '"regionalReplicaCount": 2}' in json.dumps(sent.body), "whole numbers are integers for Resource Manager"


def test_create_refuses_what_exists(arm: PretendArm, running: Plugin) -> None:
    arm.objects[GALLERY_ID] = {"id": GALLERY_ID}
    error = refusal(lambda: running.create("compute:Gallery", GALLERY))
    assert error.details() == f"cannot create already existing resource '{GALLERY_ID}'"
    assert [method for method, _ in arm.asked()] == ["GET"]


def test_create_stops_when_existence_cannot_be_told(arm: PretendArm, running: Plugin) -> None:
    arm.script["GET", GALLERY_ID] = [(403, {}, {"error": {"code": "AuthorizationFailed", "message": "no"}})]
    error = refusal(lambda: running.create("compute:Gallery", GALLERY))
    assert f"cannot check existence of resource '{GALLERY_ID}'" in error.details()
    assert 'Status=403 Code="AuthorizationFailed" Message="no"' in error.details()


def test_a_refused_put_tells_code_message_and_details_and_keeps_no_id(arm: PretendArm, running: Plugin) -> None:
    details = [{"code": "Why", "message": "because"}]
    arm.script["PUT", GALLERY_ID] = [(409, {}, {"error": {"code": "X", "message": "Y", "details": details}})]
    error = refusal(lambda: running.create("compute:Gallery", GALLERY))
    assert error.details() == 'Status=409 Code="X" Message="Y (Why: because)"'
    assert "grpc-status-details-bin" not in dict(error.trailing_metadata())


def test_throttled_requests_are_tried_again(arm: PretendArm, running: Plugin) -> None:
    arm.script["PUT", GALLERY_ID] = [(429, {"Retry-After": "1"}, {}), (503, {}, {})]
    started = time.monotonic()
    assert running.create("compute:Gallery", GALLERY).id == GALLERY_ID
    assert time.monotonic() - started >= 1
    assert [method for method, _ in arm.asked()] == ["GET", "PUT", "PUT", "PUT", "GET"]


def conflict(code: str) -> tuple[int, dict[str, str], Any]:
    return 409, {}, {"error": {"code": code, "message": "wait"}}


def test_a_conflict_is_tried_again_only_for_another_operation_in_progress(arm: PretendArm, running: Plugin) -> None:
    arm.script["PUT", GALLERY_ID] = [conflict("AnotherOperationInProgress")] * 2
    assert running.create("compute:Gallery", GALLERY).id == GALLERY_ID
    assert [method for method, _ in arm.asked()].count("PUT") == 3
    arm.objects.clear()
    arm.requests.clear()
    arm.script["PUT", GALLERY_ID] = [conflict("AnotherOperationInProgress")] * 9
    assert 'Code="AnotherOperationInProgress"' in refusal(lambda: running.create("compute:Gallery", GALLERY)).details()
    assert [method for method, _ in arm.asked()].count("PUT") == 4
    arm.requests.clear()
    arm.script["PUT", GALLERY_ID] = [conflict("OperationNotAllowed")]
    assert 'Code="OperationNotAllowed"' in refusal(lambda: running.create("compute:Gallery", GALLERY)).details()
    assert [method for method, _ in arm.asked()].count("PUT") == 1


def test_tries_are_bounded(arm: PretendArm, running: Plugin) -> None:
    failure: tuple[int, dict[str, str], Any] = (500, {}, {"error": {"code": "InternalServerError", "message": "again"}})
    arm.script["PUT", GALLERY_ID] = [failure] * 9
    error = refusal(lambda: running.create("compute:Gallery", GALLERY))
    assert error.details() == 'Status=500 Code="InternalServerError" Message="again"'
    assert [method for method, _ in arm.asked()].count("PUT") == 4


def operation(arm: PretendArm, *bodies: Any, method: str = "PUT", path: str = VERSION_ID, status: int = 201) -> None:
    """Lets the next request start an operation that answers with these bodies, one after the other."""
    headers = {"Azure-AsyncOperation": f"{arm.endpoint}/operations/1?t=1", "Retry-After": "0"}
    arm.script[method, path] = [(status, headers, {"id": VERSION_ID, "properties": {"provisioningState": "Creating"}})]
    arm.script["GET", "/operations/1"] = [(200, {}, body) for body in bodies]


def test_a_long_operation_is_followed_to_its_end(arm: PretendArm, running: Plugin) -> None:
    operation(arm, {"status": "InProgress"}, {"status": "InProgress"}, {"status": "Succeeded"})
    assert running.create("compute:GalleryImageVersion", VERSION).id == VERSION_ID
    assert arm.asked().count(("GET", "/operations/1")) == 3
    assert arm.asked()[-1] == ("GET", VERSION_ID)


def test_without_an_operation_the_object_itself_is_watched(arm: PretendArm, running: Plugin) -> None:
    creating = {"properties": {"provisioningState": "Creating"}}
    arm.script["PUT", GALLERY_ID] = [(201, {}, creating)]
    arm.script["GET", GALLERY_ID] = [(404, {}, {}), (200, {}, creating), (200, {}, READY)]
    assert running.create("compute:Gallery", GALLERY).id == GALLERY_ID
    assert [method for method, _ in arm.asked()] == ["GET", "PUT", "GET", "GET", "GET"]


def init_failure(error: grpc.RpcError) -> Any:
    packed = status_pb2.Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])
    detail = provider_pb2.ErrorResourceInitFailed()
    assert isinstance(packed.details[0], any_pb2.Any)
    assert packed.details[0].Unpack(detail)
    return detail


def test_a_failed_operation_keeps_the_id_and_what_is_there(arm: PretendArm, running: Plugin) -> None:
    failed = {"status": "Failed", "error": {"code": "ReplicationJobFailed", "message": "koreasouth is full"}}
    operation(arm, failed)
    error = refusal(lambda: running.create("compute:GalleryImageVersion", VERSION))
    detail = init_failure(error)
    assert detail.id == VERSION_ID
    assert from_struct(detail.properties)["storageProfile"] == VERSION["storageProfile"]
    assert from_struct(detail.inputs) == VERSION
    assert list(detail.reasons) == [error.details()]
    assert 'Code="ReplicationJobFailed" Message="koreasouth is full"' in error.details()


def test_the_timeout_of_the_resource_ends_the_wait(arm: PretendArm, running: Plugin) -> None:
    operation(arm, *[{"status": "InProgress"}] * 100)
    error = refusal(lambda: running.create("compute:GalleryImageVersion", VERSION, timeout=0.5))
    assert "was not over after 0.5 seconds" in error.details()
    assert "custom_timeouts" in error.details()
    detail = init_failure(error)
    assert (detail.id, from_struct(detail.properties), from_struct(detail.inputs)) == (VERSION_ID, {}, VERSION)


FAILED = {"status": "Failed", "error": {"code": "ReplicationJobFailed", "message": "koreasouth is full"}}


def test_of_a_failed_operation_nothing_is_kept_when_the_object_is_not_there(arm: PretendArm, running: Plugin) -> None:
    operation(arm, FAILED)
    arm.script["GET", VERSION_ID] = [(404, {}, {"error": {"code": "ResourceNotFound", "message": "not there"}})] * 2
    error = refusal(lambda: running.create("compute:GalleryImageVersion", VERSION))
    assert error.details() == 'Status=200 Code="ReplicationJobFailed" Message="koreasouth is full"'
    assert "grpc-status-details-bin" not in dict(error.trailing_metadata())


def test_of_a_failed_operation_id_and_inputs_are_kept_when_the_object_cannot_be_read(
    arm: PretendArm, running: Plugin
) -> None:
    operation(arm, FAILED)
    arm.script["GET", VERSION_ID] = [
        (404, {}, {}),
        (403, {}, {"error": {"code": "AuthorizationFailed", "message": "no"}}),
    ]
    error = refusal(lambda: running.create("compute:GalleryImageVersion", VERSION))
    detail = init_failure(error)
    assert (detail.id, from_struct(detail.properties), from_struct(detail.inputs)) == (VERSION_ID, {}, VERSION)
    assert error.details() == (
        'resource created but read failed Status=403 Code="AuthorizationFailed" Message="no": '
        'Status=200 Code="ReplicationJobFailed" Message="koreasouth is full"'
    )


def test_update_puts_and_reads(arm: PretendArm, running: Plugin) -> None:
    request = provider_pb2.UpdateRequest(
        urn=urn("compute:Gallery"), id=GALLERY_ID, news=to_struct(GALLERY | {"description": "new"})
    )
    state = from_struct(running.stub.Update(request).properties)
    assert state["description"] == "new"
    assert [method for method, _ in arm.asked()] == ["PUT", "GET"]


def delete(running: Plugin) -> None:
    running.stub.Delete(provider_pb2.DeleteRequest(urn=urn("compute:GalleryImageVersion"), id=VERSION_ID))


def test_deletion_waits_and_what_is_gone_is_no_error(arm: PretendArm, running: Plugin) -> None:
    operation(arm, {"status": "InProgress"}, {"status": "Succeeded"}, method="DELETE", status=202)
    delete(running)
    assert arm.asked().count(("GET", "/operations/1")) == 2
    arm.script.clear()
    arm.script["DELETE", VERSION_ID] = [(202, {"Location": f"{arm.endpoint}/results/1"}, None)]
    arm.script["GET", "/results/1"] = [(202, {}, None), (204, {}, None)]
    delete(running)
    delete(running)
    assert arm.asked()[-1] == ("DELETE", VERSION_ID)


def test_a_refused_deletion_is_told(arm: PretendArm, running: Plugin) -> None:
    arm.script["DELETE", VERSION_ID] = [(409, {}, {"error": {"code": "ScopeLocked", "message": "locked"}})]
    assert refusal(lambda: delete(running)).details() == 'Status=409 Code="ScopeLocked" Message="locked"'


def test_read_of_what_is_gone_has_no_id(running: Plugin) -> None:
    assert running.read("compute:Gallery", GALLERY_ID, {"name": "labs"}, GALLERY).id == ""


@pytest.mark.parametrize("code", sorted(GONE))
def test_read_takes_a_404_for_gone_by_its_code(arm: PretendArm, running: Plugin, code: str) -> None:
    arm.script["GET", GALLERY_ID] = [(404, {}, {"error": {"code": code, "message": "gone"}})]
    assert running.read("compute:Gallery", GALLERY_ID, {"name": "labs"}, GALLERY).id == ""


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (
            {"error": {"code": "InvalidResourceNamespace", "message": "no such namespace"}},
            'Status=404 Code="InvalidResourceNamespace" Message="no such namespace"',
        ),
        ({"title": "Not Found", "status": 404}, 'Status=404 Message="{"title": "Not Found", "status": 404}"'),
        ({}, 'Status=404 Message="the answer has no body"'),
    ],
)
def test_any_other_404_is_an_error_of_a_read_and_not_of_a_deletion(
    arm: PretendArm, running: Plugin, answer: Any, shown: str
) -> None:
    arm.script["GET", VERSION_ID] = [(404, {}, answer)]
    error = refusal(lambda: running.read("compute:GalleryImageVersion", VERSION_ID, {"name": "1.0.0"}, VERSION))
    assert error.details() == shown
    arm.script["DELETE", VERSION_ID] = [(404, {}, answer)]
    delete(running)


def test_refresh_takes_drift_and_leaves_spelling(arm: PretendArm, running: Plugin) -> None:
    shown = [{"name": "Korea Central", "regionalReplicaCount": 2}]
    arm.objects[VERSION_ID] = {"id": VERSION_ID, "properties": {"publishingProfile": {"targetRegions": shown}}}
    state = {"publishingProfile": {"targetRegions": shown}}
    quiet = running.read("compute:GalleryImageVersion", VERSION_ID, state, VERSION)
    assert from_struct(quiet.inputs) == VERSION
    drifted = [{"name": "Korea Central", "regionalReplicaCount": 3}, {"name": "Korea South"}]
    arm.objects[VERSION_ID]["properties"]["publishingProfile"]["targetRegions"] = drifted
    read = running.read("compute:GalleryImageVersion", VERSION_ID, state, VERSION)
    assert from_struct(read.inputs)["publishingProfile"]["targetRegions"] == [
        {"name": "koreacentral", "regionalReplicaCount": 3},
        {"name": "Korea South"},
    ]


def test_import_rebuilds_the_inputs(arm: PretendArm, running: Plugin) -> None:
    arm.objects[GALLERY_ID] = {"id": GALLERY_ID, "location": "koreacentral", "properties": {"identifier": {}}}
    assert from_struct(running.read("compute:Gallery", GALLERY_ID, {}, {}).inputs) == GALLERY
    profile = {"targetRegions": [{"name": "Korea Central", "excludeFromLatest": False, "encryption": {}}]}
    version = {"storageProfile": {"osDiskImage": {"source": {}}, "dataDiskImages": []}, "publishingProfile": profile}
    arm.objects[VERSION_ID] = {"id": VERSION_ID, "location": "koreacentral", "tags": {}, "properties": version}
    imported = from_struct(running.read("compute:GalleryImageVersion", VERSION_ID, {}, {}).inputs)
    assert imported == {
        **{name: VERSION[name] for name in ("resourceGroupName", "galleryName", "location")},
        **{name: VERSION[name] for name in ("galleryImageName", "galleryImageVersionName")},
        "publishingProfile": {"targetRegions": [{"name": "Korea Central", "excludeFromLatest": False}]},
    }
    error = refusal(lambda: running.read("compute:GalleryImage", GALLERY_ID, {}, {}))
    assert "is not the id of a resource of type azure-native:compute:GalleryImage" in error.details()


def test_only_one_look_up_is_known(running: Plugin) -> None:
    known = provider_pb2.InvokeRequest(tok="azure-native:authorization:getClientConfig")
    answer = from_struct(getattr(running.stub.Invoke(known), "return"))
    assert answer["subscriptionId"] == SUBSCRIPTION
    error = refusal(lambda: running.stub.Invoke(provider_pb2.InvokeRequest(tok="azure-native:compute:getDisk")))
    assert "azure-native:compute:getDisk" in error.details()


def test_an_unknown_type_is_refused_in_words(running: Plugin) -> None:
    error = refusal(lambda: running.create("storage:StorageAccount", {}))
    assert "does not imitate the resource type" in error.details()


def test_many_at_once(arm: PretendArm, running: Plugin) -> None:
    names = [f"1.0.{number}" for number in range(60)]

    def make(name: str) -> str:
        return str(running.create("compute:GalleryImageVersion", VERSION | {"galleryImageVersionName": name}).id)

    with ThreadPoolExecutor(30) as pool:
        made = list(pool.map(make, names))
    assert sorted(made) == sorted(arm.objects)
    assert len(made) == 60


def test_progress_of_a_replication_is_shown(arm: PretendArm) -> None:
    summary = [{"region": "Korea Central", "progress": 100}, {"region": "Korea South", "progress": 40}]
    status = {"id": VERSION_ID, "properties": {"replicationStatus": {"summary": summary}}}
    with pretend_engine() as (engine, address), plugin(Lease(arm.endpoint).environment(), address) as running:
        running.configure(subscriptionId=SUBSCRIPTION)
        operation(arm, *[{"status": "InProgress"}] * 5, {"status": "Succeeded"})
        arm.script["GET", VERSION_ID] = [(404, {}, {}), *[(200, {}, status)] * 4]
        running.create("compute:GalleryImageVersion", VERSION)
        shown = [(line.message, line.ephemeral) for line in engine.lines]
    assert shown == [("replicating: koreacentral 100 %, koreasouth 40 %", True)]
    assert any(request.path.endswith("expand=ReplicationStatus") for request in arm.requests)


def test_cancel_ends_the_wait(arm: PretendArm) -> None:
    with plugin(Lease(arm.endpoint).environment()) as running:
        running.configure(subscriptionId=SUBSCRIPTION)
        operation(arm, *[{"status": "InProgress"}] * 1000)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(running.create, "compute:GalleryImageVersion", VERSION)
            while ("GET", "/operations/1") not in arm.asked():
                time.sleep(0.01)
            running.stub.Cancel(empty_pb2.Empty())
            error = refusal(lambda: waiting.result(timeout=60))
    assert "ended by an interrupt" in error.details()
    detail = init_failure(error)
    assert (detail.id, from_struct(detail.properties), from_struct(detail.inputs)) == (VERSION_ID, {}, VERSION)


def test_without_a_sandbox_nothing_is_asked() -> None:
    with plugin({}) as running:
        error = refusal(lambda: running.configure(subscriptionId=SUBSCRIPTION))
    assert "ARM_ENDPOINT, IDENTITY_ENDPOINT, IDENTITY_HEADER not set" in error.details()
    assert "never asks the real Azure" in error.details()


def test_a_sandbox_that_is_gone_is_told_in_words() -> None:
    with plugin(Lease("http://127.0.0.1:9").environment()) as running:
        running.configure(subscriptionId=SUBSCRIPTION)
        error = refusal(lambda: running.read("compute:Gallery", GALLERY_ID, {}, {}))
    assert "No token from http://127.0.0.1:9/msi/token" in error.details()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_goes_at_once_and_in_silence(number: int) -> None:
    began = time.monotonic()
    with plugin({}) as running:
        started = time.monotonic()
        running.process.send_signal(number)
        _, errors = running.process.communicate(timeout=60)
    assert running.process.returncode == 0
    assert errors == ""
    # The engine kills after 5 s; a busy machine was slow to start it as well.
    assert time.monotonic() - started < 4 + (started - began)


def test_goes_with_a_parent_that_was_killed() -> None:
    engine = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'sandbox.provider', '127.0.0.1:1'],"
        " stdout=subprocess.PIPE, text=True)\n"
        "print(child.pid, child.stdout.readline().strip(), flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", engine], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline().split()[0])
        os.kill(child, 0)
        parent.kill()
    wait_until(lambda: not runs(child), "the end of the plugin after its engine")


def test_says_what_it_is_when_started_by_hand() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "sandbox.provider"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert run.stderr.startswith("This is a plugin of the Pulumi engine")


def test_a_preview_that_asks_azure_nothing_imports_nothing_for_http() -> None:
    environment = Lease("http://127.0.0.1:1").environment() | {"PYTHONPROFILEIMPORTTIME": "1"}
    with plugin(environment) as running:
        running.configure(subscriptionId=SUBSCRIPTION)
        foreseen = running.create("compute:Gallery", GALLERY, preview=True)
        assert from_struct(foreseen.properties)["location"] == "koreacentral"
        running.process.terminate()
        assert running.process.stderr is not None
        lines = running.process.stderr.read().splitlines()
    imported = {line.rpartition("|")[2].strip() for line in lines}
    assert "sandbox.provider.arm" in imported
    assert imported.isdisjoint({"urllib3", "http.client", "yaml", "pulumi"})
