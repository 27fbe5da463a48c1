"""What recorded exchanges with Azure show, beyond what Microsoft's examples do."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.emulator_client import BUILD, GALLERIES, ONE, Client, definition, version

pytest_plugins = ["tests.support.emulator"]
GALLERY = f"{GALLERIES}/labs_gallery"
LOCK = f"{ONE}/resourcegroups/GALLERIES/providers/Microsoft.Authorization/locks/keep"


def test_lists_of_galleries_spell_groups_in_capitals_and_nothing_else_does(client: Client, image: str) -> None:
    capitals = GALLERY.replace("/galleries/providers", "/GALLERIES/providers")
    for path in (GALLERIES, f"{ONE}/providers/Microsoft.Compute/galleries"):
        assert [entry["id"] for entry in client.get(path).body["value"]] == [capitals]
    assert client.get(capitals).body["id"] == GALLERY
    assert [entry["id"] for entry in client.get(f"{capitals}/images").body["value"]] == [image]


def test_addresses_of_operations_are_long_and_the_log_leaves_the_signature_out(client: Client, image: str) -> None:
    made = client.put(f"{image}/versions/1.0.0", version())
    address = made.headers["azure-asyncoperation"]
    assert 4000 < len(address) < 4500
    assert sorted(parse_qs(urlsplit(address).query)) == ["api-version", "c", "h", "s", "t"]
    assert client.wait(made)["status"] == "Succeeded"
    polls = [entry["path"] for entry in client.get("/sandbox/requests").body if "capsOperations" in entry["path"]]
    assert polls
    assert all(path.endswith("?api-version=2024-03-03") for path in polls)


@pytest.mark.parametrize("seconds", [60, 1])
def test_waits_are_azures_once_they_are_asked_for(client: Client, image: str, seconds: int) -> None:
    client.replication(secondsPerRegion=60, retryAfterSeconds=seconds)
    described = client.put(image, definition(description="Python 3.12"))
    assert {"retry-after", "x-ms-retry-after-ms"}.isdisjoint(described.headers)
    made = client.put(f"{image}/versions/1.0.0", version())
    assert (made.headers["retry-after"], "x-ms-retry-after-ms" in made.headers) == (str(seconds), False)
    poll = client.get(made.headers["azure-asyncoperation"])
    assert (poll.body["status"], poll.headers["retry-after"]) == ("InProgress", str(seconds))
    client.replication(retryAfterSeconds=None)
    assert client.get(made.headers["azure-asyncoperation"]).headers["retry-after"] == "1"


@pytest.mark.parametrize("value", [-1, 1.5, "60", True])
def test_another_wait_is_refused(client: Client, value: Any) -> None:
    reply = client.send("POST", "/sandbox/replication", {"retryAfterSeconds": value})
    assert reply.status == 400
    assert "'retryAfterSeconds' is a whole number of seconds" in reply.message


def test_a_deleted_child_is_not_found_and_holds_up_its_parent(client: Client, image: str) -> None:
    client.put(f"{image}/versions/1.0.0", version())
    client.replication(deletedVersionsLingerSeconds=60)
    for child, parent in ((f"{image}/versions/1.0.0", image), (image, GALLERY)):
        client.replication(deletedVersionsLingerSeconds=60)
        assert client.delete(child).status == 202
        assert client.get(child).refused == (404, "ResourceNotFound")
        assert client.get(child.rpartition("/")[0]).body == {"value": []}
        assert client.delete(parent).refused == (409, "CannotDeleteResource")
        client.send("POST", "/sandbox/seed", {"principals": []})
        assert client.put(child, definition() if parent == GALLERY else version()).status == 201
        client.replication(deletedVersionsLingerSeconds=0)
        assert client.delete(child).status == 202
    assert client.delete(GALLERY).status == 202


def _define(client: Client, name: str, api_version: str, **changes: Any) -> Any:
    body = definition(name, **changes)
    for key in [key for key, value in changes.items() if value is None]:
        del body["properties"][key]
    reply = client.send("PUT", f"{GALLERY}/images/{name}", body, **{"api-version": api_version})
    assert reply.status == 201, reply.body
    return reply.body["properties"]


@pytest.mark.parametrize(
    ("api_version", "changes", "generation", "features"),
    [
        ("2024-03-03", {"hyperVGeneration": None}, "V1", None),
        ("2025-03-03", {"hyperVGeneration": None}, "V2", "TrustedLaunchSupported"),
        ("2025-03-03", {"hyperVGeneration": "V1"}, "V1", None),
        ("2026-03-03", {"features": [{"name": "SecurityType", "value": "Standard"}]}, "V1", "Standard"),
    ],
)
def test_the_defaults_of_a_definition_depend_on_the_api_version(
    client: Client, image: str, api_version: str, changes: Any, generation: str, features: str | None
) -> None:
    shown = _define(client, "other", api_version, **changes)
    assert shown["hyperVGeneration"] == generation
    assert [entry["value"] for entry in shown.get("features", [])] == ([features] if features else [])


def test_a_definition_shows_what_was_sent_and_nothing_empty(client: Client, image: str) -> None:
    feature = {"name": "DiskControllerTypes", "value": "SCSI, NVMe", "startsAtVersion": "2.0.0"}
    shown = _define(client, "other", "2021-10-01", disallowed={}, features=[feature])
    assert (shown["architecture"], shown["features"], "disallowed" in shown) == ("x64", [feature], False)
    old = client.get(f"{GALLERY}/images/other", **{"api-version": "2020-09-30"}).body["properties"]
    assert "architecture" not in old
    assert "features" not in client.get(image).body["properties"]


def test_a_definition_is_generalized_and_x64_unasked(client: Client, image: str) -> None:
    shown = _define(client, "other", "2021-07-01", osState=None)
    assert (shown["osState"], shown["architecture"]) == ("Generalized", "x64")


@pytest.mark.parametrize("value", ["", "a" * 101, "a;b", None])
def test_values_of_features_are_checked(client: Client, image: str, value: Any) -> None:
    body = definition("other", features=[{"name": "SecurityType", "value": value}])
    reply = client.put(f"{GALLERY}/images/other", body)
    assert (reply.refused, reply.rule) == ((400, "InvalidParameter"), "definition-feature-value")
    assert reply.body["error"]["target"] == "galleryImage.properties.features"


def test_a_version_gets_an_end_of_life_from_2026_on(client: Client, image: str) -> None:
    def put(name: str, **changes: Any) -> Any:
        body = version(**changes)
        return client.send("PUT", f"{image}/versions/{name}", body, **{"api-version": "2026-03-03"}).body["properties"]

    shown = put("1.0.0")
    ends = datetime.fromisoformat(shown["publishingProfile"]["endOfLifeDate"])
    made = datetime.fromisoformat(shown["publishingProfile"]["publishedDate"])
    assert 180 <= (ends - made).days < 185
    assert shown["safetyProfile"]["blockDeletionBeforeEndOfLife"] is True
    free = put("1.0.1", safetyProfile={"blockDeletionBeforeEndOfLife": False})
    assert free["safetyProfile"]["blockDeletionBeforeEndOfLife"] is False
    assert client.delete(f"{image}/versions/1.0.0").rule == "version-end-of-life"


@pytest.mark.parametrize(
    ("api_version", "safety", "validated"),
    [
        ("2021-07-01", None, False),
        ("2023-07-03", {"allowDeletionOfReplicatedLocations", "reportedForPolicyViolation"}, False),
        (
            "2024-03-03",
            {"allowDeletionOfReplicatedLocations", "reportedForPolicyViolation", "blockDeletionBeforeEndOfLife"},
            True,
        ),
    ],
)
def test_a_version_is_shown_as_its_api_version_has_it(
    client: Client, image: str, api_version: str, safety: set[str] | None, validated: bool
) -> None:
    body = version(safetyProfile={"blockDeletionBeforeEndOfLife": False})
    body["properties"]["publishingProfile"]["endOfLifeDate"] = "2999-12-31T12:59:59Z"
    made = client.put(f"{image}/versions/1.0.0", body)
    assert "sizeInGB" not in made.body["properties"]["storageProfile"]["osDiskImage"]
    client.wait(made)
    shown = client.get(f"{image}/versions/1.0.0", **{"api-version": api_version}).body["properties"]
    assert shown["publishingProfile"]["endOfLifeDate"] == "2999-12-31T12:59:59+00:00"
    assert ("validationsProfile" in shown) is validated
    assert shown.get("safetyProfile", {}).keys() == (safety or set())


def test_an_end_of_life_in_the_past_is_refused_at_once(client: Client, image: str) -> None:
    body = version()
    body["properties"]["publishingProfile"]["endOfLifeDate"] = "2024-12-01T00:00:00Z"
    reply = client.put(f"{image}/versions/1.0.0", body)
    assert (reply.refused, reply.message) == (
        (400, "InvalidParameter"),
        "EndOfLifeDate must be set to a future date.",
    )
    assert reply.body["error"]["target"] == "galleryImage.properties.endOfLifeDate"
    assert client.get(f"{image}/versions/1.0.0").status == 404


def test_the_caching_of_a_disk_is_that_of_its_source(client: Client, image: str) -> None:
    body = {
        "location": "koreacentral",
        "properties": {
            "storageProfile": {
                "osDisk": {"osType": "Linux", "osState": "Generalized", "diskSizeGB": 30, "caching": "ReadOnly"},
                "dataDisks": [{"lun": 2, "diskSizeGB": 5, "caching": "ReadWrite"}],
            }
        },
    }
    assert client.put(f"{BUILD}/images/cached", body).ok
    source = {"source": {"id": f"{BUILD}/images/cached"}}
    made = client.put(f"{image}/versions/1.0.0", version(storageProfile=source))
    assert made.body["properties"]["storageProfile"] == source
    client.wait(made)
    shown = client.get(f"{image}/versions/1.0.0").body["properties"]["storageProfile"]
    assert shown == source | {
        "osDiskImage": {"hostCaching": "ReadOnly", "source": {}, "sizeInGB": 30},
        "dataDiskImages": [{"hostCaching": "ReadWrite", "lun": 2, "sizeInGB": 5}],
    }


def test_a_bare_put_restores_a_deleted_version_for_as_long_as_the_policy_says(client: Client, image: str) -> None:
    policy = {"isSoftDeleteEnabled": True, "retentionPeriodInDays": 31, "gracePeriodInDays": 8}
    client.send("PATCH", GALLERY, {"properties": {"softDeletePolicy": policy}})
    client.put(f"{image}/versions/1.0.0", version())
    client.delete(f"{image}/versions/1.0.0")
    listed = f"{GALLERY}/softdeletedartifacttypes/Images/artifacts/{image.rsplit('/', 1)[1]}/versions"
    (entry,) = client.get(listed, **{"api-version": "2026-03-03"}).body["value"]
    deleted, usable, gone = (
        datetime.fromisoformat(entry["properties"][name])
        for name in ("softDeletedTime", "consumptionEndTime", "hardDeletionTargetTime")
    )
    assert ((usable - deleted).days, (gone - usable).days) == (31, 8)
    restored = client.put(f"{image}/versions/1.0.0", {"location": "koreacentral", "tags": {}})
    assert (restored.status, restored.body["properties"]["provisioningState"]) == (200, "Updating")
    assert restored.body["properties"]["storageProfile"]["osDiskImage"]["sizeInGB"] == 64
    assert client.get(listed).body == {"value": []}


def test_the_id_of_a_lock_keeps_the_spelling_of_its_scope(client: Client) -> None:
    body = {"properties": {"level": "CanNotDelete", "notes": ""}}
    assert client.put(LOCK, body).body["id"] == LOCK
    (listed,) = client.get(f"{ONE}/providers/Microsoft.Authorization/locks").body["value"]
    assert (listed["id"], listed["properties"]) == (LOCK, body["properties"])
