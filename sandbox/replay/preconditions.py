"""What must be there before an example's request makes sense, made from the example itself."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

from sandbox.emulator.arm_path import ArmPath, parse
from sandbox.emulator.process.connection import Connection, Reply
from sandbox.emulator.regions import region
from sandbox.emulator.rules import Json
from sandbox.emulator.types.resource_type import ENVELOPE_COMPUTED, ResourceType, pick, writable
from sandbox.emulator.types.type_table import TYPES
from sandbox.replay.example import Example

IN_GROUP = re.compile(r"/?subscriptions/[^/]+/resourceGroups/[^/]+", re.IGNORECASE)
NEW_DEFAULTS = "2025"
DEFAULT_REGION = "westus"
DEFAULT_SIZE_GB = 10
DEFINITION: Json = {
    "osType": "Windows",
    "osState": "Generalized",
    "hyperVGeneration": "V1",
    "identifier": {"publisher": "replay", "offer": "replay", "sku": "replay"},
}
LAB_ACCOUNTS = "microsoft.labservices/labaccounts"
PLAN_IMAGES = "microsoft.labservices/labplans/images"
SOFT_DELETED = "softdeletedartifacttypes"


class Unprepared(Exception):
    """What an example needs cannot be made; the message says what was refused."""


class Preconditions:
    """Makes, in an emulator that has just been reset, what one example needs.

    Subscriptions and resource groups of all ids that occur, principals, parents of the resource, sources that its
    body names, with the sizes that the documented answer shows, and, for what is not a creation, the resource as
    the documented answer shows it, less what the service works out and what the request itself sets.
    """

    def __init__(self, connection: Connection, example: Example) -> None:
        self._connection = connection
        self._example = example
        shown = example.documented
        entries = shown.get("value")
        places = [example.body or {}, shown, *(entries if isinstance(entries, list) else [])]
        named = (str(place["location"]) for place in places if place.get("location"))
        self._region = next((name for name in named if region(name)), DEFAULT_REGION)
        self._shown: Json = pick(shown, "properties.storageProfile") or {}
        """The storage profile that shows the disks of a source."""
        self._restores = pick(example.body, "properties.restore") is True
        self._soft_deletes = self._restores or f"/{SOFT_DELETED}/" in example.path.lower()

    def make(self) -> Example:
        """Make everything and return the request to send. Raises Unprepared."""
        path = self._parsed()
        self._send("POST", "/sandbox/reset")
        self._send("POST", "/sandbox/replication", {"secondsPerRegion": 0})
        self._send("POST", "/sandbox/seed", self._seed(path))
        if path.type.lower() != PLAN_IMAGES:  # only the seed can make those
            self._prepare(path)
        return self._example

    def _parsed(self, text: str | None = None) -> ArmPath:
        path = parse(self._example.path if text is None else text)
        if path is None:
            raise Unprepared(f"not a path of Azure Resource Manager: {self._example.path}")
        return path

    def _prepare(self, path: ArmPath) -> None:
        """Make parents, sources and, for what is no creation, the thing itself or what a list shows."""
        if self._example.method == "PUT" and path.parent:
            self._ensure(path.parent)
        if self._example.method == "PUT":
            self._sources(self._example.body, path)
        elif isinstance(self._example.documented.get("value"), list):
            self._entries()
        elif path.is_collection and path.parent:  # an action of the parent
            self._ensure(path.parent)
        else:
            self._ensure(path, self._own(path))
            if self._restores:
                self._delete(path)

    def _seed(self, path: ArmPath) -> Json:
        example = self._example
        everything = [example.path, example.body, *(answer.get("body") for answer in example.answers.values())]
        subscriptions: Json = {example.path.split("/")[2]: {"displayName": "replay", "resourceGroups": {}}}
        principals = []
        for text in _strings(everything):
            if IN_GROUP.match(text):
                _, subscription, _, group = text.strip("/").split("/")[:4]
                entry = subscriptions.setdefault(subscription, {"displayName": "replay", "resourceGroups": {}})
                known = {name.lower() for name in entry["resourceGroups"]}
                if group.lower() not in known:
                    entry["resourceGroups"][group] = {"location": self._region}
        for body in (example.body, example.documented):
            properties = (body or {}).get("properties") or {}
            if "principalId" in properties:
                principals.append(
                    {"objectId": properties["principalId"], "type": properties.get("principalType", "User")}
                )
        if path.resource_group:
            self._plant(path, subscriptions[example.path.split("/")[2]]["resourceGroups"][path.resource_group])
        return {"subscriptions": subscriptions, "principals": principals}

    def _plant(self, path: ArmPath, group: Json) -> None:
        """Add what no request can make: a lab account, or the images of a lab plan."""
        if path.type.lower() == LAB_ACCOUNTS and not path.is_collection:
            group["labaccounts"] = {path.name: {}}
        if path.type.lower() == PLAN_IMAGES:
            shown = self._example.documented
            entries = shown.get("value") or [shown]
            images = {str(entry.get("name") or path.name): self._plan_image(entry) for entry in entries}
            group["labPlans"] = {path.names[0]: {"images": images}}

    def _plan_image(self, entry: Json) -> Json:
        """Return the properties of an image; a write finds the other state than the one it sets."""
        properties = {"enabledState": "Enabled"} | (entry.get("properties") or {})
        if self._example.method != "GET":
            properties["enabledState"] = "Disabled" if properties["enabledState"] == "Enabled" else "Enabled"
        return properties

    def _entries(self) -> None:
        """Make the entries of a documented list."""
        for entry in self._example.documented["value"]:
            self._entry(entry)

    def _entry(self, entry: Json) -> None:
        deleted = parse(str(pick(entry, "properties.resourceArmId") or "")) if self._soft_deletes else None
        path = deleted or parse(entry["id"])
        if deleted:
            self._ensure(deleted)
            self._delete(deleted)
        elif path:
            self._region = next((name for name in [entry.get("location")] if name and region(name)), self._region)
            self._ensure(path, {key: entry[key] for key in ("location", "properties", "tags") if key in entry})

    def _own(self, path: ArmPath) -> Json | None:
        """Return the body that makes the resource of a GET, PATCH or DELETE; None when no answer shows it."""
        shown = self._example.documented
        if not shown:
            return None
        kind = TYPES[path.type.lower()]
        body = {key: value for key, value in shown.items() if key not in ENVELOPE_COMPUTED}
        body["properties"] = writable(copy.deepcopy(shown.get("properties") or {}), kind.read_only)
        if self._example.method == "PATCH":
            self._taken_away(self._example.body or {}, body, kind)
        return body | ({"location": self._region} if kind.tracked else {})

    def _taken_away(self, sent: Json, body: Json, kind: ResourceType) -> None:
        """Take from the body that makes a resource what the request sets."""
        _take_away(sent.get("properties"), body["properties"], "", _needed(kind.immutable))

    def _sources(self, body: Any, path: ArmPath) -> None:
        """Make every resource of an imitated type that a body names."""
        for text in _strings(body):
            named = parse(text) if IN_GROUP.match(text) and text.startswith("/") else None
            imitated = named is not None and named.type.lower() in TYPES and not named.is_collection
            if named and imitated and named.key != path.key and "/providers/" in named.key:
                self._ensure(named)

    def _ensure(self, path: ArmPath, body: Json | None = None) -> None:
        kind = TYPES.get(path.type.lower())
        if kind is None or path.namespace == "Microsoft.Resources":
            return
        version = self._newest(kind)
        if body is None and self._connection.send("GET", path.text, **version).ok:
            return
        if path.parent:
            self._ensure(path.parent)
        wanted = self._default(path) if body is None else body
        self._sources(wanted, path)
        self._send("PUT", path.text, wanted, **version)
        if path.type.lower() == "microsoft.compute/virtualmachines":
            self._send("POST", f"{path.text}/generalize", **version)

    def _delete(self, path: ArmPath) -> None:
        kind = TYPES[path.type.lower()]
        self._send("DELETE", path.text, **self._newest(kind))

    @staticmethod
    def _newest(kind: ResourceType) -> dict[str, str]:
        """Return the api-version in which things are made: the newest without defaults of its own."""
        return {"api-version": max(version for version in kind.api_versions if version < NEW_DEFAULTS)}

    def _default(self, path: ArmPath) -> Json:
        """Return the body that makes a resource that the example names by its id only."""
        sizes = _sizes(self._shown)
        size = sizes.get(path.key, sizes.get("", DEFAULT_SIZE_GB))
        shown_disks = [disk for disk in self._shown.get("dataDiskImages") or [] if "sizeInGB" in disk]
        disks = [{"lun": disk["lun"], "diskSizeGB": disk["sizeInGB"]} | _caching(disk) for disk in shown_disks]
        os_disk = {"osType": "Windows", "diskSizeGB": size} | _caching(self._shown.get("osDiskImage") or {})
        soft = {"softDeletePolicy": {"isSoftDeleteEnabled": True}} if self._soft_deletes else {}
        properties: dict[str, Json] = {
            "microsoft.compute/galleries": soft,
            "microsoft.compute/galleries/images": DEFINITION,
            "microsoft.compute/galleries/images/versions": {
                "storageProfile": {"source": {"id": f"{path.scope}/providers/Microsoft.Compute/images/replay"}}
            },
            "microsoft.compute/images": {
                "storageProfile": {"osDisk": os_disk | {"osState": "Generalized"}, "dataDisks": disks}
            },
            "microsoft.compute/virtualmachines": {"storageProfile": {"osDisk": os_disk, "dataDisks": disks}},
            "microsoft.compute/disks": {"creationData": {"createOption": "Empty"}, "diskSizeGB": size},
            "microsoft.compute/snapshots": {"creationData": {"createOption": "Import"}, "diskSizeGB": size},
            "microsoft.labservices/labplans": {
                "sharedGalleryId": f"{path.scope}/providers/Microsoft.Compute/galleries/replay"
            },
            "microsoft.authorization/locks": {"level": "CanNotDelete"},
        }
        return {"location": self._region, "properties": properties.get(path.type.lower(), {})}

    def _send(self, method: str, path: str, body: Any = None, **query: str) -> Reply:
        reply = self._connection.send(method, path, body, **query)
        if not reply.ok:
            raise Unprepared(f"{method} {path}: {reply.refusal}")
        return reply


def _sizes(profile: Json) -> dict[str, int]:
    """Return the sizes of disks in a storage profile: of single disks by id, and of the OS disk under ""."""
    disks = (*(profile.get("dataDiskImages") or []), profile.get("osDiskImage") or {})
    return {str(pick(disk, "source.id") or "").lower(): int(disk["sizeInGB"]) for disk in disks if "sizeInGB" in disk}


def _caching(disk: Json) -> Json:
    return {"caching": disk["hostCaching"]} if "hostCaching" in disk else {}


def _needed(immutable: tuple[str, ...]) -> set[str]:
    """Return what a resource cannot be made without, or cannot get later."""
    return {*immutable, "storageProfile"}


def _take_away(sent: Any, shown: Any, field: str, kept: set[str]) -> None:
    """Take from what is shown each value that the request sets, so that only the request can bring it about.

    A value that shows more than was sent stays: the rest must have been there before.
    """
    if not isinstance(sent, dict) or not isinstance(shown, dict):
        return
    for key, value in sent.items():
        here = f"{field}.{key}".lstrip(".")
        if here in kept:
            continue
        if shown.get(key) == value and not isinstance(value, dict):
            del shown[key]
        else:
            _take_away(value, shown.get(key), here, kept)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _strings(entry)
