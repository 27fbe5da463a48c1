"""A small HTTP client of the emulator for tests, and bodies to send."""

from __future__ import annotations

import time
from typing import Any

from sandbox.emulator.process import connection
from sandbox.emulator.types.type_table import TYPES
from tests.support import ids

ONE, TWO = (f"/subscriptions/{subscription}" for subscription in (ids.SUBSCRIPTION, ids.SECOND))
USED = "2024-03-03"
"""The api-version of galleries that the program uses; later ones have other defaults."""
BUILD, GALLERIES, ACCOUNT, TEACHERS = ids.BUILD, ids.GALLERIES, ids.LAB_ACCOUNT, ids.TEACHERS


class Reply(connection.Reply):
    """An answer, and what tests ask of a refusal."""

    @property
    def refused(self) -> tuple[int, str]:
        """Status and error code."""
        return self.status, self.code

    @property
    def rule(self) -> str:
        return self.headers.get("x-sandbox-rule", "")


class Client(connection.Connection):
    """Sends requests over one kept connection; adds the api-version."""

    def send(
        self, method: str, path: str, body: Any = None, *, authorization: str = connection.AUTHORIZATION, **query: str
    ) -> Reply:
        if "api-version" not in path and not path.startswith(("/sandbox/", "/msi/")):
            query = {"api-version": _version(path)} | query
        answer = super().send(method, path, body, authorization=authorization, **query)
        return Reply(answer.status, answer.headers, answer.body)

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


def _version(path: str) -> str:
    before, _, tail = path.lower().partition("?")[0].rpartition("/providers/")
    if not before:
        return "2024-03-01"
    namespace, outer, *_ = tail.split("/")
    versions = TYPES[f"{namespace}/{outer}"].api_versions
    return USED if USED in versions else max(versions)


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
