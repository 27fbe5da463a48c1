"""The ARM client against a server that answers as each test says: objects, pages, operations, retries."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from inventory.arm.client import Arm
from inventory.arm.error import ArmError, ErrorKind
from tests.inventory.conftest import FixedToken
from tests.support.scripted_arm import Answer, Request, ScriptedArm, arm_error

DISK = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d"
VERSION = "2024-03-02"


@pytest.fixture
def arm(server: ScriptedArm, token: FixedToken) -> Iterator[Arm]:
    client = Arm(server.endpoint, token)
    yield client
    client.close()


def test_get_sends_id_api_version_and_token(server: ScriptedArm, arm: Arm) -> None:
    server.answers(Answer(200, {"id": DISK}))
    assert arm.get(DISK, VERSION) == {"id": DISK}
    assert server.requests == [Request("GET", f"{DISK}?api-version={VERSION}", "Bearer secret-token", None)]


def test_get_expands(server: ScriptedArm, arm: Arm) -> None:
    server.answers(Answer(200, {"id": DISK}))
    arm.get(DISK, VERSION, expand="instanceView")
    assert server.requests[0].path in {
        f"{DISK}?api-version={VERSION}&$expand=instanceView",
        f"{DISK}?api-version={VERSION}&%24expand=instanceView",
    }


@pytest.mark.parametrize("code", ["ResourceNotFound", "ParentResourceNotFound", "NotFound"])
def test_get_of_what_is_not_there_is_none(server: ScriptedArm, arm: Arm, code: str) -> None:
    server.answers(Answer(404, arm_error(code, "not there")))
    assert arm.get(DISK, VERSION) is None


@pytest.mark.parametrize(
    ("code", "kind"),
    [("ResourceGroupNotFound", ErrorKind.NO_RESOURCE_GROUP), ("SubscriptionNotFound", ErrorKind.NO_SUBSCRIPTION)],
)
def test_get_in_a_missing_group_or_subscription_is_an_error(
    server: ScriptedArm, arm: Arm, code: str, kind: ErrorKind
) -> None:
    server.answers(Answer(404, arm_error(code, "not there")))
    with pytest.raises(ArmError) as caught:
        arm.get(DISK, VERSION)
    assert caught.value.kind is kind
    assert caught.value.status == 404


def test_put_waits_for_the_asynchronous_operation_and_returns_the_object(server: ScriptedArm, arm: Arm) -> None:
    states = ["InProgress", "InProgress", "Succeeded"]

    def answer(request: Request) -> Answer:
        if request.method == "PUT":
            headers = {"Azure-AsyncOperation": "{endpoint}/operations/1?api-version=1"}
            return Answer(201, {"properties": {"provisioningState": "Creating"}}, headers)
        if request.path.startswith("/operations/"):
            return Answer(200, {"status": states.pop(0)})
        return Answer(200, {"properties": {"provisioningState": "Succeeded"}})

    server.answer = answer
    assert arm.put(DISK, VERSION, {"location": "eastus"}) == {"properties": {"provisioningState": "Succeeded"}}
    assert [request.method for request in server.requests] == ["PUT", "GET", "GET", "GET", "GET"]
    assert server.requests[0].body == {"location": "eastus"}
    assert {request.authorization for request in server.requests} == {"Bearer secret-token"}


def test_polling_waits_as_long_as_the_answer_says(server: ScriptedArm, arm: Arm) -> None:
    headers = {"Location": "{endpoint}/results/1", "Retry-After": "1"}
    server.answers(Answer(202, None, headers), Answer(202, None, headers), Answer(200, {"id": DISK}))
    began = time.monotonic()
    assert arm.patch(DISK, VERSION, {"tags": {}}) == {"id": DISK}
    assert time.monotonic() - began >= 1


def test_put_without_a_body_in_the_answer_asks_for_the_object(server: ScriptedArm, arm: Arm) -> None:
    server.answers(Answer(204), Answer(200, {"id": DISK}))
    assert arm.put(DISK, VERSION, {}) == {"id": DISK}


def test_a_failed_operation_says_what_azure_says(server: ScriptedArm, arm: Arm) -> None:
    failed = {"status": "Failed", **arm_error("ReplicationJobFailed", "no room in Korea South.")}
    server.answers(
        Answer(202, None, {"Azure-AsyncOperation": "{endpoint}/operations/1"}),
        Answer(200, failed),
    )
    with pytest.raises(ArmError) as caught:
        arm.put(DISK, VERSION, {})
    assert caught.value.code == "ReplicationJobFailed"
    assert "no room in Korea South)" in str(caught.value)


def test_an_operation_without_end_is_given_up(server: ScriptedArm, arm: Arm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventory.arm.pipeline.LONGEST_OPERATION_SECONDS", 0.05)
    server.answers(
        Answer(202, None, {"Azure-AsyncOperation": "{endpoint}/operations/1"}),
        Answer(200, {"status": "InProgress"}),
    )
    with pytest.raises(ArmError, match="did not finish the operation"):
        arm.put(DISK, VERSION, {})


def test_delete_waits_until_the_object_is_gone(server: ScriptedArm, arm: Arm) -> None:
    server.answers(Answer(202, None, {"Location": "{endpoint}/results/1"}), Answer(202, None), Answer(204), Answer(500))
    arm.delete(DISK, VERSION)
    assert [request.method for request in server.requests] == ["DELETE", "GET", "GET"]


@pytest.mark.parametrize("code", ["ResourceNotFound", "ResourceGroupNotFound"])
def test_delete_of_what_is_gone_is_no_error(server: ScriptedArm, arm: Arm, code: str) -> None:
    server.answers(Answer(404, arm_error(code, "gone")))
    arm.delete(DISK, VERSION)
    assert len(server.requests) == 1


def test_what_lab_services_does_not_have_is_not_there(server: ScriptedArm, arm: Arm) -> None:
    """Lab Services answers a missing lab plan in the form of RFC 7807, without a code."""
    problem = {"type": "https://tools.ietf.org/html/rfc7231", "title": "Not Found", "status": 404, "traceId": "00-0-01"}
    server.answers(Answer(404, problem, {"Content-Type": "application/problem+json; charset=utf-8"}))
    assert arm.get(DISK, VERSION) is None
    assert arm.list(DISK, VERSION, absent=(ErrorKind.NOT_FOUND,)) == []
    arm.delete(DISK, VERSION)
    with pytest.raises(ArmError, match=r"with 404 \(Not Found\)"):
        arm.put(DISK, VERSION, {})


def test_delete_that_is_refused_is_an_error(server: ScriptedArm, arm: Arm) -> None:
    server.answers(Answer(409, arm_error("CannotDeleteResource", "it has nested resources")))
    with pytest.raises(ArmError) as caught:
        arm.delete(DISK, VERSION)
    assert (caught.value.kind, caught.value.code) == (ErrorKind.REFUSED, "CannotDeleteResource")


def test_list_follows_pages_and_drops_duplicates(server: ScriptedArm, arm: Arm) -> None:
    server.answers(
        Answer(200, {"value": [{"id": "/a"}, {"id": "/A"}], "nextLink": f"{server.endpoint}/more?page=2"}),
        Answer(200, {"value": [{"id": "/b"}, {"id": "/a"}]}),
    )
    assert arm.list("/things", VERSION) == [{"id": "/a"}, {"id": "/b"}]
    assert server.requests[1].path == "/more?page=2"


def test_list_without_end_is_given_up(server: ScriptedArm, arm: Arm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventory.arm.client.MOST_PAGES", 3)
    server.answers(Answer(200, {"value": [], "nextLink": f"{server.endpoint}/again"}))
    with pytest.raises(ArmError, match="without end"):
        arm.list("/things", VERSION)
    assert len(server.requests) == 4


def test_pages_and_operations_are_followed_at_another_spelling_of_the_endpoint(
    server: ScriptedArm, token: FixedToken
) -> None:
    arm = Arm(server.endpoint.replace("127.0.0.1", "LocalHost"), token)
    link = server.endpoint.replace("http://127.0.0.1", "HTTP://LOCALHOST") + "/more"
    server.answers(Answer(200, {"value": [{"id": "/a"}], "nextLink": link}), Answer(200, {"value": [{"id": "/b"}]}))
    assert arm.list("/things", VERSION) == [{"id": "/a"}, {"id": "/b"}]
    server.answers(
        Answer(202, None, {"Azure-AsyncOperation": link}),
        Answer(200, {"status": "Succeeded"}),
        Answer(200, {"id": DISK}),
    )
    assert arm.put(DISK, VERSION, {}) == {"id": DISK}
    arm.close()


@pytest.mark.parametrize(
    "link", ["https://elsewhere.example/next", "http://127.0.0.1:1/next", "http://127.0.0.1/next", "/next", "//[::1"]
)
def test_the_token_never_leaves_the_endpoint(server: ScriptedArm, arm: Arm, link: str) -> None:
    server.answers(Answer(200, {"value": [], "nextLink": link}))
    with pytest.raises(ArmError, match="the sign-in is not sent there"):
        arm.list("/things", VERSION)
    server.answers(Answer(202, None, {"Azure-AsyncOperation": link}))
    with pytest.raises(ArmError, match="the sign-in is not sent there"):
        arm.put(DISK, VERSION, {})


@pytest.mark.parametrize("link", [5, ["https://elsewhere.example"], {"href": "next"}, True])
def test_a_link_that_is_no_text_is_no_answer_of_azure(server: ScriptedArm, arm: Arm, link: object) -> None:
    server.answers(Answer(200, {"value": [{"id": DISK}], "nextLink": link}))
    with pytest.raises(ArmError, match="something else than objects"):
        arm.list("/things", VERSION)


@pytest.mark.parametrize("status", [429, 500, 503, 504, 0])
def test_a_passing_trouble_is_tried_again(server: ScriptedArm, arm: Arm, status: int) -> None:
    server.answers(Answer(status, {}), Answer(status, {}), Answer(200, {"id": DISK}))
    assert arm.get(DISK, VERSION) == {"id": DISK}
    assert len(server.requests) == 3


def test_retry_after_is_honoured(server: ScriptedArm, arm: Arm) -> None:
    server.answers(Answer(429, {}, {"Retry-After": "1"}), Answer(200, {"id": DISK}))
    began = time.monotonic()
    assert arm.get(DISK, VERSION) == {"id": DISK}
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize(
    ("seconds", "refused", "passes"), [(1, 60, True), (20, 3, True), (1, 64, True), (1, 65, False), (20, 8, False)]
)
def test_waiting_for_ones_turn_uses_up_a_minute_before_it_uses_up_tries(
    server: ScriptedArm, arm: Arm, monkeypatch: pytest.MonkeyPatch, seconds: int, refused: int, passes: bool
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("inventory.arm.pipeline.RequestsTransport.sleep", lambda _, duration: slept.append(duration))
    server.answers(*[Answer(429, {}, {"Retry-After": str(seconds)})] * refused, Answer(200, {"id": DISK}))
    if passes:
        assert arm.get(DISK, VERSION) == {"id": DISK}
        assert slept == [seconds] * refused
    else:
        with pytest.raises(ArmError) as caught:
            arm.get(DISK, VERSION)
        assert caught.value.kind is ErrorKind.THROTTLED
        assert len(slept) == 60 // seconds + 4


def test_a_long_retry_after_is_not_slept_through(server: ScriptedArm, arm: Arm) -> None:
    server.answers(Answer(429, arm_error("TooManyRequests", "slow down"), {"Retry-After": "3600"}))
    with pytest.raises(ArmError) as caught:
        arm.get(DISK, VERSION)
    assert caught.value.kind is ErrorKind.THROTTLED
    assert len(server.requests) == 1


def test_lasting_trouble_ends_as_an_error(server: ScriptedArm, arm: Arm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventory.arm.pipeline.BoundedRetry.get_backoff_time", lambda policy, settings: 0)
    server.answers(Answer(503, "<html>maintenance</html>"))
    with pytest.raises(ArmError) as caught:
        arm.get(DISK, VERSION)
    assert caught.value.kind is ErrorKind.UNAVAILABLE
    assert str(caught.value) == (
        f"Azure answers 503 to GET {DISK} after several tries (<html>maintenance</html>); "
        "see https://status.azure.com and run it again"
    )
    assert len(server.requests) == 5


def test_refusals_are_not_tried_again(server: ScriptedArm, arm: Arm) -> None:
    server.answers(Answer(400, arm_error("InvalidParameter", "no")))
    with pytest.raises(ArmError):
        arm.put(DISK, VERSION, {})
    assert len(server.requests) == 1


def test_an_endpoint_that_nobody_serves(token: FixedToken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventory.arm.pipeline.BoundedRetry.get_backoff_time", lambda policy, settings: 0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(ArmError) as caught:
            Arm(endpoint, token).get(DISK, VERSION)
    assert caught.value.kind is ErrorKind.UNREACHABLE
    assert str(caught.value).startswith(f"{endpoint} cannot be reached (")
    assert "check the network" in str(caught.value)


@pytest.mark.parametrize("body", ["<html>sign in to the guest network</html>", "[]", ""])
def test_an_answer_that_is_not_arms(server: ScriptedArm, arm: Arm, body: str) -> None:
    server.answers(Answer(200, body))
    with pytest.raises(ArmError, match="no JSON object"):
        arm.get(DISK, VERSION)


def test_all_threads_share_one_sign_in(server: ScriptedArm, arm: Arm, token: FixedToken) -> None:
    server.answers(Answer(200, {"id": DISK}))
    arm.sign_in()
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: arm.get(DISK, VERSION), range(64)))
    assert found == [{"id": DISK}] * 64
    assert len(token.asked) == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://example.com",
        "ftp://127.0.0.1",
        "management.azure.com",
        "https://",
        "https://me@azure.example",
        "https://[x",
    ],
)
def test_an_endpoint_that_would_show_the_token_is_refused(token: FixedToken, endpoint: str) -> None:
    with pytest.raises(ArmError) as caught:
        Arm(endpoint, token)
    assert repr(endpoint) in str(caught.value)


def test_the_endpoint_comes_from_the_environment(token: FixedToken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_ENDPOINT", raising=False)
    monkeypatch.setenv("ARM_ENVIRONMENT", "china")
    assert Arm(credential=token).endpoint == "https://management.chinacloudapi.cn"
    monkeypatch.setenv("ARM_ENDPOINT", "http://127.0.0.1:99/")
    monkeypatch.setenv("ARM_USE_MSI", "true")
    monkeypatch.setenv("IDENTITY_ENDPOINT", "http://127.0.0.1:99/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "x")
    assert Arm(credential=token).endpoint == "http://127.0.0.1:99"


def test_spaces_and_letters_of_an_id_are_escaped(server: ScriptedArm, arm: Arm) -> None:
    server.answers(Answer(200, {}))
    arm.get("/subscriptions/s/resourceGroups/große (1)", VERSION)
    assert server.requests[0].path.startswith("/subscriptions/s/resourceGroups/gro%C3%9Fe%20(1)?")
