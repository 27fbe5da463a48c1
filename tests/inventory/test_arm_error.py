"""What a refusal of Azure becomes: kind, cause and what to do."""

from __future__ import annotations

import json

import pytest

from inventory.arm.error import SIGN_IN_ADVICE, ErrorKind, from_answer, not_signed_in, unreachable
from tests.support.scripted_arm import arm_error

PATH = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/snapshots/a"
MISSING = (
    "The client 'ada@example.edu' with object id 'o' does not have authorization to perform action "
    "'{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, refresh."
)


REFUSALS = [
    (401, "InvalidAuthenticationToken", ErrorKind.SIGN_IN, "Azure does not accept the sign-in (", SIGN_IN_ADVICE),
    (
        404,
        "SubscriptionNotFound",
        ErrorKind.NO_SUBSCRIPTION,
        "this sign-in cannot see the subscription (",
        "`az account list --all --output table` shows those it can; sign in to its tenant",
    ),
    (
        404,
        "ResourceGroupNotFound",
        ErrorKind.NO_RESOURCE_GROUP,
        f"Azure refuses GET {PATH} with 404 (",
        "correct the id, or make the group with `az group create --name g --location REGION --subscription s`",
    ),
    (
        404,
        "ResourceNotFound",
        ErrorKind.NOT_FOUND,
        f"Azure refuses GET {PATH} with 404 (",
        "correct the id; `az resource list --resource-group g --subscription s --output table` shows what is there",
    ),
    (
        400,
        "NoRegisteredProviderFound",
        ErrorKind.NO_API_VERSION,
        f"Azure refuses GET {PATH} with 400 (",
        (
            "this cloud does not offer the type in that api-version; `az provider show --namespace Microsoft.Compute` "
            "lists what it has"
        ),
    ),
    (
        429,
        "TooManyRequests",
        ErrorKind.THROTTLED,
        f"Azure is still throttling GET {PATH} after several tries (",
        "wait a few minutes and run it again",
    ),
    (
        503,
        "ServerBusy",
        ErrorKind.UNAVAILABLE,
        f"Azure answers 503 to GET {PATH} after several tries (",
        "see https://status.azure.com and run it again",
    ),
    (
        409,
        "MissingSubscriptionRegistration",
        ErrorKind.REFUSED,
        f"Azure refuses GET {PATH} with 409 (",
        "register it with `az provider register --wait --namespace Microsoft.Compute` and run it again",
    ),
    (
        403,
        "RequestDisallowedByPolicy",
        ErrorKind.FORBIDDEN,
        f"Azure refuses GET {PATH} with 403 (",
        "an Azure Policy of the subscription forbids it: ask the people who look after the policy",
    ),
    (
        400,
        "InvalidParameter",
        ErrorKind.REFUSED,
        f"Azure refuses GET {PATH} with 400 (",
        "correct what Azure names and run it again",
    ),
]


@pytest.mark.parametrize(("status", "code", "kind", "cause", "advice"), REFUSALS)
def test_each_kind_of_refusal(status: int, code: str, kind: ErrorKind, cause: str, advice: str) -> None:
    error = from_answer(status, json.dumps(arm_error(code, "Azure's own words.")), "GET", PATH)
    assert (error.kind, error.status, error.code, error.message) == (kind, status, code, "Azure's own words")
    assert str(error) == f"{cause}{code}: Azure's own words); {advice}"


@pytest.mark.parametrize(
    ("action", "role"),
    [
        ("Microsoft.Compute/snapshots/read", "Reader"),
        ("Microsoft.Compute/galleries/write", "Contributor"),
        ("Microsoft.Authorization/roleAssignments/write", "User Access Administrator"),
    ],
)
def test_a_missing_permission_is_named_with_the_role_to_ask_for(action: str, role: str) -> None:
    body = arm_error("AuthorizationFailed", MISSING.format(action=action, scope=PATH))
    error = from_answer(403, json.dumps(body), "GET", PATH)
    assert error.kind is ErrorKind.FORBIDDEN
    assert error.advice == (
        f'ask for a role with {action}: `az role assignment create --assignee o --role "{role}" --scope {PATH}`'
    )


def test_details_are_shown_too() -> None:
    body = arm_error(
        "Failed", "It failed.", [{"code": "a", "message": "No room."}, {"code": "b", "message": "No room."}]
    )
    assert from_answer(400, json.dumps(body), "PUT", PATH).message == "It failed. No room"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "no reason given"),
        ("<html>\n  proxy </html>", "<html> proxy </html>"),
        ("[1]", "[1]"),
        ('{"error": "odd"}', '{"error": "odd"}'),
        ('{"code": "Plain", "message": "Without the envelope."}', "Plain: Without the envelope"),
        ('{"error": {"code": null, "message": null, "details": "odd"}}', "no reason given"),
        ('{"error": {"message": "a", "details": [null, {"message": "b"}]}}', "a b"),
        ('{"type": "https://t", "title": "Bad Request", "status": 400, "traceId": "00-0-01"}', "Bad Request"),
        ('{"title": "Bad Request.", "detail": "No such\\n region."}', "Bad Request: No such region"),
        ('{"title": "Same", "detail": "Same", "status": 400}', "Same"),
        ('{"code": "Odd", "message": "Words.", "title": "Bad Request"}', "Odd: Words"),
        ('{"title": null, "status": 400}', "no reason given"),
    ],
)
def test_bodies_of_other_forms(body: str, reason: str) -> None:
    assert from_answer(400, body, "GET", PATH).cause == f"Azure refuses GET {PATH} with 400 ({reason})"


def test_pages_of_text_are_shortened() -> None:
    error = from_answer(500, "x" * 100_000, "GET", PATH)
    assert len(str(error)) < 1000
    assert "xxx…" in str(error)


def test_no_answer_and_no_sign_in() -> None:
    assert str(unreachable("https://management.azure.com", "HTTPSConnection(host='h', port=443): No  route.")) == (
        "https://management.azure.com cannot be reached (No route); "
        "check the network, the proxy (HTTPS_PROXY) and ARM_ENDPOINT, then run it again"
    )
    assert str(not_signed_in("a\nb.")) == f"signing in to Azure failed (a b); {SIGN_IN_ADVICE}"
