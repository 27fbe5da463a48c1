"""How long the emulator's answers take, and how many requests it takes."""

from __future__ import annotations

import pytest

from sandbox.emulator.process import connection
from tests.support.emulator_client import GALLERIES, ONE, TWO, Client

pytest_plugins = ["tests.support.emulator"]

NEVER_FILLED = 0.0001


def milliseconds(client: Client, path: str) -> float:
    client.send("DELETE", "/sandbox/requests")
    client.get(path)
    (entry,) = client.get("/sandbox/requests").body
    return float(entry["durationMs"])


def test_answers_take_as_long_as_somebody_asks_for(client: Client, image: str) -> None:
    assert client.get("/sandbox/latency").body == {"milliseconds": 0}
    wanted = {"milliseconds": 30, "galleryListMilliseconds": 90}
    assert client.send("POST", "/sandbox/latency", wanted).body == wanted
    assert milliseconds(client, image) >= 30
    assert milliseconds(client, f"{ONE}/resourceGroups") >= 30
    assert milliseconds(client, f"{image}/versions") >= 90
    assert milliseconds(client, f"{GALLERIES}/labs_gallery/images") >= 90
    client.reset()
    assert client.get("/sandbox/latency").body == {"milliseconds": 0}


def test_an_empty_bucket_is_answered_as_azure_does(client: Client) -> None:
    limits = {"reads": {"size": 2, "perSecond": NEVER_FILLED}}
    assert client.send("POST", "/sandbox/limits", limits).body == limits
    groups = f"{ONE}/resourceGroups"
    assert [client.get(groups).status for _ in range(2)] == [200, 200]
    refused = client.get(groups)
    assert (refused.refused, refused.rule) == ((429, "SubscriptionRequestsThrottled"), "throttled")
    assert int(refused.headers["retry-after"]) > 1
    assert f"try again after '{refused.headers['retry-after']}' seconds" in refused.message
    assert client.get(f"{TWO}/resourceGroups").status == 200, "each subscription has a bucket of its own"
    assert client.send("GET", groups, authorization=f"{connection.AUTHORIZATION}-2").status == 200, "each identity too"
    assert client.put(f"{groups}/more", {"location": "koreacentral"}).status == 201, "writes have no limit here"
    assert [entry["status"] for entry in client.get("/sandbox/requests").body].count(429) == 1


@pytest.mark.parametrize("path", ["/sandbox/limits", "/sandbox/reset"])
def test_limits_can_be_lifted(client: Client, path: str) -> None:
    client.send("POST", "/sandbox/limits", {"deletes": {"size": 1, "perSecond": NEVER_FILLED}})
    assert [client.delete(f"{GALLERIES}/none").status for _ in range(2)] == [204, 429]
    client.send("POST", path, {})
    assert client.get("/sandbox/limits").body == {}
    assert [client.delete(f"{GALLERIES}/none").status for _ in range(2)] == [204, 204]


def test_a_bucket_fills_with_time(client: Client) -> None:
    client.send("POST", "/sandbox/limits", {"reads": {"size": 1, "perSecond": 1_000_000}})
    assert {client.get(f"{ONE}/resourceGroups").status for _ in range(5)} == {200}


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("latency", {"miliseconds": 1}, "unknown key 'miliseconds'; did you mean 'milliseconds'?"),
        ("latency", {"milliseconds": -1}, "'milliseconds' is a number, not negative"),
        ("limits", {"reads": 25}, "'reads' is an object"),
        ("limits", {"reads": {"size": 250}}, "reads: 'perSecond' is missing"),
        ("limits", {"reads": {"size": 0, "perSecond": 25}}, "reads: 'size' is from 1 to 1000000"),
        ("limits", {"reads": {"size": 0.5, "perSecond": 25}}, "reads: 'size' is from 1 to 1000000"),
        ("limits", {"reads": {"size": 1, "perSecond": 1e-9}}, "reads: 'perSecond' is from 0.0001 to 1000000"),
        ("latency", {"milliseconds": float("inf")}, "'milliseconds' is at most 600000"),
        ("latency", {"milliseconds": 600_001}, "'milliseconds' is at most 600000"),
    ],
)
def test_what_cannot_be_meant_is_refused(client: Client, path: str, body: dict[str, object], message: str) -> None:
    before = client.get(f"/sandbox/{path}").body
    refused = client.send("POST", f"/sandbox/{path}", body)
    assert refused.refused == (400, "InvalidSandboxRequest")
    assert message in refused.message
    assert client.get(f"/sandbox/{path}").body == before
