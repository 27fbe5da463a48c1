"""A small HTTP client of the emulator for tests, and bodies to send."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

ONE = "/subscriptions/00000000-0000-0000-0000-000000000001"
TWO = "/subscriptions/00000000-0000-0000-0000-000000000002"
BUILD = f"{ONE}/resourceGroups/image-build/providers/Microsoft.Compute"
GALLERIES = f"{ONE}/resourceGroups/galleries/providers/Microsoft.Compute/galleries"
ACCOUNT = f"{ONE}/resourceGroups/labs/providers/Microsoft.LabServices/labaccounts/contoso-labs"
TEACHERS = "0a000000-0000-0000-0000-000000000003"
VERSIONS = {
    "galleries": "2024-03-03",
    "labaccounts": "2019-01-01-preview",
    "labplans": "2023-06-07",
    "disks": "2024-03-02",
    "snapshots": "2024-03-02",
    "virtualmachines": "2024-07-01",
    "images": "2024-07-01",
    "roleassignments": "2022-04-01",
    "locks": "2020-05-01",
}


@dataclass(frozen=True)
class Reply:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def refused(self) -> tuple[int, str]:
        """Status and error code."""
        return self.status, self.body["error"]["code"]

    @property
    def message(self) -> str:
        text: str = self.body["error"]["message"]
        return text

    @property
    def rule(self) -> str:
        return self.headers.get("x-sandbox-rule", "")


class Client:
    """Sends requests over one kept connection; adds token and the api-version of the type."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)

    def send(self, method: str, path: str, body: Any = None, *, token: str = "Bearer test", **query: str) -> Reply:
        target = path.removeprefix(self.endpoint)
        if "api-version" not in target and not target.startswith(("/sandbox/", "/msi/")):
            query = {"api-version": _version(target)} | query
        if query:
            target += ("&" if "?" in target else "?") + "&".join(f"{key}={value}" for key, value in query.items())
        headers = {"Authorization": token} if token else {}
        content = None if body is None else json.dumps(body)
        self._connection.request(method, target, content, headers)
        response = self._connection.getresponse()
        text = response.read()
        lower = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, lower, json.loads(text) if text else None)

    def get(self, path: str, **query: str) -> Reply:
        return self.send("GET", path, **query)

    def put(self, path: str, body: Any) -> Reply:
        return self.send("PUT", path, body)

    def delete(self, path: str) -> Reply:
        return self.send("DELETE", path)

    def reset(self) -> None:
        assert self.send("POST", "/sandbox/reset").status == 200

    def replication(self, **settings: Any) -> None:
        assert self.send("POST", "/sandbox/replication", settings).status == 200

    def wait(self, reply: Reply) -> Any:
        """Poll the operation of a write until its end and return its body."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            body = self.get(reply.headers["azure-asyncoperation"]).body
            if body["status"] != "InProgress":
                return body
        raise AssertionError("the operation did not end")

    def close(self) -> None:
        self._connection.close()


def _version(path: str) -> str:
    tail = path.partition("?")[0].lower().rsplit("/providers/", 1)
    if len(tail) == 1:
        return "2024-03-01"
    return VERSIONS[tail[1].split("/")[1]]


def definition(sku: str = "ubuntu-2204", **changes: Any) -> dict[str, Any]:
    """The body of an image definition, a Linux one unless changed."""
    properties = {
        "osType": "Linux",
        "osState": "Generalized",
        "hyperVGeneration": "V1",
        "identifier": {"publisher": "contoso-university", "offer": "python", "sku": sku},
    }
    return {"location": "koreacentral", "properties": properties | changes}


def version(
    source: str = "snapshots/ubuntu-2204-python-100", regions: Any = ("koreacentral",), **changes: Any
) -> dict[str, Any]:
    """The body of an image version made from a disk or snapshot of the image-build group."""
    properties = {
        "publishingProfile": {
            "targetRegions": [entry if isinstance(entry, dict) else {"name": entry} for entry in regions]
        },
        "storageProfile": {"osDiskImage": {"source": {"id": f"{BUILD}/{source}"}}},
    }
    return {"location": "koreacentral", "properties": properties | changes}
