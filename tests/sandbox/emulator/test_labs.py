"""Lab accounts, attachments, lab plans, role assignments and locks."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.emulator.process.connection import Reply
from tests.support.emulator_client import (
    ACCOUNT,
    BUILD,
    GALLERIES,
    ONE,
    TEACHERS,
    TWO,
    Client,
    definition,
    version,
)
from tests.support.running import wait_until

pytest_plugins = ["tests.support.emulator"]
GALLERY = f"{GALLERIES}/labs_gallery"
LAB_SERVICES = "0a000000-0000-0000-0000-000000000001"
LAB_SERVICES_APPLICATION = "1a14be2a-e903-4cec-99cf-b2e209259a0f"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
ROLE = "/providers/Microsoft.Authorization/roleDefinitions/"
NAME = "05c5a614-a7d6-4502-b150-c2fb455033f"
PLAN = f"{ONE}/resourceGroups/labs/providers/Microsoft.LabServices/labPlans/autumn"


def _attach(client: Client, gallery: str = GALLERY, account: str = ACCOUNT) -> Any:
    name = gallery.rsplit("/", 1)[-1]
    return client.put(f"{account}/SharedGalleries/{name}", {"properties": {"galleryId": gallery}})


def test_attachment_is_done_when_it_is_answered(client: Client, image: str) -> None:
    reply = _attach(client)
    assert (reply.status, "azure-asyncoperation" in reply.headers) == (201, False)
    assert client.get(f"{ACCOUNT}/sharedgalleries").body["value"] == [
        {
            "id": f"{ACCOUNT}/sharedGalleries/labs_gallery",
            "name": "labs_gallery",
            "type": "Microsoft.LabServices/labaccounts/sharedGalleries",
            "properties": {"galleryId": GALLERY, "provisioningState": "Succeeded"},
        }
    ]
    assert _attach(client).status == 200
    assert client.delete(f"{ACCOUNT}/SharedGalleries/labs_gallery").status == 200
    assert client.get(f"{ACCOUNT}/SharedGalleries/labs_gallery").refused == (404, "ResourceNotFound")


def test_one_gallery_per_lab_account(client: Client, image: str) -> None:
    client.put(f"{GALLERIES}/second", {"location": "koreacentral"})
    _attach(client)
    reply = _attach(client, f"{GALLERIES}/second")
    assert reply.refused == (409, "Conflict")
    assert f"Attached is '{GALLERY}'" in reply.message
    body = {"properties": {"galleryId": f"{GALLERIES}/second"}}
    assert client.put(f"{ACCOUNT}/SharedGalleries/labs_gallery", body).refused == (409, "Conflict")
    other = f"{TWO}/resourceGroups/labs/providers/Microsoft.LabServices/labaccounts/fabrikam-labs"
    assert _attach(client, account=other).status == 201


def test_attachment_needs_account_gallery_and_its_own_api_version(client: Client, image: str) -> None:
    assert _attach(client, f"{GALLERIES}/absent").refused == (400, "AnswerUnknown")
    assert _attach(client, f"{BUILD}/disks/ubuntu-2204-ros").refused == (400, "AnswerUnknown")
    absent = ACCOUNT.replace("contoso-labs", "absent")
    assert _attach(client, account=absent).refused == (404, "ParentResourceNotFound")
    path = f"{ACCOUNT}/sharedGalleries/labs_gallery?api-version=2018-10-15"
    reply = client.put(path, {"properties": {"galleryId": GALLERY}})
    assert reply.refused == (400, "NoRegisteredProviderFound")
    assert reply.message == (
        "No registered resource provider found for location 'koreacentral' and API version '2018-10-15' for type "
        "'labaccounts/sharedGalleries'. The supported api-versions are '2019-01-01-preview'."
    )
    assert client.get(f"{ACCOUNT}?api-version=2018-10-15").status == 200


def test_lab_accounts_can_be_changed_but_not_made(client: Client) -> None:
    assert client.send("PATCH", ACCOUNT, {"tags": {"a": "b"}}).body["tags"] == {"a": "b"}
    reply = client.put(ACCOUNT.replace("contoso-labs", "new-labs"), {"location": "koreacentral"})
    assert reply.refused == (400, "AnswerUnknown")
    group = ACCOUNT.rsplit("/", 1)[0]
    assert [account["name"] for account in client.get(group).body["value"]] == ["contoso-labs"]


def test_teachers_see_only_what_lab_services_shows(client: Client, image: str) -> None:
    def publish(name: str, *, source: str, **changes: Any) -> None:
        path = f"{GALLERY}/images/{name}"
        os_type = changes.pop("osType", "Linux")
        client.put(path, definition(name, osType=os_type))
        body = version(source, **changes)
        assert client.put(f"{path}/versions/1.0.0", body).status == 201

    far = {"location": "eastus"} | version(regions=["eastus"])
    far["properties"]["storageProfile"]["osDiskImage"]["source"]["id"] = (
        f"{BUILD.replace('image-build', 'image-build-us')}/snapshots/ubuntu-2204-python-us"
    )
    publish("seen", source="snapshots/ubuntu-2204-python-100")
    publish("at-the-limit", source="snapshots/exactly-128")
    publish("too-large", source="snapshots/too-large-gis", osType="Windows")
    two_disks = {"source": {"id": f"{BUILD}/images/windows-2019-two-disks"}}
    publish("two-disks", source="", osType="Windows", storageProfile=two_disks)
    client.put(f"{GALLERY}/images/far", definition("far"))
    assert client.put(f"{GALLERY}/images/far/versions/1.0.0", far | {"location": "eastus"}).status == 201
    _attach(client)
    shown = client.get(f"{ACCOUNT}/SharedImages").body["value"]
    assert [entry["name"] for entry in shown] == ["seen"]
    assert shown[0]["properties"]["EnableState"] == "Enabled"
    assert shown[0]["properties"]["sharedGalleryId"] == GALLERY


def test_an_image_of_a_lab_account_is_switched_and_neither_made_nor_deleted(client: Client, image: str) -> None:
    assert client.put(f"{image}/versions/1.0.0", version()).status == 201
    _attach(client)
    shared = f"{ACCOUNT}/SharedImages/{image.rsplit('/', 1)[1]}"
    (before,) = client.get(f"{ACCOUNT}/SharedImages").body["value"]
    assert client.get(shared).body == before

    def put(state: object) -> Any:
        body = {**before, "properties": before["properties"] | {"EnableState": state, "osType": "Windows"}}
        return client.put(shared, body)

    assert put("Disabled").status == 200
    (after,) = client.get(f"{ACCOUNT}/SharedImages").body["value"]
    assert after == {**before, "properties": before["properties"] | {"EnableState": "Disabled"}}
    assert put("Off").refused == (400, "InvalidParameter")
    assert put("Enabled").body == before
    absent = client.put(f"{ACCOUNT}/sharedImages/absent", before)
    assert (absent.refused, absent.rule) == ((400, "AnswerUnknown"), "lab-image-switch")
    assert client.delete(shared).refused == (405, "MethodNotAllowed")


def test_the_list_follows_every_change_and_the_end_of_a_copy(client: Client, image: str) -> None:
    _attach(client)

    def shown() -> list[str]:
        return [entry["name"] for entry in client.get(f"{ACCOUNT}/sharedImages").body["value"]]

    assert shown() == []
    client.replication(secondsPerRegion=1)
    assert client.put(f"{image}/versions/1.0.0", version()).status == 201
    assert shown() == []
    wait_until(lambda: shown() == ["python"], "the copy has ended")
    client.replication(secondsPerRegion=0)
    assert client.put(f"{image}/versions/1.0.1", version("snapshots/exactly-128")).status == 201
    assert shown() == []
    client.delete(f"{image}/versions/1.0.1")
    assert shown() == ["python"]
    client.delete(f"{ACCOUNT}/sharedGalleries/labs_gallery")
    assert shown() == []


def test_lab_plan_is_in_the_gallerys_region(client: Client, image: str) -> None:
    body = {"location": "koreacentral", "properties": {"sharedGalleryId": GALLERY, "allowedRegions": ["koreacentral"]}}
    created = client.put(PLAN, body)
    assert (created.status, created.body["properties"]["provisioningState"]) == (201, "Creating")
    assert created.headers["location"].endswith(f"{PLAN}?api-version=2023-06-07")
    plain, signed = created.headers["operation-location"], created.headers["azure-asyncoperation"]
    assert (signed.startswith(f"{plain}&t="), len(signed) > 4000) == (True, True)
    assert client.wait(created)["id"] in created.headers["azure-asyncoperation"]
    assert client.get(PLAN).body["properties"]["sharedGalleryId"] == GALLERY
    elsewhere = client.put(f"{PLAN}-us", body | {"location": "eastus"})
    assert elsewhere.refused == (400, "AnswerUnknown")
    assert "must be in the same Azure region" in elsewhere.message
    body["properties"] = {"sharedGalleryId": f"{GALLERIES}/absent"}
    assert client.put(f"{PLAN}-2", body).refused == (400, "AnswerUnknown")
    deleted = client.delete(PLAN)
    assert (deleted.status, deleted.body["name"] in deleted.headers["location"]) == (202, True)
    assert "&monitor=true&t=" in deleted.headers["location"]
    assert client.get(deleted.headers["location"]).body["status"] == "Succeeded"
    polls = [entry["path"] for entry in client.get("/sandbox/requests").body if "operationResults" in entry["path"]]
    assert polls
    assert not any("&t=" in path for path in polls)
    missing = client.get(PLAN)
    assert (missing.status, missing.headers["content-type"]) == (404, "application/problem+json; charset=utf-8")
    assert sorted(missing.body) == ["status", "title", "traceId", "type"]
    assert Reply(missing.status, missing.headers, missing.body).refusal == "404: Not Found"


def _role(principal: str, role: str = f"{ONE}{ROLE}{CONTRIBUTOR}") -> dict[str, Any]:
    return {"properties": {"principalId": principal, "roleDefinitionId": role, "principalType": "ServicePrincipal"}}


def _assignment(number: int, scope: str = GALLERY) -> str:
    return f"{scope}/providers/Microsoft.Authorization/roleAssignments/{NAME}{number}"


def test_role_assignment_has_the_form_of_microsofts_example(client: Client, image: str) -> None:
    reply = client.put(_assignment(1), _role(LAB_SERVICES))
    assert reply.status == 201
    assert reply.body == {
        "id": _assignment(1),
        "name": f"{NAME}1",
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {
            "principalId": LAB_SERVICES,
            "principalType": "ServicePrincipal",
            "roleDefinitionId": f"{ROLE}{CONTRIBUTOR}",
            "scope": GALLERY,
        },
    }
    assert client.put(_assignment(1), _role(LAB_SERVICES)).status == 200
    assert client.get(_assignment(1)).body == reply.body


def test_bad_role_assignments_are_refused(client: Client, image: str) -> None:
    reply = client.put(_assignment(1), _role(LAB_SERVICES_APPLICATION))
    assert reply.refused == (400, "PrincipalNotFound")
    assert reply.message.startswith(f"Principal {LAB_SERVICES_APPLICATION.replace('-', '')} does not exist")
    client.put(_assignment(1), _role(LAB_SERVICES))
    same = client.put(_assignment(2), _role(LAB_SERVICES.upper(), f"{ROLE}{CONTRIBUTOR}"))
    assert same.refused == (409, "RoleAssignmentExists")
    existing = f"{NAME}1".replace("-", "")
    assert same.message == (
        f"The role assignment already exists. The ID of the existing role assignment is {existing}."
    )
    assert client.put(_assignment(1), _role(TEACHERS)).refused == (400, "RoleAssignmentUpdateNotPermitted")
    bad = client.put(_assignment(1).replace(NAME, "contributor"), _role(TEACHERS))
    assert bad.refused == (400, "InvalidRoleAssignmentId")
    absent = client.put(_assignment(3, f"{GALLERIES}/absent"), _role(TEACHERS))
    assert absent.refused == (404, "ResourceNotFound")


def test_role_assignments_are_listed_at_above_and_below_a_scope(client: Client, image: str) -> None:
    group = f"{ONE}/resourceGroups/galleries"
    for number, (scope, principal) in enumerate(((ONE, TEACHERS), (group, LAB_SERVICES), (GALLERY, TEACHERS))):
        assert client.put(_assignment(number, scope), _role(principal)).status == 201

    def listed(scope: str, **query: str) -> list[str]:
        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
        return [entry["name"][-1] for entry in client.get(path, **query).body["value"]]

    assert listed(group) == ["0", "1", "2"]
    assert listed(group, **{"$filter": "atScope()"}) == ["0", "1"]
    assert listed(GALLERY, **{"$filter": f"principalId eq '{TEACHERS}'"}) == ["0", "2"]
    assert listed(f"{ONE}/resourceGroups/labs") == ["0"]
    client.delete(image)
    client.delete(GALLERY)
    assert listed(group) == ["0", "1"]


def _lock(client: Client, scope: str, level: str) -> str:
    path = f"{scope}/providers/Microsoft.Authorization/locks/keep"
    assert client.put(path, {"properties": {"level": level}}).status == 201
    return path


@pytest.mark.parametrize("scope", [GALLERY, f"{ONE}/resourceGroups/galleries", ONE])
def test_a_lock_forbids_deletion_at_and_below_its_scope(client: Client, image: str, scope: str) -> None:
    lock = _lock(client, scope, "CanNotDelete")
    reply = client.delete(image)
    assert reply.refused == (409, "ScopeLocked")
    assert f"following scope(s) are locked: '{scope}'" in reply.message
    assert client.put(image, definition()).status == 200
    assert client.delete(f"{ONE}/resourceGroups/galleries").refused == (409, "ScopeLocked")
    assert client.delete(lock).status == 200
    assert client.delete(image).status == 202


def test_roles_in_a_locked_scope_are_not_deleted(client: Client, image: str) -> None:
    role = _assignment(1, image)
    assert client.put(role, _role(TEACHERS)).status == 201
    lock = _lock(client, GALLERY, "CanNotDelete")
    assert client.delete(role).refused == (409, "ScopeLocked")
    assert client.delete(lock).status == 200
    assert client.delete(role).status == 200


def test_a_read_only_lock_forbids_writes(client: Client, image: str) -> None:
    _lock(client, GALLERY, "ReadOnly")
    assert client.put(image, definition()).refused == (409, "ScopeLocked")
    reply = client.put(f"{GALLERY}/providers/Microsoft.Authorization/locks/bad", {"properties": {"level": "Some"}})
    assert reply.refused == (400, "InvalidParameter")


def test_an_attached_gallery_can_be_deleted(client: Client, image: str) -> None:
    _attach(client)
    client.delete(image)
    assert client.delete(GALLERY).status == 202
    assert len(client.get(f"{ACCOUNT}/sharedGalleries").body["value"]) == 1
    assert client.get(f"{ACCOUNT}/sharedImages").body["value"] == []
