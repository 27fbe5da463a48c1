"""What every resource type shares: api-versions, what is not there, groups, lists, and the sandbox's controls."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.emulator_client import ACCOUNT, BUILD, GALLERIES, ONE, TWO, Client, version

pytest_plugins = ["tests.support.emulator"]
GROUP = f"{ONE}/resourceGroups/new-group"
ABSENT = "/subscriptions/00000000-0000-0000-0000-00000000000f"


def test_requests_without_a_token_are_refused(client: Client) -> None:
    for token in ("", "Basic abc", "Bearer "):
        assert client.send("GET", GALLERIES, authorization=token).refused == (401, "AuthenticationFailed")


def test_managed_identity_token_has_app_services_form(client: Client) -> None:
    path = "/msi/token?api-version=2019-08-01&resource=https://management.azure.com/"
    reply = client.send("GET", path, authorization="")
    assert reply.status == 200
    assert reply.body["token_type"] == "Bearer"
    assert reply.body["resource"] == "https://management.azure.com/"
    assert int(reply.body["expires_on"]) > 0
    assert client.send("GET", GALLERIES, authorization=f"Bearer {reply.body['access_token']}").status == 200


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        (f"{GALLERIES}/x?api-version=", (400, "MissingApiVersionParameter")),
        (f"{GALLERIES}/x?api-version=2019-01-01-preview", (400, "NoRegisteredProviderFound")),
        (f"{ONE}/resourceGroups/labs?api-version=2018-10-15", (400, "NoRegisteredProviderFound")),
        (f"{ABSENT}/resourceGroups?api-version=2024-03-01", (404, "SubscriptionNotFound")),
        (f"{ABSENT}?api-version=2022-12-01", (404, "SubscriptionNotFound")),
        (f"{GROUP}?api-version=2024-03-01", (404, "ResourceGroupNotFound")),
        (f"{GROUP}/providers/Microsoft.Compute/galleries/x", (404, "ResourceGroupNotFound")),
        (f"{GALLERIES}/x", (404, "ResourceNotFound")),
        (f"{GALLERIES}/x/images/y", (404, "ParentResourceNotFound")),
        (f"{GALLERIES}/x/applications?api-version=2024-03-03", (404, "InvalidResourceType")),
        (f"{GROUP}/providers/Microsoft.Pizza/ovens/x?api-version=2024-03-03", (404, "InvalidResourceNamespace")),
        ("/nothing/here?api-version=2024-03-03", (404, "InvalidResourcePath")),
    ],
)
def test_what_is_not_there_is_named(client: Client, path: str, refused: tuple[int, str]) -> None:
    reply = client.get(path)
    assert reply.refused == refused
    assert reply.headers["x-ms-error-code"] == refused[1]


def test_a_missing_resource_is_named_in_full(client: Client, image: str) -> None:
    assert client.get(f"{image}/versions/9.9.9").message == (
        "The Resource 'Microsoft.Compute/galleries/labs_gallery/images/python/versions/9.9.9' under resource group "
        "'galleries' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )


def test_bodies_that_are_not_objects_are_refused(client: Client) -> None:
    assert client.put(f"{GALLERIES}/x", [1]).refused == (400, "InvalidRequestContent")
    assert client.put(f"{GALLERIES}/x", {"properties": 1}).refused == (400, "InvalidRequestContent")
    assert client.send("POST", GALLERIES, {}).refused == (405, "MethodNotAllowed")


def test_subscriptions_and_groups(client: Client) -> None:
    names = [entry["subscriptionId"] for entry in client.get("/subscriptions?api-version=2022-12-01").body["value"]]
    assert names == [ONE.split("/")[2], TWO.split("/")[2]]
    groups = client.get(f"{TWO}/resourceGroups").body["value"]
    assert [group["name"] for group in groups] == ["labs", "image-build"]
    assert client.put(TWO + "?api-version=2022-12-01", {"properties": {}}).refused == (405, "MethodNotAllowed")
    assert client.delete(TWO + "?api-version=2022-12-01").refused == (405, "MethodNotAllowed")


def test_resource_group_lifecycle(client: Client) -> None:
    assert client.send("HEAD", GROUP).status == 404
    created = client.put(GROUP.replace("resourceGroups", "resourcegroups"), {"location": "Korea Central"})
    assert created.status == 201
    assert created.body == {
        "id": GROUP,
        "name": "new-group",
        "type": "Microsoft.Resources/resourceGroups",
        "location": "koreacentral",
        "properties": {"provisioningState": "Succeeded"},
    }
    assert client.send("HEAD", GROUP).status == 204
    assert client.put(GROUP, {"location": "eastus"}).refused == (409, "InvalidResourceGroupLocation")
    assert client.put(f"{GROUP}.", {"location": "eastus"}).refused == (400, "AnswerUnknown")
    spaced = client.put(f"{GROUP}%20a", {"location": "eastus"})
    assert spaced.refused == (400, "InvalidResourceGroup")
    assert spaced.message == (
        "The provided resource group name 'new-group a' has these invalid characters: ' '. The name can only be a "
        "letter, digit, '-', '.', '(', ')' or '_'."
    )
    gallery = f"{GROUP}/providers/Microsoft.Compute/galleries/inside"
    client.put(gallery, {"location": "koreacentral"})
    listed = client.get(f"{GROUP}/resources?api-version=2021-04-01").body["value"]
    assert [entry["id"] for entry in listed] == [gallery]
    deleted = client.delete(GROUP)
    assert deleted.status == 202
    assert client.get(deleted.headers["location"]).status == 200
    assert client.get(gallery).refused == (404, "ResourceGroupNotFound")


def test_sources_are_listed_made_changed_and_deleted(client: Client) -> None:
    counts = {"disks": 6, "snapshots": 9, "virtualMachines": 3, "images": 3}
    for kind, count in counts.items():
        assert len(client.get(f"{BUILD}/{kind}").body["value"]) == count
        assert len(client.get(f"{ONE}/providers/Microsoft.Compute/{kind}").body["value"]) >= count
    snapshot = f"{BUILD}/snapshots/copy"
    source = {"createOption": "Copy", "sourceResourceId": f"{BUILD}/disks/ubuntu-2204-ros"}
    body: dict[str, Any] = {"location": "koreacentral", "properties": {"creationData": source}}
    assert client.put(snapshot, body).status == 200
    shown = client.get(snapshot).body["properties"]
    assert (shown["diskSizeGB"], shown["osType"], shown["hyperVGeneration"]) == (64, "Linux", "V1")
    assert client.send("PATCH", snapshot, {"properties": {"diskSizeGB": 100}}).status == 200
    assert client.get(snapshot).body["properties"]["diskSizeGB"] == 100
    assert client.delete(snapshot).status == 200
    body["properties"] = {"creationData": {"createOption": "Empty"}}
    assert client.put(snapshot, body).refused == (400, "InvalidParameter")
    machine = client.get(f"{BUILD}/virtualMachines/ubuntu-2404-ml").body["properties"]
    assert "diskSizeGB" not in machine["storageProfile"]["osDisk"]
    bad = {"location": "koreacentral", "properties": {"storageProfile": {"osDisk": {"osType": "Linux"}}}}
    assert client.put(f"{BUILD}/images/bad", bad).refused == (400, "InvalidParameter")
    by_type = "resourceType eq 'Microsoft.Compute/snapshots'"
    path = f"{ONE}/resourceGroups/image-build/resources?api-version=2021-04-01"
    assert len(client.get(path, **{"$filter": by_type}).body["value"]) == 9


def test_a_fault_hits_as_often_as_it_says(client: Client) -> None:
    fault = {"method": "GET", "path": "/galleries", "status": 429, "retryAfter": 7, "times": 2}
    assert client.send("POST", "/sandbox/faults", fault).status == 200
    assert client.put(f"{GALLERIES}/x", {"location": "koreacentral"}).status == 201
    first = client.get(f"{GALLERIES}/x")
    assert first.refused == (429, "TooManyRequests")
    assert first.headers["retry-after"] == "7"
    assert client.send("GET", "/sandbox/faults").body == [fault | {"times": 1}]
    assert client.get(f"{GALLERIES}/x").status == 429
    assert client.get(f"{GALLERIES}/x").status == 200
    client.send("POST", "/sandbox/faults", {"status": 500, "times": 5})
    client.send("DELETE", "/sandbox/faults")
    assert client.get(f"{GALLERIES}/x").status == 200


def test_a_fault_can_break_the_connection_after_the_work_is_done(client: Client, endpoint: str) -> None:
    client.send("POST", "/sandbox/faults", {"method": "PUT", "status": "reset", "carriedOut": True})
    with pytest.raises(ConnectionResetError):
        client.put(f"{GALLERIES}/x", {"location": "koreacentral"})
    fresh = Client(endpoint)
    assert fresh.get(f"{GALLERIES}/x").status == 200
    assert [entry["status"] for entry in fresh.send("GET", "/sandbox/requests").body] == [0, 200]
    fresh.close()


def test_a_fault_can_delay(client: Client) -> None:
    client.send("POST", "/sandbox/faults", {"path": "galleries", "delaySeconds": 0.2})
    assert client.get(GALLERIES).status == 200
    client.get(GALLERIES)
    slow, quick = client.send("GET", "/sandbox/requests").body
    assert slow["durationMs"] > 190
    assert slow["durationMs"] > quick["durationMs"]


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("faults", {"status": 200, "pathh": "x"}, ["unknown key 'pathh'", "'status' is 400 to 599"]),
        ("faults", {"status": 500, "path": "("}, ["not a regular expression"]),
        ("faults", {"times": -1}, ["'times' is a number", "'status'"]),
        ("replication", {"failRegions": ["atlantis"], "secondsPerRegion": -1}, ["'atlantis'", "'secondsPerRegion'"]),
        ("replication", {"seconds": 1}, ["unknown key 'seconds'"]),
        ("seed", {"subscriptions": {"x": {}}}, ["'displayName' is missing", "'resourceGroups' is missing"]),
        ("nothing", {}, ["POST /sandbox/faults"]),
    ],
)
def test_wrong_controls_name_every_problem(client: Client, path: str, body: dict[str, Any], words: list[str]) -> None:
    reply = client.send("POST", f"/sandbox/{path}", body)
    assert reply.status in (400, 404)
    assert [word for word in words if word not in reply.message] == []


def test_the_log_has_the_bodies_of_writes(client: Client) -> None:
    body = {"location": "koreacentral"}
    client.put(f"{GALLERIES}/x", body)
    client.get(f"{GALLERIES}/x")
    put, get = client.send("GET", "/sandbox/requests").body
    assert (put["method"], put["status"], put["body"]) == ("PUT", 201, body)
    assert get["path"] == f"{GALLERIES}/x?api-version=2024-03-03"
    assert "body" not in get
    assert 0 < get["durationMs"] < 5000
    client.send("DELETE", "/sandbox/requests")
    assert client.send("GET", "/sandbox/requests").body == []


def test_reset_returns_to_the_seed(client: Client, image: str) -> None:
    client.put(f"{image}/versions/1.0.0", version())
    client.delete(ACCOUNT)
    client.reset()
    assert client.get(GALLERIES).body["value"] == []
    assert client.get(ACCOUNT).status == 200


def test_more_can_be_seeded(client: Client) -> None:
    group = {"location": "westeurope", "snapshots": {"mine": {"osType": "Linux", "sizeGB": 50}}}
    subscription = ABSENT.split("/")[2]
    seed = {"subscriptions": {subscription: {"displayName": "Mine", "resourceGroups": {"build": group}}}}
    assert client.send("POST", "/sandbox/seed", seed).status == 200
    path = f"{ABSENT}/resourceGroups/build/providers/Microsoft.Compute/snapshots/mine"
    assert client.get(path).body["location"] == "westeurope"
    assert client.get(ACCOUNT).status == 200


def test_one_connection_serves_many_requests(client: Client, endpoint: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc)
    connection.connect()
    used = connection.sock
    for _ in range(3):
        connection.request("GET", f"{GALLERIES}?api-version=2024-03-03", headers={"Authorization": "Bearer x"})
        assert connection.getresponse().read() == b'{"value": []}'
    assert connection.sock is used
    connection.close()
