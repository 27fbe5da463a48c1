"""What a subscription and its directory show of what a new stack can name."""

from __future__ import annotations

import pytest

from catalog.stacks.role import LAB_ACCOUNT_APPLICATION, LAB_PLAN_APPLICATION
from inventory.arm.cloud import CLOUDS
from inventory.arm.error import ArmError, ErrorKind
from inventory.directory import graph_endpoint, look_up_principals
from inventory.subscription import look_up_subscription
from sandbox.emulator.process.lease import Lease
from tests.inventory.conftest import FixedToken
from tests.support.ids import LAB_ACCOUNT, SECOND, SUBSCRIPTION
from tests.support.pretend_azure import GALLERY, PretendAzure
from tests.support.scripted_arm import Answer, ScriptedArm

LAB_PLAN = LAB_ACCOUNT.replace("labaccounts/contoso-labs", "labPlans/contoso-plan")
OBJECTS = {
    LAB_ACCOUNT_APPLICATION: "0a000000-0000-0000-0000-000000000001",
    LAB_PLAN_APPLICATION: "0a000000-0000-0000-0000-000000000002",
}
UNKNOWN = "99999999-2222-3333-4444-555555555555"


@pytest.fixture(autouse=True)
def environment(azure: PretendAzure, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox's Azure is the one of this process, and nothing waits before it is tried again."""
    for name, value in Lease(azure.endpoint).environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("inventory.arm.pipeline.BoundedRetry.get_backoff_time", lambda policy, settings: 0)


def test_everything_is_seen(azure: PretendAzure) -> None:
    azure.gallery()
    seen = look_up_subscription(SUBSCRIPTION, [*OBJECTS, UNKNOWN])
    found = [(each.id.lower(), each.location, each.group.lower()) for each in seen.galleries or ()]
    assert found == [(GALLERY.lower(), "koreacentral", "galleries")]
    assert seen.resource_groups is not None
    assert seen.resource_groups["galleries"] == "koreacentral"
    assert {each.name: each.location for each in seen.lab_accounts or ()} == {
        "contoso-labs": "koreacentral",
        "contoso-labs-us": "eastus",
    }
    assert [each.name for each in seen.lab_plans or ()] == ["contoso-plan"]
    assert seen.principals == {**OBJECTS, UNKNOWN: None}
    assert seen.unanswered == ()


def test_the_galleries_of_labs_are_seen(azure: PretendAzure) -> None:
    azure.gallery()
    azure.send("PUT", f"{LAB_ACCOUNT}/sharedGalleries/x", {"properties": {"galleryId": GALLERY}})
    elsewhere = LAB_ACCOUNT.replace(SUBSCRIPTION, SECOND).replace("contoso-labs", "fabrikam-labs")
    gone = LAB_PLAN.replace(SUBSCRIPTION, SECOND)
    seen = look_up_subscription(SUBSCRIPTION, [], [LAB_ACCOUNT.upper(), elsewhere], gone)
    assert list(seen.labs[LAB_ACCOUNT.lower()].attachments.values()) == [GALLERY]
    assert seen.labs[elsewhere.lower()].attachments == {}
    assert len(seen.labs) == 3
    assert (seen.plans[LAB_PLAN.lower()].region, seen.plans[LAB_PLAN.lower()].gallery_id) == ("koreacentral", None)
    assert "Azure has none with this id" in str(seen.plans[gone.lower()].failure)
    assert seen.unanswered == ()


def test_labs_of_a_subscription_out_of_sight_are_told(azure: PretendAzure) -> None:
    account, plan = (each.replace(SUBSCRIPTION, UNKNOWN) for each in (LAB_ACCOUNT, LAB_PLAN))
    seen = look_up_subscription(SUBSCRIPTION, [], [account], plan)
    (plans,) = seen.unanswered
    assert plans.startswith("the gallery of the lab plan was not looked up: this sign-in cannot see")
    assert (seen.labs[account.lower()].failure or "").startswith("this sign-in cannot see the subscription")
    assert seen.labs[LAB_ACCOUNT.lower()].failure is None


def test_a_pretend_subscription_is_refused_before_any_sign_in(
    azure: PretendAzure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ARM_ENDPOINT")
    monkeypatch.setattr("inventory.session.Arm", None)
    with pytest.raises(ArmError, match="is a pretend one, which Azure does not have; use sandbox/labs"):
        look_up_subscription(SUBSCRIPTION, [])


def test_each_list_fails_by_itself(azure: PretendAzure) -> None:
    azure.fault(".*/labaccounts.*", 403)
    azure.fault("/v1.0/.*", 403, code="Authorization_RequestDenied", message="Insufficient privileges")
    seen = look_up_subscription(SUBSCRIPTION, OBJECTS)
    assert (seen.galleries, seen.lab_accounts, seen.principals) == ((), None, {})
    lists, directory = seen.unanswered
    assert lists.startswith("its lab accounts were not looked up: Azure refuses GET")
    assert directory.startswith("the principal of Azure Lab Services was not looked up: Azure refuses GET")
    assert "Insufficient privileges" in directory


def test_a_subscription_out_of_sight_is_told_once(azure: PretendAzure) -> None:
    seen = look_up_subscription(UNKNOWN, [LAB_ACCOUNT_APPLICATION])
    (reason,) = seen.unanswered
    assert reason.startswith("nothing of the subscription was looked up: this sign-in cannot see the subscription")
    # It may belong to another tenant, whose directory is not this one.
    assert seen.principals == {}
    assert (seen.galleries, seen.resource_groups) == (None, None)


def test_lab_services_may_be_gone(azure: PretendAzure) -> None:
    azure.send("POST", "/sandbox/providers", {"gone": ["Microsoft.LabServices"]})
    seen = look_up_subscription(SUBSCRIPTION, [])
    assert (seen.lab_accounts, seen.lab_plans, seen.unanswered) == ((), (), ())


def test_without_a_sign_in_nothing_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_USE_OIDC", "true")
    for name in ("ARM_ENDPOINT", "ARM_CLIENT_ID", "ARM_TENANT_ID"):
        monkeypatch.delenv(name, raising=False)
    seen = look_up_subscription(UNKNOWN, OBJECTS)
    (reason,) = seen.unanswered
    assert reason.startswith("nothing was looked up in Azure: ARM_USE_OIDC is set without ARM_CLIENT_ID and ARM_TENANT")


@pytest.mark.parametrize("name", CLOUDS)
def test_each_cloud_has_its_directory(name: str) -> None:
    cloud = CLOUDS[name]
    assert graph_endpoint({"ARM_ENVIRONMENT": name}) == cloud.graph
    # Beside a Resource Manager of one's own nobody knows the directory, and the cloud's would be the wrong one.
    assert graph_endpoint({"ARM_ENVIRONMENT": name, "ARM_ENDPOINT": "https://own.example"}) is None
    assert graph_endpoint({"ARM_ENDPOINT": "https://own.example", "GRAPH_ENDPOINT": "https://g"}) == "https://g"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(200, {"id": "no guid"}), ErrorKind.UNAVAILABLE),
        (Answer(200, "<html>"), ErrorKind.UNAVAILABLE),
        (Answer(401, {"error": {"code": "InvalidAuthenticationToken", "message": "no"}}), ErrorKind.SIGN_IN),
        (Answer(403, {"error": {"code": "Authorization_RequestDenied", "message": "no"}}), ErrorKind.FORBIDDEN),
        (Answer(0), ErrorKind.UNREACHABLE),
    ],
)
def test_what_is_no_answer_is_an_error(
    server: ScriptedArm, token: FixedToken, monkeypatch: pytest.MonkeyPatch, answer: Answer, kind: ErrorKind
) -> None:
    monkeypatch.setenv("GRAPH_ENDPOINT", server.endpoint)
    server.answers(answer)
    with pytest.raises(ArmError) as refused:
        look_up_principals([LAB_ACCOUNT_APPLICATION], SUBSCRIPTION, token)
    assert refused.value.kind is kind


def test_the_directory_is_asked_by_application(
    server: ScriptedArm, token: FixedToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPH_ENDPOINT", server.endpoint)
    server.answers(Answer(200, {"id": UNKNOWN.upper()}), Answer(404, {"error": {"code": "Request_ResourceNotFound"}}))
    assert look_up_principals(OBJECTS, SUBSCRIPTION, token) == {
        LAB_ACCOUNT_APPLICATION: UNKNOWN,
        LAB_PLAN_APPLICATION: None,
    }
    assert [request.path for request in server.requests] == [
        f"/v1.0/servicePrincipals(appId='{application}')?$select=id" for application in OBJECTS
    ]
    assert server.requests[0].authorization == "Bearer secret-token"
