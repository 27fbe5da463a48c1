"""The activity log: who changed what in the sandbox."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from tests.support.emulator_client import GALLERIES, ONE, TWO, Client

pytest_plugins = ["tests.support.emulator"]
GALLERY = f"{GALLERIES}/labs_gallery"
API = "2015-04-01"


def at(seconds: float) -> str:
    return datetime.fromtimestamp(time.time() + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ask(client: Client, wanted: str, subscription: str = ONE) -> Any:
    path = f"{subscription}/providers/Microsoft.Insights/eventtypes/management/values"
    return client.send("GET", f"{path}?api-version={API}&$filter={quote(wanted)}")


def events(client: Client, more: str = "", subscription: str = ONE) -> list[dict[str, Any]]:
    return list(ask(client, f"eventTimestamp ge '{at(-3600)}'{more}", subscription).body["value"])


def test_each_change_has_caller_operation_object_and_time(client: Client) -> None:
    client.put(GALLERY, {"location": "koreacentral"})
    client.get(GALLERY)
    client.put(f"{GALLERY}/images/x", {"location": "koreacentral"})
    refused, made = events(client)[:2]
    assert made["caller"] == "somebody@contoso.com"
    assert made["operationName"]["value"] == "Microsoft.Compute/galleries/write"
    assert (made["resourceId"], made["resourceGroupName"]) == (GALLERY, GALLERY.split("/")[4])
    assert made["status"]["value"] == "Succeeded"
    assert abs(datetime.fromisoformat(made["eventTimestamp"]).timestamp() - time.time()) < 60
    assert (refused["status"]["value"], refused["resourceId"]) == ("Failed", f"{GALLERY}/images/x")


def test_the_filter(client: Client) -> None:
    client.put(GALLERY, {"location": "koreacentral"})
    group = GALLERY.split("/")[4]
    assert len(events(client, f" and resourceGroupName eq '{group.upper()}'")) == 1
    assert len(events(client, f" and resourceUri eq '{GALLERY}'")) == 1
    assert events(client, " and resourceGroupName eq 'labs'") == []
    assert events(client, f" and eventTimestamp le '{at(-60)}'") == []
    assert events(client, subscription=TWO) == []
    for wanted in ("", "eventTimestamp ge 'yesterday'"):
        assert ask(client, wanted).refused == (400, "BadRequest")


def test_nobody_writes_it(client: Client) -> None:
    path = f"{ONE}/providers/Microsoft.Insights/eventtypes/management/values/one?api-version={API}"
    assert client.send("PUT", path, {"properties": {}}).status == 405
