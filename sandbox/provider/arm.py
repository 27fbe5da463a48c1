"""A client of Azure Resource Manager as the Azure SDK for Go behaves: retries, polling, errors with their code."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from sandbox.provider.identity import IdentityError, ManagedIdentity
from sandbox.provider.pool import NoAnswerError, Pool

RETRIED_STATUSES = (408, 429, 500, 502, 503, 504)
RETRIED_CONFLICTS = frozenset({"AnotherOperationInProgress"})
"""What is tried again: a status, or the code of a 409.

Source: pulumi/pulumi-azure-native, provider/pkg/azure/client_azcore.go (`initPipelineOpts`, `shouldRetryConflict`).
"""

GONE = frozenset(
    {
        "EntityNotFound",
        "LockNotFound",
        "NotFound",
        "ParentResourceNotFound",
        "ResourceGroupNotFound",
        "ResourceNotFound",
        "RoleAssignmentNotFound",
        "SubscriptionNotFound",
        "VulnerabilityAssessmentBaselineDoesNotExists",
    }
)
"""Codes with which a 404 says that an object is gone; any other 404 might be that of a proxy, and is an error.

Source: pulumi/pulumi-azure-native, provider/pkg/azure/azure.go (`IsNotFound`) since 3.11, as issue 4841 quotes it.
"""

TRIES = 4
FIRST_BACKOFF = 0.2  # seconds; a quarter of azcore's, since nothing is far away here
FIRST_WAIT = 0.05  # seconds between two looks at an operation, where the answer has no Retry-After …
LONGEST_WAIT = 1.0  # … and each wait is twice the one before, up to this
LONGEST_REQUEST = 60.0

_FINISHED = frozenset({"succeeded", "failed", "canceled"})


class ArmError(Exception):
    """Resource Manager refused a request, or an operation that it had accepted failed."""

    def __init__(self, status: int, code: str, message: str) -> None:
        named = f' Code="{code}"' if code else ""
        super().__init__(f'Status={status}{named} Message="{message}"')
        self.status = status
        self.code = code

    @property
    def gone(self) -> bool:
        """Whether it says that the object does not exist."""
        return self.status == 404 and self.code in GONE

    @classmethod
    def of(cls, status: int, answer: Any) -> ArmError:
        """The error of an answer's body: `{"error": {"code", "message", "details"}}` or the same without a frame.

        A body of another form has no code, and is itself the message. Source: pulumi/pulumi-azure-native,
        provider/pkg/azure/client_azcore.go (`newResponseError`).
        """
        frame = answer.get("error", answer) if isinstance(answer, dict) else {}
        error = frame if isinstance(frame, dict) else {"message": str(frame)}
        code = str(error.get("code") or "")
        message = str(error.get("message") or (json.dumps(answer) if answer else "the answer has no body"))
        details = [detail for detail in error.get("details") or () if isinstance(detail, dict)]
        inner = "; ".join(f"{detail.get('code', '')}: {detail.get('message', '')}" for detail in details)
        return cls(status, code, f"{message} ({inner})" if inner else message)


class UnfinishedError(Exception):
    """Resource Manager accepted a request, so the object may exist, but the operation did not succeed: `cause`."""

    def __init__(self, cause: ArmError | IdentityError) -> None:
        super().__init__(str(cause))
        self.cause = cause


@dataclass(frozen=True)
class Answer:
    """Status, headers and JSON body of one answer; an empty body is an empty dictionary."""

    status: int
    headers: Any
    body: Any

    @property
    def ok(self) -> bool:
        """Whether the request was accepted."""
        return 200 <= self.status < 300


@dataclass
class Deadline:
    """The moment by which an operation has to be over, `seconds` from now (the engine's custom timeout)."""

    seconds: float
    start: float = field(default_factory=time.monotonic)

    def remaining(self) -> float:
        """Seconds that are left. Raises `ArmError` when there are none."""
        left = self.start + self.seconds - time.monotonic()
        if left <= 0:
            message = f"The operation was not over after {self.seconds:g} seconds, the timeout of this resource."
            raise ArmError(0, "OperationTimedOut", f"{message} Set a longer one with custom_timeouts.")
        return left


class ArmClient:
    """Asks `endpoint`; safe to use from many threads. `cancelled` ends every wait."""

    def __init__(self, endpoint: str, pool: Pool, identity: ManagedIdentity) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._pool = pool
        self._identity = identity
        self.cancelled = threading.Event()

    def get(self, identifier: str, api_version: str, deadline: Deadline, query: dict[str, str] | None = None) -> Answer:
        """The answer to a GET, whatever its status."""
        return self._send("GET", self._url(identifier, api_version, query or {}), deadline)

    def put(
        self, identifier: str, api_version: str, body: Any, deadline: Deadline, waiting: Callable[[], None]
    ) -> dict[str, Any]:
        """Puts an object and waits until it is there; its last known form.

        `waiting` is called between two looks at the operation. Raises `ArmError` when Resource Manager refuses the
        request, `UnfinishedError` when it fails afterwards.
        """
        answer = self._send("PUT", self._url(identifier, api_version), deadline, body)
        if not answer.ok:
            raise ArmError.of(answer.status, answer.body)
        try:
            self._wait(answer, self._url(identifier, api_version), deadline, waiting)
        except (ArmError, IdentityError) as error:
            raise UnfinishedError(error) from error
        return answer.body if isinstance(answer.body, dict) else {}

    def delete(self, identifier: str, api_version: str, deadline: Deadline, waiting: Callable[[], None]) -> None:
        """Deletes an object and waits until it is gone; one that is not there is no error. Raises `ArmError`."""
        answer = self._send("DELETE", self._url(identifier, api_version), deadline)
        if answer.status == 404:
            return
        if not answer.ok:
            raise ArmError.of(answer.status, answer.body)
        self._wait(answer, None, deadline, waiting)

    def _url(self, identifier: str, api_version: str, query: dict[str, str] | None = None) -> str:
        parameters = urlencode({"api-version": api_version} | (query or {}), quote_via=quote)
        return f"{self._endpoint}{quote(identifier, safe='/%:@')}?{parameters}"

    def _send(self, method: str, url: str, deadline: Deadline, body: Any = None) -> Answer:
        for again in range(TRIES):
            answer = self._send_once(method, url, deadline, body)
            if answer.status != 409 or ArmError.of(answer.status, answer.body).code not in RETRIED_CONFLICTS:
                break
            if again < TRIES - 1:
                self._pause(_retry_after(answer) or FIRST_BACKOFF * 2**again, deadline)
        return answer

    def _send_once(self, method: str, url: str, deadline: Deadline, body: Any) -> Answer:
        remaining = deadline.remaining()
        self._refuse_when_cancelled()
        headers = {"Authorization": f"Bearer {self._identity.token()}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        retries = {
            "total": TRIES - 1,
            "allowed_methods": {"GET", "PUT", "DELETE"},
            "status_forcelist": RETRIED_STATUSES,
            "backoff_factor": FIRST_BACKOFF,
            "raise_on_status": False,
            "redirect": False,
            "retry_after_max": int(remaining) + 1,
        }
        try:
            response = self._pool.request(
                method,
                url,
                retries,
                body=None if body is None else json.dumps(body),
                headers=headers,
                timeout=min(LONGEST_REQUEST, remaining),
            )
        except NoAnswerError as error:
            raise ArmError(0, "NoAnswer", f"Nothing answers {method} {url}: {error}") from error
        return Answer(response.status, response.headers, _parsed(response.data))

    def _wait(self, first: Answer, resource_url: str | None, deadline: Deadline, waiting: Callable[[], None]) -> None:
        """Polls until the operation that `first` started is over. Raises `ArmError` when it failed.

        As "Track asynchronous Azure operations" says: the address in `Azure-AsyncOperation` shows a status; the one
        in `Location` answers 202 until it is over; without both the object shows its `provisioningState`.
        """
        operation = first.headers.get("Azure-AsyncOperation")
        location = first.headers.get("Location") if first.status == 202 else None
        address = operation or location or resource_url
        answer, delay = first, FIRST_WAIT
        status = "inprogress" if operation or location else _provisioning_state(first)
        while status not in _FINISHED and address:
            waiting()
            self._pause(_retry_after(answer) or delay, deadline)
            delay = min(delay * 2, LONGEST_WAIT)
            answer = self._send("GET", address, deadline)
            if answer.status == 404 and resource_url is None:
                return
            if not answer.ok:
                raise ArmError.of(answer.status, answer.body)
            status = _operation_status(answer) if operation else _provisioning_state(answer)
        if status in {"failed", "canceled"}:
            raise _failure(answer, status)

    def _pause(self, seconds: float, deadline: Deadline) -> None:
        self.cancelled.wait(min(seconds, deadline.remaining()))
        self._refuse_when_cancelled()

    def _refuse_when_cancelled(self) -> None:
        if self.cancelled.is_set():
            message = "The wait was ended by an interrupt. Azure goes on by itself; the next update waits for it again."
            raise ArmError(0, "Cancelled", message)


def _operation_status(answer: Answer) -> str:
    return str(answer.body.get("status", "")).lower() if isinstance(answer.body, dict) else ""


def _provisioning_state(answer: Answer) -> str:
    """The state of an object; one without a state is ready, as locks and role assignments are."""
    properties = answer.body.get("properties") if isinstance(answer.body, dict) else None
    state = properties.get("provisioningState") if isinstance(properties, dict) else None
    return str(state or ("inprogress" if answer.status == 202 else "succeeded")).lower()


def _failure(answer: Answer, status: str) -> ArmError:
    if isinstance(answer.body, dict) and isinstance(answer.body.get("error"), dict):
        return ArmError.of(answer.status, answer.body)
    return ArmError(answer.status, "OperationFailed", f"The operation ended as {status}; Azure gave no reason.")


def _retry_after(answer: Answer) -> float:
    value = answer.headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else 0.0


def _parsed(data: bytes) -> Any:
    if not data.strip():
        return {}
    try:
        return json.loads(data)
    except ValueError:
        return {"error": {"code": "NotJson", "message": data.decode(errors="replace")[:500]}}
