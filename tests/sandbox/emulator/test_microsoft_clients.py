"""Microsoft's own clients make, read, change and delete what is not of Microsoft.Compute."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.labservices import ManagedLabsClient  # type: ignore[import-untyped]
from azure.mgmt.resource import ManagementLockClient, ResourceManagementClient, SubscriptionClient

from tests.support.emulator_client import ACCOUNT, GALLERIES, ONE, TEACHERS, Client, version

pytest_plugins = ["tests.support.emulator", "tests.sandbox.emulator.microsoft_clients"]
LIMIT = 30  # seconds
GALLERY = f"{GALLERIES}/labs_gallery"
ATTACHMENT = f"{ACCOUNT}/sharedGalleries/labs_gallery"
ATTACHMENT_VERSION = "2019-01-01-preview"
PLAN, PLAN_VERSION = f"{ONE}/resourceGroups/labs/providers/Microsoft.LabServices/labPlans/autumn", "2023-06-07"
SUBSCRIPTION = ONE.rsplit("/", 1)[-1]
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
ASSIGNMENT = "05c5a614-a7d6-4502-b150-c2fb455033ff"


def test_subscriptions(client: Client, subscriptions: SubscriptionClient) -> None:
    assert subscriptions.subscriptions.get(SUBSCRIPTION).display_name == "Contoso University (pretend)"
    assert SUBSCRIPTION in [found.subscription_id for found in subscriptions.subscriptions.list()]


def test_resource_groups(client: Client, resources: ResourceManagementClient) -> None:
    groups = resources.resource_groups
    made = groups.create_or_update("autumn", {"location": "koreacentral", "tags": {"term": "1"}})
    assert (made.name, made.properties.provisioning_state) == ("autumn", "Succeeded")
    assert groups.update("autumn", {"tags": {"term": "2"}}).tags == {"term": "2"}
    assert groups.get("autumn").tags == {"term": "2"}
    assert "autumn" in [found.name for found in groups.list()]
    assert (groups.check_existence("autumn"), groups.check_existence("winter")) == (True, False)
    groups.begin_delete("autumn").result(LIMIT)
    with pytest.raises(ResourceNotFoundError, match="autumn"):
        groups.get("autumn")


def test_resources_of_a_group(client: Client, image: str, resources: ResourceManagementClient) -> None:
    wanted = "resourceType eq 'Microsoft.Compute/galleries'"
    found = list(resources.resources.list_by_resource_group("galleries", filter=wanted))
    assert [entry.id for entry in found] == [GALLERY]


def test_lab_accounts(client: Client, labs: ManagedLabsClient) -> None:
    account = labs.lab_accounts.get("labs", "contoso-labs")
    assert (account.id, account.location, account.provisioning_state) == (ACCOUNT, "koreacentral", "Succeeded")
    assert [found.name for found in labs.lab_accounts.list_by_resource_group("labs")] == ["contoso-labs"]
    everywhere = [found.name for found in labs.lab_accounts.list_by_subscription()]
    assert sorted(filter(None, everywhere)) == ["contoso-labs", "contoso-labs-us"]


def test_a_missing_lab_account_is_an_error(client: Client, labs: ManagedLabsClient) -> None:
    with pytest.raises(ResourceNotFoundError, match="absent"):
        labs.lab_accounts.get("labs", "absent")


def test_attachments_by_id(client: Client, image: str, resources: ResourceManagementClient) -> None:
    by_id = resources.resources
    body: Any = {"properties": {"galleryId": GALLERY}}
    made = by_id.begin_create_or_update_by_id(ATTACHMENT, ATTACHMENT_VERSION, body).result(LIMIT)
    assert (made.name, made.properties["galleryId"]) == ("labs_gallery", GALLERY)
    assert by_id.get_by_id(ATTACHMENT, ATTACHMENT_VERSION).id == ATTACHMENT
    updated = by_id.begin_update_by_id(ATTACHMENT, ATTACHMENT_VERSION, body).result(LIMIT)
    assert updated.properties["provisioningState"] == "Succeeded"
    by_id.begin_delete_by_id(ATTACHMENT, ATTACHMENT_VERSION).result(LIMIT)
    with pytest.raises(ResourceNotFoundError):
        by_id.get_by_id(ATTACHMENT, ATTACHMENT_VERSION)


def test_an_attachment_at_another_api_version_is_refused(
    client: Client, image: str, resources: ResourceManagementClient
) -> None:
    body: Any = {"properties": {"galleryId": GALLERY}}
    with pytest.raises(HttpResponseError, match="NoRegisteredProviderFound"):
        resources.resources.begin_create_or_update_by_id(ATTACHMENT, "2018-10-15", body)


def test_lab_plans_by_id(client: Client, image: str, resources: ResourceManagementClient) -> None:
    by_id = resources.resources
    body: Any = {
        "location": "koreacentral",
        "identity": {"type": "SystemAssigned"},
        "properties": {"allowedRegions": ["koreacentral"]},
    }
    made = by_id.begin_create_or_update_by_id(PLAN, PLAN_VERSION, body).result(LIMIT)
    assert (made.properties["provisioningState"], bool(made.identity.principal_id)) == ("Succeeded", True)
    update: Any = {"properties": {"sharedGalleryId": GALLERY}}
    updated = by_id.begin_update_by_id(PLAN, PLAN_VERSION, update).result(LIMIT)
    assert updated.properties["sharedGalleryId"] == GALLERY
    shown = by_id.get_by_id(PLAN, PLAN_VERSION)
    assert (shown.properties["allowedRegions"], shown.identity) == (["koreacentral"], made.identity)
    wanted = "resourceType eq 'Microsoft.LabServices/labPlans'"
    listed = [entry.id for entry in resources.resources.list_by_resource_group("labs", filter=wanted)]
    assert listed == [PLAN.replace("autumn", "contoso-plan"), PLAN]
    by_id.begin_delete_by_id(PLAN, PLAN_VERSION).result(LIMIT)
    with pytest.raises(ResourceNotFoundError):
        by_id.get_by_id(PLAN, PLAN_VERSION)


def test_gallery_types_by_id_at_the_newest_api_version(
    client: Client, image: str, resources: ResourceManagementClient
) -> None:
    by_id, identifier = resources.resources, f"{image}/versions/1.0.0"
    body: Any = version()
    made = by_id.begin_create_or_update_by_id(identifier, "2024-03-03", body).result(LIMIT)
    assert made.properties["storageProfile"]["osDiskImage"]["sizeInGB"] == 64
    by_id.begin_delete_by_id(identifier, "2024-03-03").result(LIMIT)
    assert client.get(identifier).status == 404


def test_role_assignments(client: Client, image: str, authorization: AuthorizationManagementClient) -> None:
    assignments = authorization.role_assignments
    role = f"{ONE}/providers/Microsoft.Authorization/roleDefinitions/{READER}"
    body: Any = {"role_definition_id": role, "principal_id": TEACHERS, "principal_type": "Group"}
    made = assignments.create(GALLERY, ASSIGNMENT, body)
    assert (made.scope, made.principal_id) == (GALLERY, TEACHERS)
    assert assignments.get(GALLERY, ASSIGNMENT).id == made.id
    assert assignments.get_by_id(str(made.id)).name == ASSIGNMENT
    assert [found.name for found in assignments.list_for_scope(GALLERY, filter="atScope()")] == [ASSIGNMENT]
    assert [found.name for found in assignments.list_for_resource_group("galleries")] == [ASSIGNMENT]
    assert assignments.create(GALLERY, ASSIGNMENT, body).name == ASSIGNMENT
    assignments.delete(GALLERY, ASSIGNMENT)
    assert list(assignments.list_for_scope(GALLERY)) == []


def test_locks(client: Client, image: str, locks: ManagementLockClient, resources: ResourceManagementClient) -> None:
    operations, body = locks.management_locks, {"level": "CanNotDelete", "notes": "teaching"}
    made = operations.create_or_update_by_scope(GALLERY, "keep", body)
    assert (made.name, made.level) == ("keep", "CanNotDelete")
    assert operations.get_by_scope(GALLERY, "keep").notes == "teaching"
    assert [found.name for found in operations.list_by_scope(GALLERY)] == ["keep"]
    assert operations.create_or_update_by_scope(GALLERY, "keep", body | {"notes": "term"}).notes == "term"
    with pytest.raises(HttpResponseError, match="ScopeLocked"):
        resources.resources.begin_delete_by_id(GALLERY, "2024-03-03")
    operations.delete_by_scope(GALLERY, "keep")
    assert list(operations.list_by_scope(GALLERY)) == []


def test_locks_of_a_resource_group(client: Client, locks: ManagementLockClient) -> None:
    operations = locks.management_locks
    operations.create_or_update_at_resource_group_level("galleries", "group", {"level": "ReadOnly"})
    assert operations.get_at_resource_group_level("galleries", "group").level == "ReadOnly"
    assert [found.name for found in operations.list_at_resource_group_level("galleries")] == ["group"]
    operations.delete_at_resource_group_level("galleries", "group")
    with pytest.raises(ResourceNotFoundError):
        operations.get_at_resource_group_level("galleries", "group")
