"""Long-running operations: what a write answers beside the resource, and what polling it answers."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from sandbox.emulator.arm_path import ArmPath
from sandbox.emulator.message import Answer, Request
from sandbox.emulator.replication import RegionCopy, ends, failure_message, outcome
from sandbox.emulator.rules import ArmError, Evidence, Json, rule
from sandbox.emulator.state import State
from sandbox.emulator.types.resource import Resource, stamp, stamp_z

LONGEST_HOLD_SECONDS = 0.25
SOON_MILLISECONDS = "10"
RETRY_AFTER = "retryAfterSeconds"
"""The setting with Azure's Retry-After; None while the sandbox keeps waits short."""
SLOW = "microsoft.compute/galleries/images/versions"
"""The type whose operations Azure lets wait for from the start."""
SIGNATURE_LENGTHS = {"t": 18, "c": 3600, "s": 342, "h": 43}
SIGNATURE = re.compile(r"&[tcsh]=[\w-]+(?=&|$)")

OPERATION_HEADERS = rule(
    "operation-headers",
    "A write of a gallery, definition or version has Azure-AsyncOperation alone, its deletion Location too. A new lab "
    "plan has Azure-AsyncOperation and Operation-Location, and its own address as Location; a deletion or action of "
    "one has all three, the operation in each. A deletion of a resource group has Location alone.",
    evidence=Evidence.RECORDED,
    where="azure-cli (test_gallery_e2e), azure-sdk-for-net (GalleryTests, LabPlanTests), azure-powershell "
    "(Save-AzLabServicesLabPlanImage)",
)
OPERATION_SIGNED = rule(
    "operation-signed",
    "Addresses of operations in Azure-AsyncOperation and Location carry a signature of some 4 KB in their query, "
    "Operation-Location does not. Here it is not checked.",
    evidence=Evidence.RECORDED,
    where="azure-cli, recordings since 2024, for Compute; azure-powershell (Remove-AzLabServicesLabPlan, 2025)",
)
OPERATION_STATUS = rule(
    "operation-status",
    "Azure-AsyncOperation answers 200 with name, status (InProgress, Succeeded or Failed), startTime, endTime and the "
    "error. Location answers 202 until it is done, then 200: Compute's with nothing after a deletion, Lab Services' "
    "with the status, which has an id too.",
    evidence=Evidence.RECORDED,
    where="azure-cli (test_gallery_soft_delete_policy_and_recycle_bin), azure-sdk-for-net (LabPlanTests), "
    "azure-powershell (Save-AzLabServicesLabPlanImage); the error's code from an answer quoted in the tests of the "
    "Java SDK, its text is the sandbox's own",
)
OPERATION_WAIT = rule(
    "operation-wait",
    "The answer to a write or deletion of a version has Retry-After: 60, that of a gallery or definition has none; "
    "while an operation of Compute goes on, every poll has it. Here it is so only once POST /sandbox/replication sets "
    "retryAfterSeconds; else every answer has Retry-After: 1, or x-ms-retry-after-ms when less than a second is left, "
    "so that nobody waits.",
    evidence=Evidence.RECORDED,
    where="azure-sdk-for-net, GalleryImageVersion_CRUD_Tests (2021) and "
    "GalleryImageVersion_TrustedLaunchSupported_CRUD_Tests (2023)",
)


class Polling(Enum):
    """How operations of a service are followed up; the value is the last type of their addresses."""

    COMPUTE = "capsOperations"
    LAB_SERVICES = "operationResults"
    RESOURCE_GROUPS = "operationresults"


POLLED = {
    "microsoft.compute/locations/capsoperations": Polling.COMPUTE,
    "microsoft.labservices/locations/operationresults": Polling.LAB_SERVICES,
    "microsoft.resources/subscriptions/operationresults": Polling.RESOURCE_GROUPS,
}


@dataclass(frozen=True)
class Started:
    """What tells the caller of an operation that has begun: headers and, for some, a body."""

    headers: dict[str, str]
    body: Json | None = None


@OPERATION_HEADERS.applies
def start(
    state: State, request: Request, resource: Resource, polling: Polling, copies: list[RegionCopy], now: float
) -> Started:
    """Store an operation on a resource and return what leads to it."""
    operation_id = str(uuid.uuid4())
    operation: Json = {
        "resource": resource.path.text,
        "method": request.method,
        "started": now,
        "copies": [copy.to_json() for copy in copies],
    }
    state.add_operation(operation_id, operation)
    version = f"api-version={request.query['api-version']}"
    subscription = f"/subscriptions/{resource.path.subscription}"
    wait = _first_wait(state, resource.path.type) if _as_azure(state) else _short_wait(ends(copies) - now)
    if polling is Polling.RESOURCE_GROUPS:
        return Started(wait | {"Location": f"{request.origin}{subscription}/operationresults/{operation_id}?{version}"})
    place = f"{subscription}/providers/{resource.path.namespace}/locations/{resource.location or 'global'}"
    path = f"{place}/{polling.value}/{operation_id}"
    url = f"{request.origin}{path}"
    signature = _signature(operation_id)
    if polling is Polling.LAB_SERVICES:
        address = {"Azure-AsyncOperation": f"{url}?{version}{signature}", "Operation-Location": f"{url}?{version}"}
        if request.method == "PUT":
            return Started(wait | address | {"Location": f"{request.origin}{resource.path.text}?{version}"})
        headers = wait | address | {"Location": f"{url}?{version}&monitor=true{signature}"}
        body = {"id": path, "name": operation_id, "status": "InProgress", "startTime": stamp_z(now)}
        return Started(headers, body)
    headers = wait | {"Azure-AsyncOperation": f"{url}?{version}{signature}"}
    if request.method not in ("PUT", "PATCH"):
        headers["Location"] = f"{url}?monitor=true&{version}{signature}"
    return Started(headers)


@OPERATION_SIGNED.applies
def _signature(operation_id: str) -> str:
    noise = hashlib.shake_256(operation_id.encode()).digest(sum(SIGNATURE_LENGTHS.values()))
    text = base64.urlsafe_b64encode(noise).decode().rstrip("=")
    parts = []
    for name, length in SIGNATURE_LENGTHS.items():
        parts.append(f"&{name}={text[:length]}")
        text = text[length:]
    return "".join(parts)


def unsigned(target: str) -> str:
    """Return a request's target without the signature of an operation's address."""
    return SIGNATURE.sub("", target) if re.search("/(capsoperations|operationresults)/", target.lower()) else target


def _as_azure(state: State) -> bool:
    return state.setting(RETRY_AFTER, None) is not None


def _short_wait(seconds: float) -> dict[str, str]:
    # Retry-After has whole seconds only, and Microsoft's client library takes 0 for "not said" and waits half a
    # minute. What ends sooner says it in milliseconds, in the header that the library reads as well.
    return {"Retry-After": "1"} if seconds >= 1 else {"x-ms-retry-after-ms": SOON_MILLISECONDS}


@OPERATION_WAIT.applies
def _first_wait(state: State, kind: str) -> dict[str, str]:
    """Return the header of Azure's answer to a write or deletion that says when to ask for the first time."""
    return {"Retry-After": str(state.setting(RETRY_AFTER, None))} if kind.lower() == SLOW else {}


@OPERATION_WAIT.applies
def _wait(state: State, polling: Polling, seconds: float) -> dict[str, str]:
    """Return the header of a poll that says when to ask again."""
    if not _as_azure(state):
        return _short_wait(seconds)
    return {"Retry-After": str(state.setting(RETRY_AFTER, None))} if polling is Polling.COMPUTE else {}


@OPERATION_STATUS.applies
def poll(state: State, request: Request, path: ArmPath, now: float, show: Callable[[str], Json | None]) -> Answer:
    """Return the answer to a poll; `show` gives the resource of an id as ARM shows it."""
    operation = state.operation(path.name)
    if operation is None:
        raise ArmError(404, "NotFound", f"The operation '{path.name}' was not found.")
    polling = POLLED[path.type.lower()]
    copies = [RegionCopy(**item) for item in operation["copies"]]
    reached, left = outcome(copies, now), ends(copies) - now
    by_location = polling is Polling.RESOURCE_GROUPS or "monitor" in request.query
    running = reached == "InProgress"
    headers = _wait(state, polling, left) if running else {}
    hold = _hold(left) if running else 0.0
    status = 202 if running and by_location else 200
    if polling is Polling.LAB_SERVICES:
        return Answer(status, _lab_services_status(path.text, operation, copies, now), headers, hold)
    if not by_location:
        return Answer(status, {"name": path.name} | _status(operation, copies, now, stamp), headers, hold)
    if running:
        return Answer(202, None, headers | {"Location": f"{request.origin}{request.target}"}, hold)
    if reached == "Failed":
        return Answer(409, {"error": _error(copies)})
    return Answer(200, None if operation["method"] in ("DELETE", "POST") else show(str(operation["resource"])))


def _lab_services_status(path: str, operation: Json, copies: list[RegionCopy], now: float) -> Json:
    return {"id": path, "name": path.rpartition("/")[2]} | _status(operation, copies, now, stamp_z)


def _status(operation: Json, copies: list[RegionCopy], now: float, stamp: Callable[[float], str]) -> Json:
    body: Json = {"startTime": stamp(operation["started"])}
    reached = outcome(copies, now)
    if reached == "InProgress":
        return body | {"status": "InProgress"}
    body["endTime"] = stamp(max(ends(copies), operation["started"]))
    if reached == "Failed":
        return body | {"status": "Failed", "error": _error(copies)}
    return body | {"status": "Succeeded"}


def _hold(seconds: float) -> float:
    return min(seconds, LONGEST_HOLD_SECONDS) if seconds < 1 else 0.0


def _error(copies: list[RegionCopy]) -> Json:
    return {"code": "CrpPirReplicationJobsNotCompleted", "message": failure_message(copies)}
