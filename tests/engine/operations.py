"""The permissions that requests to Azure need, by the emulator's log of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}
"""How Azure names what a method does to a type. Source: "Azure resource provider operations"."""

ACTIONS: Mapping[tuple[str, str], str] = {}
"""Permissions of requests by POST, by type and last part of the path, both in lower case. The program makes none."""

SOURCES = {
    "snapshots": "Microsoft.Compute/snapshots/write",
    "disks": "Microsoft.Compute/disks/write",
    "virtualmachines": "Microsoft.Compute/virtualMachines/write",
    "images": "Microsoft.Compute/images/read",
}
"""What Azure asks for on the source of a version that is published, beside the version itself. Source: "Create a
gallery image definition and version" for virtual machines, disks and snapshots; that reading is enough for managed
images, and writing needed for the others, is UNVERIFIED."""

SOURCE = re.compile(r"/providers/microsoft\.compute/([a-z]+)/[^/\"]+\"", re.IGNORECASE)


def operations(log: list[dict[str, Any]]) -> set[str]:
    """Every permission, in lower case, that the requests of `log` need.

    Raises LookupError for a request whose permission is not known.
    """
    return {operation.lower() for entry in log for operation in _operations(entry)}


def _operations(entry: Mapping[str, Any]) -> Iterator[str]:
    method, path = entry["method"], entry["path"].split("?")[0].rstrip("/")
    if path.lower().startswith(("/sandbox/", "/msi/")):
        return
    kind = _type(path)
    if method == "POST":
        head, _, action = kind.rpartition("/")
        yield ACTIONS[head.lower(), action.lower()]
        return
    yield f"{kind}/{VERBS[method]}"
    if method == "PUT" and kind.lower() == "microsoft.compute/galleries/images/versions":
        body = json.dumps(entry["body"]["properties"]["storageProfile"])
        for source in SOURCE.findall(body):
            yield SOURCES[source.lower()]


def _type(path: str) -> str:
    """The type that a path is of: after the last `/providers/`, every second part; before it, subscription or group."""
    _, found, after = path.rpartition("/providers/")
    if found:
        namespace, *rest = after.split("/")
        return "/".join((namespace, *rest[::2]))
    below = {"resourcegroups": "/resourceGroups", "locations": "/locations"}
    return "Microsoft.Resources/subscriptions" + next(
        (kind for part, kind in below.items() if part in path.lower().split("/")), ""
    )
