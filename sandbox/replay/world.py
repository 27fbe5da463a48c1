"""What must be there before a recorded request makes sense, made from its path and its answer.

Beyond what an example needs: operations that run, versions that are being published or are deleted, what an error
complains of, and, for the update of something, that thing as it was before.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sandbox.emulator.arm_path import RESOURCES, ArmPath, parse
from sandbox.emulator.operations import POLLED, RETRY_AFTER, Polling
from sandbox.emulator.process.connection import Connection
from sandbox.emulator.regions import region
from sandbox.emulator.rules import Json
from sandbox.emulator.types.resource_type import ResourceType, pick
from sandbox.emulator.types.type_table import TYPES
from sandbox.replay.comparison import LEFT_OUT
from sandbox.replay.example import Example
from sandbox.replay.preconditions import PLAN_IMAGES, Preconditions, Unprepared

AZURE_RETRY_AFTER = 60
BEFORE = "before"
LONG, AT_ONCE = 3600, 0
GALLERIES = "microsoft.compute/galleries"
VERSIONS = "microsoft.compute/galleries/images/versions"
DEFINITIONS = "microsoft.compute/galleries/images"
ROLES = "microsoft.authorization/roleassignments"
ANOTHER = "another"
GROUPS_AT = {"api-version": "2021-04-01"}
OTHER = {
    "osType": ("Windows", "Linux"),
    "osState": ("Generalized", "Specialized"),
    "hyperVGeneration": ("V1", "V2"),
    "architecture": ("x64", "Arm64"),
}
"""The values of what can have two."""
NEVER = "2999-12-31T00:00:00Z"
LOCATION = re.compile(r"/locations/(\w+)/")
NESTED_ID = re.compile(r"Microsoft\.Compute/galleries/[\w./-]*[\w-]")


class World(Preconditions):
    """Makes, in an emulator that has just been reset, what one recorded request needs."""

    def __init__(self, connection: Connection, example: Example) -> None:
        super().__init__(connection, example)
        body = example.documented
        self._error: Json = body.get("error") or {} if example.status >= 400 else {}
        self._state = str(pick(body, "properties.provisioningState") or "")
        self._profiles = dict(_by_source(body))
        place = LOCATION.search(str(body.get("id")))
        if place and not body.get("location"):
            self._region = place[1]

    def make(self) -> Example:
        """Make everything and return the request to send. Raises Unprepared."""
        example, path = self._example, self._parsed()
        self._send("POST", "/sandbox/reset")
        self._empty(path)
        self._pace(AT_ONCE)
        self._send("POST", "/sandbox/replication", {RETRY_AFTER: AZURE_RETRY_AFTER})
        if path.type.lower() in POLLED:
            return self._operation(path)
        self._send("POST", "/sandbox/seed", self._seed(path))
        if example.status == 404:
            self._without(path)
        elif example.status >= 400:
            self._wrong(path)
        elif example.method == "PUT" and example.status == 200:
            self._before(path)
        elif example.method == "DELETE":
            self._doomed(path)
        else:
            self._fitting(path)
        return example

    def _empty(self, path: ArmPath) -> None:
        """Take away what the sandbox starts with in the subscription of the recording."""
        groups = self._connection.send("GET", f"/subscriptions/{path.subscription}/resourceGroups", **GROUPS_AT)
        for group in groups.body["value"] if groups.ok else ():
            self._send("DELETE", group["id"], **GROUPS_AT)

    def _fitting(self, path: ArmPath) -> None:
        """Make what a read, a creation, a patch or an action needs."""
        if path.type.lower() == PLAN_IMAGES:
            return  # the seed made them
        if path.namespace == RESOURCES and len(path.names) > 1:
            body = {key: value for key, value in self._example.documented.items() if key in ("location", "tags")}
            if body:
                self._send("PUT", path.text, body, **GROUPS_AT)
            return
        if self._example.method == "POST":
            self._prepare(path)
            self._pace(LONG if self._example.documented.get("status") == "InProgress" else AT_ONCE)
            return
        if self._example.method in ("GET", "HEAD") and path.type.lower() == VERSIONS and not path.is_collection:
            self._version(path)
        else:
            self._prepare(path)

    def _pace(self, seconds: int, failing: list[str] | None = None) -> None:
        self._send("POST", "/sandbox/replication", {"secondsPerRegion": seconds, "failRegions": failing or []})

    def _version(self, path: ArmPath) -> None:
        """Make the version that is shown, in the state in which it is shown."""
        body = self._own(path)
        summary = pick(self._example.documented, "properties.replicationStatus.summary") or []
        failed = [entry["region"] for entry in summary if entry.get("state") == "Failed"]
        regions = pick(body, "properties.publishingProfile.targetRegions") or []
        if self._state == "Failed" and not failed:
            failed = [entry["name"] for entry in regions]
        if path.parent:
            self._ensure(path.parent)
        self._sources(body, path)
        if self._state == "Updating" and body and len(regions) > 1:
            first = copy.deepcopy(body)
            first["properties"]["publishingProfile"]["targetRegions"] = self._home(regions)
            self._ensure(path, first)
        self._pace(LONG if self._state in ("Creating", "Updating") else AT_ONCE, failed)
        self._ensure(path, body)

    def _home(self, regions: list[Json]) -> list[Json]:
        home = "".join(self._region.split()).lower()
        return [entry for entry in regions if "".join(str(entry["name"]).split()).lower() == home] or regions[:1]

    def _before(self, path: ArmPath) -> None:
        """Make what a PUT updates, or restores, as it was before."""
        own = self._own(path) or {}
        sent = self._example.body or {}
        kind = TYPES[path.type.lower()]
        if path.type.lower() == VERSIONS and "properties" not in sent:
            self._soft_deletes = True
            self._ensure(path, own)
            self._delete(path)
            return
        self._taken_away(sent, own, kind)
        self._ensure(path, own)

    def _taken_away(self, sent: Json, body: Json, kind: ResourceType) -> None:
        """Take away what the request sets; of regions, all but that of the version, whose storage cannot change."""
        regions = pick(body, "properties.publishingProfile.targetRegions")
        super()._taken_away(sent, body, kind)
        if regions:
            body["properties"].setdefault("publishingProfile", {})["targetRegions"] = self._home(regions)

    def _doomed(self, path: ArmPath) -> None:
        if self._example.status == 204:
            if path.parent:
                self._ensure(path.parent)
            return
        self._ensure(path, self._own(path))

    def _without(self, path: ArmPath) -> None:
        """Make what is around something that is missing, as far as the error says that it is there."""
        code = self._error.get("code")
        if code == "SubscriptionNotFound":
            raise Unprepared("the subscription that is missing is there: the world is made in it")
        if code == "ResourceGroupNotFound":
            self._send("DELETE", f"{'/'.join(path.text.split('/')[:5])}", **GROUPS_AT)
        elif path.parent and code != "ParentResourceNotFound":
            self._ensure(path.parent)

    # what is made otherwise than for an example

    def _seed(self, path: ArmPath) -> Json:
        """Return the seed with the sizes of VHDs; groups that a list of galleries shows in capitals are not in them."""
        seed = super()._seed(path)
        if path.is_collection and path.type.lower() == GALLERIES:
            for subscription in seed["subscriptions"].values():
                groups = subscription["resourceGroups"]
                subscription["resourceGroups"] = {
                    name.lower() if name.isupper() else name: group for name, group in groups.items()
                }
        if self._error.get("code") == "PrincipalNotFound":
            seed["principals"] = []
        profile = pick(self._example.documented, "properties.storageProfile") or {}
        disks = [profile.get("osDiskImage") or {}, *(profile.get("dataDiskImages") or [])]
        sizes = {pick(disk, "source.uri"): disk["sizeInGB"] for disk in disks if "sizeInGB" in disk}
        return seed | {"vhds": {uri: {"sizeGB": size} for uri, size in sizes.items() if uri}}

    def _plant(self, path: ArmPath, group: Json) -> None:
        super()._plant(path, group)
        link = str(self._example.documented.get("nextLink") or "")
        before = _skipped(urlencode(self._example.query))
        after = max(_skipped(link) + 1 - before, 0)
        for plan in (group.get("labPlans") or {}).values():
            shown = plan["images"]
            first: Json = {f"before{number}": {} for number in range(before)}
            last: Json = {f"after{number}": {} for number in range(after - len(shown))} if link else {}
            plan["images"] = first | shown | last

    def _plan_image(self, entry: Json) -> Json:
        """Return the properties of an image; a write finds the other state than the one it sets."""
        properties = dict(entry.get("properties") or {})
        if self._example.method not in ("GET", "HEAD"):
            properties["enabledState"] = "Disabled" if properties.get("enabledState") == "Enabled" else "Enabled"
        return properties

    def _entries(self) -> None:
        """Make the entries of a list; of one of a resource group, in that group."""
        asked = self._parsed()
        for entry in self._example.documented["value"]:
            path = parse(str(entry.get("id")))
            if path and path.type.lower() == GALLERIES and path.resource_group.isupper():
                group = asked.resource_group or path.resource_group.lower()
                entry = entry | {"id": self._moved(path, group).text}  # noqa: PLW2901 - the entry as it is made
            self._entry(entry)
        if asked.parent:
            self._ensure(asked.parent)

    def _entry(self, entry: Json) -> None:
        super()._entry(_of_source(copy.deepcopy(entry)) if "properties" in entry else entry)

    @staticmethod
    def _moved(path: ArmPath, group: str) -> ArmPath:
        scope = "/".join((*path.scope.split("/")[:4], group))
        return ArmPath(scope, path.namespace, path.types, path.names)

    def _own(self, path: ArmPath) -> Json | None:
        """Return the body that makes the thing that is shown; a version takes its disks from its one source."""
        body = super()._own(path)
        return body if body is None else _of_source(body)

    def _default(self, path: ArmPath) -> Json:
        """Return the body that makes what is named only, with the disks and the keeping that the answer shows."""
        self._shown = self._profiles.get(path.key) or self._shown
        body = super()._default(path)
        if path.type.lower() == GALLERIES and self._soft_deletes:
            body["properties"]["softDeletePolicy"] = self._policy()
        return body

    def _policy(self) -> Json:
        """Return the policy that keeps deleted versions as long as the answer shows."""
        policy: Json = {"isSoftDeleteEnabled": True}
        for entry in self._example.documented.get("value") or []:
            shown = entry.get("properties") or {}
            usable, gone = shown.get("consumptionEndTime"), shown.get("hardDeletionTargetTime")
            kept, grace = _days(shown.get("softDeletedTime"), usable), _days(usable, gone)
            if kept is not None and grace is not None:
                policy |= {"retentionPeriodInDays": kept, "gracePeriodInDays": grace}
        return policy

    # what an error complains of

    def _wrong(self, path: ArmPath) -> None:
        message = str(self._error.get("message"))
        makers = {
            "Changing property": self._otherwise,
            "nested resource": self._nested,
            "role assignment already exists": self._assigned,
            "already exists in location": self._elsewhere,
            "are locked": self._locked,
            "already exists. Choose a different publisher": self._same_triple,
            "is not unique within the subscription": self._same_name,
            "Complete set of target locations": self._more_regions,
            "is not found. Please check source exists": self._without_source,
            "'TrustedLaunchSupported' is not supported": self._trusted,
            "enabled for blockDeletionBeforeEndOfLife": self._delayed,
        }
        make = next((make for words, make in makers.items() if words in message), self._around)
        make(path)

    def _around(self, path: ArmPath) -> None:
        """Make parents and sources; for what is no creation, the thing itself."""
        if path.parent:
            self._ensure(path.parent)
        self._sources(self._example.body, path)
        if self._example.method != "PUT" and not path.is_collection and path.type.lower() in TYPES:
            self._ensure(path)

    def _otherwise(self, path: ArmPath) -> None:
        """Make the thing with another value of the property that the error names."""
        found = re.search(r"property '\w+\.properties\.([\w.]+)'", str(self._error.get("message")))
        if not found:
            raise Unprepared("the error does not name the property")
        sent = copy.deepcopy(self._example.body or {})
        if path.type.lower() == VERSIONS:
            sent["properties"]["storageProfile"] = self._default(path)["properties"]["storageProfile"]
        else:
            *parents, last = found[1].split(".")
            place = sent["properties"]
            for name in parents:
                place = place[name]
            place[last] = next((value for value in OTHER.get(last, ()) if value != place.get(last)), BEFORE)
        self._ensure(path, sent)
        self._sources(self._example.body, path)

    def _nested(self, path: ArmPath) -> None:
        """Make the children that the error names, else one."""
        self._ensure(path)
        provider, message = f"{path.scope}/providers", str(self._error.get("message"))
        named = [parse(f"{provider}/{text}") for text in NESTED_ID.findall(message)]
        children = [child for child in named if child and child.key.startswith(f"{path.key}/")]
        if len(children) == 1 and LEFT_OUT.search(message):
            children.append(ArmPath(path.scope, path.namespace, children[0].types, (*path.names, "0.0.1")))
        child = path.child("versions", "1.0.0") if path.type.lower() == DEFINITIONS else path.child("images", "replay")
        for each in children or [child]:
            self._ensure(each)

    def _assigned(self, path: ArmPath) -> None:
        other = ArmPath(path.scope, path.namespace, path.types, ("00000000-0000-0000-0000-0000000000e2",))
        self._ensure(other, self._example.body)

    def _elsewhere(self, path: ArmPath) -> None:
        found = re.search(r"exists in location '(\w+)'", str(self._error.get("message")))
        body = self._default(path) | {"location": found[1] if found else "eastus"}
        self._ensure(path, body)

    def _locked(self, path: ArmPath) -> None:
        self._ensure(path)
        scopes = re.findall(r"are locked: '([^']+)'", str(self._error.get("message")))
        for scope in scopes or ["/".join(path.text.split("/")[:5])]:
            lock = f"{scope.split(',')[0]}/providers/Microsoft.Authorization/locks/replay"
            level = "CanNotDelete" if self._example.method == "DELETE" else "ReadOnly"
            self._send("PUT", lock, {"properties": {"level": level}}, **{"api-version": "2016-09-01"})

    def _same_name(self, path: ArmPath) -> None:
        elsewhere = f"{'/'.join(path.text.split('/')[:4])}/{ANOTHER}"
        group = {"location": self._region}
        subscription = {"displayName": "replay", "resourceGroups": {ANOTHER: group}}
        self._send("POST", "/sandbox/seed", {"subscriptions": {path.subscription: subscription}})
        self._ensure(ArmPath(elsewhere, path.namespace, path.types, path.names))

    def _more_regions(self, path: ArmPath) -> None:
        body = copy.deepcopy(self._example.body or {})
        profile = body["properties"].setdefault("publishingProfile", {})
        there = {"".join(str(entry["name"]).split()).lower() for entry in profile.get("targetRegions") or []}
        more = [{"name": name} for name in ("eastus", "westus2") if name not in there]
        profile["targetRegions"] = [*(profile.get("targetRegions") or []), *more]
        if not pick(body, "properties.storageProfile.source"):
            body["properties"]["storageProfile"] = self._default(path)["properties"]["storageProfile"]
        self._ensure(path, body)

    def _without_source(self, path: ArmPath) -> None:
        if path.parent:
            self._ensure(path.parent)

    def _trusted(self, path: ArmPath) -> None:
        if path.parent:
            features = [{"name": "SecurityType", "value": "TrustedLaunchSupported"}]
            body = self._default(path.parent)
            body["properties"] = body["properties"] | {"hyperVGeneration": "V2", "features": features}
            self._ensure(path.parent, body)
        self._sources(self._example.body, path)

    def _delayed(self, path: ArmPath) -> None:
        """Make a version that must not be deleted before its end of life, which is to come."""
        body = self._default(path)
        profile = body["properties"].setdefault("publishingProfile", {})
        profile["endOfLifeDate"] = NEVER
        body["properties"]["safetyProfile"] = {"blockDeletionBeforeEndOfLife": True}
        if path.parent:
            self._ensure(path.parent)
        self._sources(body, path)
        self._ensure(path, body)

    def _same_triple(self, path: ArmPath) -> None:
        named = re.search(r"Gallery image: '?([\w-][\w.-]*)", str(self._error.get("message")))
        other = ArmPath(path.scope, path.namespace, path.types, (*path.names[:-1], named[1] if named else ANOTHER))
        self._ensure(other, self._example.body)

    # operations

    def _operation(self, path: ArmPath) -> Example:
        """Start an operation that is where the recorded one was, and return the request that polls it."""
        group = f"/subscriptions/{path.subscription}/resourceGroups/replay"
        place = path.names[-2] if len(path.names) > 1 else ""
        self._region = place if region(place) else self._region
        groups = {"replay": {"location": self._region}}
        subscriptions = {path.subscription: {"displayName": "replay", "resourceGroups": groups}}
        self._send("POST", "/sandbox/seed", {"subscriptions": subscriptions})
        status = str(self._example.documented.get("status") or "")
        running = status == "InProgress" or self._example.status == 202
        seconds = LONG if running else AT_ONCE
        failing = [self._region] if status == "Failed" else []
        by_location = "monitor" in {key.lower() for key in self._example.query}
        polling = POLLED[path.type.lower()]
        if polling is Polling.LAB_SERVICES:
            started = self._lab_services_operation(group, seconds, failing)
        elif polling is Polling.COMPUTE:
            started = self._compute_operation(group, seconds, failing, deletes=by_location and not running)
        else:
            started = self._send("DELETE", group, **GROUPS_AT)
        header = "location" if polling is Polling.RESOURCE_GROUPS else "azure-asyncoperation"
        address = str(started.headers[header]).split("://")[-1]
        target = parse(f"/{address.partition('/')[2].partition('?')[0]}")
        if target is None:
            raise Unprepared(f"not the address of an operation: {address}")
        return self._example.at(target.text)

    def _compute_operation(self, group: str, seconds: int, failing: list[str], *, deletes: bool) -> Any:
        version = self._parsed(f"{group}/providers/Microsoft.Compute/galleries/replay/images/replay/versions/1.0.0")
        body = self._default(version)
        if version.parent:
            self._ensure(version.parent)
        self._sources(body, version)
        self._pace(seconds, failing)
        made = self._send("PUT", version.text, body, **self._newest(TYPES[VERSIONS]))
        return self._send("DELETE", version.text, **self._newest(TYPES[VERSIONS])) if deletes else made

    def _lab_services_operation(self, group: str, seconds: int, failing: list[str]) -> Any:
        plan = self._parsed(f"{group}/providers/Microsoft.LabServices/labPlans/replay")
        self._ensure(plan)
        self._pace(seconds, failing)
        machine = f"{group}/providers/Microsoft.LabServices/labs/replay/virtualMachines/0"
        body = {"name": "replay", "labVirtualMachineId": machine}
        return self._send("POST", f"{plan.text}/saveImage", body, **self._newest(TYPES[plan.type.lower()]))


def _days(earlier: Any, later: Any) -> int | None:
    """Return the whole days between two dates; None unless both are dates."""
    try:
        passed = datetime.fromisoformat(str(later)) - datetime.fromisoformat(str(earlier))
    except (TypeError, ValueError):
        return None
    return round(passed.total_seconds() / 86400)


def _of_source(body: Json) -> Json:
    """Return a version's body with its one source alone; any other body as it is."""
    profile = pick(body, "properties.storageProfile")
    if isinstance(profile, dict) and profile.get("source"):
        body["properties"]["storageProfile"] = {"source": profile["source"]}
    return body


def _by_source(shown: Json) -> Iterator[tuple[str, Json]]:
    """The storage profile of each version that an answer shows, by the key of its one source."""
    for version in (shown, *(shown.get("value") or [])):
        profile = pick(version, "properties.storageProfile")
        source = pick(profile, "source") or {}
        for resource_id in source.values() if isinstance(source, dict) else ():
            named = parse(str(resource_id))
            if named:
                yield named.key, profile


def _skipped(query: str) -> int:
    """Return how many entries of a list a query or link passes over."""
    found = re.search(r"skipToken=(\d+)", query, re.IGNORECASE)
    return int(found[1]) if found else 0
