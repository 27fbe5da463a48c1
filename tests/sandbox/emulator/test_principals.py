"""The directory of the pretend tenant."""

from __future__ import annotations

import pytest

from tests.support.emulator_client import Client

pytest_plugins = ["tests.support.emulator"]
PATH = "/v1.0/servicePrincipals(appId='{}')"
LAB_ACCOUNTS = "1a14be2a-e903-4cec-99cf-b2e209259a0f"


def test_a_service_principal_is_found_by_its_application(client: Client) -> None:
    found = client.get(PATH.format(LAB_ACCOUNTS.upper()))
    assert (found.status, found.body["id"]) == (200, "0a000000-0000-0000-0000-000000000001")
    missing = client.get(PATH.format("99999999-2222-3333-4444-555555555555"))
    assert missing.refused == (404, "Request_ResourceNotFound")
    assert missing.rule == "principal-by-application"


@pytest.mark.parametrize("path", ["/v1.0/users", "/v1.0/servicePrincipals", "/v1.0/"])
def test_nothing_else_is_in_it(client: Client, path: str) -> None:
    assert client.get(path).refused == (400, "BadRequest")


def test_it_wants_a_token(client: Client) -> None:
    assert client.send("GET", PATH.format(LAB_ACCOUNTS), authorization="").refused == (
        401,
        "InvalidAuthenticationToken",
    )
