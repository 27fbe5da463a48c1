"""What Microsoft's examples and clients show of answers, apart from the examples themselves."""

from __future__ import annotations

import pytest

from tests.support.emulator_client import BUILD, GALLERIES, ONE, TEACHERS, Client, version

pytest_plugins = ["tests.support.emulator"]
PLAN = f"{ONE}/resourceGroups/labs/providers/Microsoft.LabServices/labPlans/autumn"
READER = "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
ASSIGNMENT = "providers/Microsoft.Authorization/roleAssignments/05c5a614-a7d6-4502-b150-c2fb455033ff"
HOME = {"location": "koreacentral"}


def test_an_update_of_a_lab_plan_is_done_when_it_is_answered(client: Client) -> None:
    body = HOME | {"properties": {"supportInfo": {"email": "it@contoso.example"}}}
    made = client.put(PLAN, body)
    assert (made.status, made.body["properties"]["provisioningState"]) == (201, "Creating")
    updated = client.put(PLAN, body)
    assert (updated.status, updated.body["properties"]["provisioningState"]) == (200, "Succeeded")
    assert {"location", "azure-asyncoperation", "operation-location"}.isdisjoint(updated.headers)


def test_a_lab_plan_remembers_when_it_was_made_and_changed(client: Client) -> None:
    made = client.put(PLAN, HOME | {"properties": {}}).body["systemData"]
    changed = client.put(PLAN, HOME | {"properties": {}}).body["systemData"]
    assert changed["createdAt"] == made["createdAt"] == made["lastModifiedAt"] < changed["lastModifiedAt"]


@pytest.mark.parametrize(("kind", "has"), [("SystemAssigned", True), ("None", False)])
def test_only_a_system_assigned_identity_has_a_principal(client: Client, kind: str, has: bool) -> None:
    body = HOME | {"properties": {}, "identity": {"type": kind}}
    identity = client.put(PLAN, body).body["identity"]
    assert ("principalId" in identity, "tenantId" in identity) == (has, has)


@pytest.mark.parametrize("kind", ["disks", "snapshots"])
def test_a_disk_made_again_has_another_unique_id(client: Client, kind: str) -> None:
    body = HOME | {
        "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 10, "uniqueId": "mine"},
        "managedBy": "me",
    }
    first = client.put(f"{BUILD}/{kind}/new", body)
    assert (first.status, "managedBy" in first.body) == (200, False)
    same = client.get(f"{BUILD}/{kind}/new").body["properties"]
    assert same["uniqueId"] == first.body["properties"]["uniqueId"] != "mine"
    client.delete(f"{BUILD}/{kind}/new")
    assert client.put(f"{BUILD}/{kind}/new", body).body["properties"]["uniqueId"] != same["uniqueId"]


def test_user_data_are_shown_when_asked_for(client: Client) -> None:
    body = HOME | {"properties": {"userData": "aGVsbG8=", "storageProfile": {"osDisk": {"osType": "Linux"}}}}
    first = client.put(f"{BUILD}/virtualMachines/new", body).body
    assert "userData" not in first["properties"]
    expanded = client.get(f"{BUILD}/virtualMachines/new", **{"$expand": "userData"}).body
    assert expanded["properties"]["userData"] == "aGVsbG8="
    assert client.put(f"{BUILD}/virtualMachines/new", body).body["etag"] != first["etag"] == expanded["etag"]


def test_what_the_service_works_out_is_not_taken_from_a_body(client: Client) -> None:
    profile = {"permissions": "Community", "communityGalleryInfo": {"eula": "e", "publicNames": ["mine"]}}
    body = HOME | {"properties": {"sharingProfile": profile, "identifier": {"uniqueName": "mine"}}}
    shown = client.put(f"{GALLERIES}/shared", body).body
    assert shown["properties"]["sharingProfile"]["communityGalleryInfo"] == {"eula": "e"}
    assert shown["properties"]["identifier"]["uniqueName"].endswith("-SHARED")


def test_encryption_stays_where_an_update_does_not_name_it(client: Client, image: str) -> None:
    keys = {"osDiskImage": {"diskEncryptionSetId": f"{BUILD}/diskEncryptionSets/keys"}}
    client.put(f"{image}/versions/1.0.0", version(regions=[{"name": "koreacentral", "encryption": keys}]))
    updated = client.put(f"{image}/versions/1.0.0", version(regions=["koreacentral", "koreasouth"])).body
    regions = updated["properties"]["publishingProfile"]["targetRegions"]
    assert [entry.get("encryption") for entry in regions] == [keys, None]


def test_slashes_in_a_row_are_one(client: Client, image: str) -> None:
    assert client.get(f"/{image.replace('/images/', '//images/')}").body["id"] == image


def test_a_scope_of_another_type_is_taken_on_trust(client: Client) -> None:
    body = {"properties": {"roleDefinitionId": READER, "principalId": TEACHERS}}
    storage = f"{ONE}/resourceGroups/labs/providers/Microsoft.Storage/storageAccounts/vhds"
    assert client.put(f"{storage}/{ASSIGNMENT}", body).status == 201
    assert client.put(f"{GALLERIES}/absent/{ASSIGNMENT}", body).refused == (404, "ResourceNotFound")
    nowhere = storage.replace("/labs/", "/absent/")
    assert client.put(f"{nowhere}/{ASSIGNMENT}", body).refused == (404, "ResourceGroupNotFound")
