"""Faults: requests that fail, wait or lose their answer because a test or a person asked for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sandbox.emulator.form import unknown_keys
from sandbox.emulator.message import Answer
from sandbox.emulator.rules import Json
from sandbox.emulator.state import State

CODES = {
    401: "AuthenticationFailed",
    403: "AuthorizationFailed",
    404: "ResourceNotFound",
    409: "Conflict",
    429: "TooManyRequests",
    500: "InternalServerError",
    502: "BadGateway",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}
RESET = "reset"
KEYS = ("method", "path", "status", "retryAfter", "times", "code", "message", "delaySeconds", "carriedOut")


@dataclass(frozen=True)
class Fault:
    """What happens to one request: `answer` instead of the real one (None: the connection is reset)."""

    delay: float
    replaces: bool
    answer: Answer | None
    carried_out: bool


def problems(body: Json) -> list[str]:
    """Return everything that is wrong with a fault as sent."""
    found = list(unknown_keys(body, KEYS))
    status = body.get("status")
    if status is None and not body.get("delaySeconds"):
        found.append("'status' (an HTTP status, or 'reset') or 'delaySeconds' is needed")
    is_status = isinstance(status, int) and not isinstance(status, bool) and 400 <= status <= 599
    if status is not None and status != RESET and not is_status:
        found.append("'status' is 400 to 599, or 'reset'")
    try:
        re.compile(str(body.get("path", "")))
    except re.error as error:
        found.append(f"'path' is not a regular expression: {error}")
    for key in ("times", "delaySeconds", "retryAfter"):
        value = body.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
            found.append(f"'{key}' is a number, not negative")
    return found


def take(state: State, method: str, target: str) -> Fault | None:
    """Return the first fault that hits a request and count it down; None when the request is left alone."""
    for number, body in state.faults():
        wanted = str(body.get("method", "*")).upper()
        if wanted not in ("*", method) or not re.search(str(body.get("path", "")), target, re.IGNORECASE):
            continue
        left = int(body.get("times", 1)) - 1
        state.change_fault(number, body | {"times": left} if left > 0 else None)
        return _fault(body)
    return None


def _fault(body: Json) -> Fault:
    status: Any = body.get("status")
    answer = None
    if isinstance(status, int):
        code = body.get("code") or CODES.get(status, "SandboxFault")
        message = body.get("message") or f"The sandbox was told to answer {status} here (POST /sandbox/faults)."
        headers = {} if body.get("retryAfter") is None else {"Retry-After": str(body["retryAfter"])}
        answer = Answer(status, {"error": {"code": code, "message": message}}, headers)
    return Fault(float(body.get("delaySeconds") or 0), status is not None, answer, bool(body.get("carriedOut")))
