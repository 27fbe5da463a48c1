"""Long-running operations: what a write answers beside the resource, and what polling it answers."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from sandbox.emulator.arm_path import ArmPath
from sandbox.emulator.message import Answer, Request
from sandbox.emulator.replication import RegionCopy, ends, failure_message, outcome
from sandbox.emulator.rules import ArmError, Evidence, Json, rule
from sandbox.emulator.state import State
from sandbox.emulator.types.resource import Resource, stamp

LONGEST_HOLD_SECONDS = 0.25
SOON_MILLISECONDS = "10"
POLLED = {
    "microsoft.compute/locations/capsoperations",
    "microsoft.labservices/operationresults",
    "microsoft.resources/subscriptions/operationresults",
}

OPERATION_HEADERS = rule(
    "operation-headers",
    "Writes and deletions of galleries, definitions and versions have the headers Azure-AsyncOperation and "
    "Location; those of lab plans, and deletions of resource groups, Location alone; each with Retry-After, or "
    "x-ms-retry-after-ms when it takes less than a second.",
    evidence=Evidence.EXAMPLE,
    where="Gallery_Delete, GalleryImageVersion_Delete, putLabPlan; Azure Resource Manager asynchronous operations",
)
OPERATION_STATUS = rule(
    "operation-status",
    "Azure-AsyncOperation answers 200 with status InProgress, Succeeded or Failed and the error; Location answers "
    "202 until it is done, then 200 with the resource (without one after an action), or 204 after a deletion.",
    evidence=Evidence.QUOTED,
    where="Azure Resource Manager asynchronous operations; the error's code from an answer quoted in the "
    "tests of the Java SDK, its text is the sandbox's own",
)


@OPERATION_HEADERS.applies
def start(
    state: State, request: Request, resource: Resource, poll: str, copies: list[RegionCopy], now: float
) -> dict[str, str]:
    """Store an operation on a resource and return the headers that lead to it."""
    operation_id = str(uuid.uuid4())
    path = resource.path
    state.add_operation(
        operation_id,
        {
            "resource": path.text,
            "method": request.method,
            "started": now,
            "copies": [copy.to_json() for copy in copies],
        },
    )
    version = f"api-version={request.query['api-version']}"
    wait = _wait(ends(copies) - now)
    root = f"{request.origin}/subscriptions/{path.subscription}"
    if poll == "Location":
        provider = "" if path.namespace == "Microsoft.Resources" else f"/providers/{path.namespace}"
        return wait | {"Location": f"{root}{provider}/operationresults/{operation_id}?{version}"}
    place = resource.location or "global"
    url = f"{root}/providers/{path.namespace}/locations/{place}/capsOperations/{operation_id}"
    return wait | {"Azure-AsyncOperation": f"{url}?{version}", "Location": f"{url}?monitor=true&{version}"}


def _wait(seconds: float) -> dict[str, str]:
    # Retry-After has whole seconds only, and Microsoft's client library takes 0 for "not said" and waits half a
    # minute. What ends sooner says it in milliseconds, in the header that the library reads as well.
    return {"Retry-After": "1"} if seconds >= 1 else {"x-ms-retry-after-ms": SOON_MILLISECONDS}


@OPERATION_STATUS.applies
def poll(state: State, request: Request, path: ArmPath, now: float, show: Callable[[str], Json | None]) -> Answer:
    """Return the answer to a poll; `show` gives the resource of an id as ARM shows it."""
    operation = state.operation(path.name)
    if operation is None:
        raise ArmError(404, "NotFound", f"The operation '{path.name}' was not found.")
    copies = [RegionCopy(**item) for item in operation["copies"]]
    by_location = path.types[-1].lower() == "operationresults" or "monitor" in request.query
    if not by_location:
        return _status(operation, path.name, copies, now)
    reached = outcome(copies, now)
    if reached == "InProgress":
        left = ends(copies) - now
        headers = {"Location": f"{request.origin}{request.target}"} | _wait(left)
        return Answer(202, None, headers, _hold(left))
    if reached == "Failed":
        return Answer(409, {"error": _error(copies)})
    if operation["method"] == "POST":
        return Answer(200)
    shown = None if operation["method"] == "DELETE" else show(str(operation["resource"]))
    return Answer(204) if shown is None else Answer(200, shown)


def _status(operation: Json, name: str, copies: list[RegionCopy], now: float) -> Answer:
    body: Json = {"startTime": stamp(operation["started"]), "name": name}
    reached = outcome(copies, now)
    if reached == "InProgress":
        left = ends(copies) - now
        return Answer(200, body | {"status": "InProgress"}, _wait(left), _hold(left))
    body["endTime"] = stamp(max(ends(copies), operation["started"]))
    if reached == "Failed":
        return Answer(200, body | {"status": "Failed", "error": _error(copies)})
    return Answer(200, body | {"status": "Succeeded"})


def _hold(seconds: float) -> float:
    return min(seconds, LONGEST_HOLD_SECONDS) if seconds < 1 else 0.0


def _error(copies: list[RegionCopy]) -> Json:
    return {"code": "CrpPirReplicationJobsNotCompleted", "message": failure_message(copies)}
