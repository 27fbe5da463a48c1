"""The emulator apart from sockets: what happens to a request from its arrival to its answer."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from sandbox.emulator import control, faults, pace, principals, retail_prices, seed
from sandbox.emulator.arm import Arm
from sandbox.emulator.faults import Fault
from sandbox.emulator.message import Answer, Request, refusal
from sandbox.emulator.operations import unsigned
from sandbox.emulator.rules import ArmError, Evidence, Json, rule
from sandbox.emulator.state import State

TOKEN_PATH = "/msi/token"  # noqa: S105 - a path
TOKEN_SECONDS = 24 * 3600
TOKEN = "sandbox-token"  # noqa: S105 - no secret: any token is taken
IDENTITY = "00000000-0000-0000-0000-00000000c0de"
PERSON = "somebody@contoso.com"
"""Who changes something with another token than that of the managed identity, as `sandbox/arm` does."""
WRITES = ("PUT", "PATCH", "POST", "DELETE")

TOKEN_FORM = rule(
    "token-form",
    "A managed identity's token comes from IDENTITY_ENDPOINT in the form of App Service.",
    evidence=Evidence.DOCUMENT,
    where="Azure App Service, managed identity, REST endpoint reference",
)
CALLER = rule(
    "caller",
    "Whoever changes something with the managed identity's token is that identity in the activity log, by its id; "
    "anybody else is somebody@contoso.com.",
    evidence=Evidence.DOCUMENT,
    where="Azure Monitor activity log event schema: the e-mail address, or the claim that names an application; "
    "GetActivityLogsFiltered for a person",
)


class Emulator:
    """Answers requests; safe to use from many threads."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._state = State(directory / "state.sqlite")
        self._arm = Arm(self._state)
        self._buckets = pace.Buckets()
        with self._state.transaction():
            if not self._state.setting("seeded", default=False):
                seed.plant(self._state, seed.read())
                self._state.set_setting("seeded", value=True)

    def close(self) -> None:
        """Close the store."""
        self._state.close()

    def handle(self, request: Request) -> Answer | None:
        """Return the answer, or None when the connection is to be reset."""
        started = time.time()
        clock = time.perf_counter()
        if request.path.lower().startswith("/sandbox/"):
            return self._safely(request, self._control)
        try:
            answer = self._paced(request)
            self._log(request, answer, started, time.perf_counter() - clock)
        except sqlite3.Error as error:
            return _storage_failed(error)
        return answer

    def _paced(self, request: Request) -> Answer | None:
        with self._state.transaction():
            limits, wait = self._state.setting(pace.LIMITS, {}), pace.seconds(self._state, request)
        if wait:
            time.sleep(wait)
        refused = self._buckets.refusal(request, limits) if limits else None
        if refused is not None:
            return refused
        fault = self._fault(request)
        return self._with_fault(request, fault) if fault else self._answer(request)

    def _fault(self, request: Request) -> Fault | None:
        with self._state.transaction():
            return faults.take(self._state, request.method, request.target)

    def _with_fault(self, request: Request, fault: Fault) -> Answer | None:
        time.sleep(fault.delay)
        if not fault.replaces:
            return self._answer(request)
        if fault.carried_out:
            self._answer(request)
        return fault.answer

    def _answer(self, request: Request) -> Answer:
        if request.path.lower() == TOKEN_PATH:
            return _token(request)
        if request.path.startswith(principals.PREFIX):
            return self._safely(request, self._directory)
        if request.path.lower() == retail_prices.PATH:
            return self._safely(request, self._price_list)
        answer = self._safely(request, self._resource_manager)
        if answer.hold:
            time.sleep(answer.hold)
            answer = self._safely(request, self._resource_manager)
        return answer

    def _safely(self, request: Request, work: Callable[[Request], Answer]) -> Answer:
        try:
            with self._state.transaction():
                return work(request)
        except ArmError as error:
            return refusal(error)
        except sqlite3.Error as error:
            return _storage_failed(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer and the log the cause
            traceback.print_exc(file=sys.stderr)
            message = f"The sandbox itself failed: {error!r}. Its log has the details."
            return Answer(500, {"error": {"code": "InternalServerError", "message": message}})

    def _resource_manager(self, request: Request) -> Answer:
        return self._arm.answer(request, time.time())

    def _directory(self, request: Request) -> Answer:
        return principals.answer(self._state, request)

    def _price_list(self, request: Request) -> Answer:
        return retail_prices.answer(self._state, request)

    def _control(self, request: Request) -> Answer:
        answer = control.answer(self._state, request)
        if request.method == "POST":
            # New limits, or a reset: what was asked before no longer counts.
            self._buckets.fill()
        self._state.set_setting("seeded", value=True)
        return answer

    def _log(self, request: Request, answer: Answer | None, started: float, took: float) -> None:
        entry: Json = {
            "time": started,
            "method": request.method,
            "path": unsigned(request.target),
            "status": answer.status if answer else 0,
            "durationMs": round(took * 1000, 3),
            "body": _sent(request) if request.method in WRITES else None,
            "caller": _caller(request) if request.method in WRITES else None,
        }
        with self._state.transaction():
            self._state.log(entry)


@CALLER.applies
def _caller(request: Request) -> str:
    return IDENTITY if request.headers.get("authorization", "").endswith(TOKEN) else PERSON


def _sent(request: Request) -> object:
    if not request.content:
        return None
    try:
        return json.loads(request.content)
    except ValueError:
        return request.content.decode("utf-8", "replace")


@TOKEN_FORM.applies
def _token(request: Request) -> Answer:
    resource = request.query.get("resource", "https://management.azure.com/")
    expires = str(int(time.time()) + TOKEN_SECONDS)
    body = {
        "access_token": TOKEN,
        "expires_on": expires,
        "resource": resource,
        "token_type": "Bearer",
        "client_id": IDENTITY,
    }
    return Answer(200, body)


def _storage_failed(error: sqlite3.Error) -> Answer:
    message = (
        f"The sandbox cannot store its state: {error}. The request was not carried out; what was answered before is "
        "kept. Free space on the disk of the sandbox directory, then repeat the command."
    )
    return Answer(507, {"error": {"code": "SandboxStorageFailed", "message": message}})
