"""The endpoints under /sandbox/: faults, pace, replication, prices, locations, seeds and the request log."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.emulator import faults, pace, retail_prices, seed
from sandbox.emulator.form import OBJECT, OBJECTS, TEXTS, Field, Form, problems, unknown_keys
from sandbox.emulator.message import Answer, Request
from sandbox.emulator.operations import RETRY_AFTER
from sandbox.emulator.regions import region
from sandbox.emulator.rules import ArmError, Json
from sandbox.emulator.state import State
from sandbox.emulator.types import location

DEFAULT_SECONDS = 0.05
REPLICATION = ("secondsPerRegion", "failRegions", "deletedVersionsLingerSeconds", RETRY_AFTER)

# Namespaces such as Microsoft.LabServices.
PROVIDERS = {"gone": Field(TEXTS, required=True)}
# Items of the list of retail prices that are otherwise.
PRICES = {"changes": Field(OBJECTS, required=True)}
CHANGE = {"where": Field(OBJECT, required=True), "set": Field(OBJECT)}
# Entries of the list of locations that are otherwise, and such as it has besides.
LOCATIONS = {"changes": Field(OBJECTS), "added": Field(OBJECTS)}


def answer(state: State, request: Request) -> Answer:
    """Answer a request under /sandbox/; raises ArmError for one that is wrong."""
    path = request.path.rstrip("/").lower()
    handler = HANDLERS.get((request.method, path))
    if handler is None:
        known = ", ".join(f"{method} {known_path}" for method, known_path in HANDLERS)
        raise ArmError(404, "NotFound", f"The sandbox has no {request.method} {request.path}. It has: {known}.")
    return handler(state, request)


def _refuse(wrong: list[str]) -> None:
    if wrong:
        raise ArmError(400, "InvalidSandboxRequest", "; ".join(wrong) + ".")


def _list_faults(state: State, _request: Request) -> Answer:
    return Answer(200, [body for _, body in state.faults()])


def _add_fault(state: State, request: Request) -> Answer:
    _refuse(faults.problems(request.body))
    state.add_fault({"times": 1} | request.body)
    return _list_faults(state, request)


def _clear_faults(state: State, _request: Request) -> Answer:
    state.clear_faults()
    return Answer(200, [])


def _replication(state: State, _request: Request) -> Answer:
    return Answer(
        200,
        {
            "secondsPerRegion": state.setting("secondsPerRegion", DEFAULT_SECONDS),
            "failRegions": state.setting("failRegions", []),
            "deletedVersionsLingerSeconds": state.setting("deletedVersionsLingerSeconds", 0),
            RETRY_AFTER: state.setting(RETRY_AFTER, None),
        },
    )


def _set_replication(state: State, request: Request) -> Answer:
    found: Json = {}
    wrong = []
    for key, value in request.body.items():
        if key == "failRegions":
            regions = value if isinstance(value, list) else [value]
            unknown = [str(name) for name in regions if region(str(name)) is None]
            wrong += [f"'{name}' is not a region" for name in unknown]
            found[key] = [known.name for name in regions if (known := region(str(name)))]
        elif key in ("secondsPerRegion", "deletedVersionsLingerSeconds"):
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                wrong.append(f"'{key}' is a number of seconds, not negative")
            found[key] = value
        elif key == RETRY_AFTER:
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
                wrong.append(f"'{key}' is a whole number of seconds, not negative, or null")
            found[key] = value
    _refuse(wrong + list(unknown_keys(request.body, REPLICATION)))
    for key, value in found.items():
        state.set_setting(key, value)
    return _replication(state, request)


def _latency(state: State, _request: Request) -> Answer:
    return Answer(200, {pace.MILLISECONDS: 0} | state.setting(pace.LATENCY, {}))


def _set_latency(state: State, request: Request) -> Answer:
    _refuse(pace.latency_problems(request.body))
    state.set_setting(pace.LATENCY, _given(request.body))
    return _latency(state, request)


def _limits(state: State, _request: Request) -> Answer:
    return Answer(200, state.setting(pace.LIMITS, {}))


def _set_limits(state: State, request: Request) -> Answer:
    _refuse(pace.limits_problems(request.body))
    state.set_setting(pace.LIMITS, _given(request.body))
    return _limits(state, request)


def _given(body: Json) -> Json:
    """The keys of a body that have a value."""
    return {key: value for key, value in body.items() if value is not None}


def _providers(state: State, _request: Request) -> Answer:
    return Answer(200, {"gone": state.setting("providersGone", [])})


def _set_providers(state: State, request: Request) -> Answer:
    _refuse(list(problems(request.body, PROVIDERS)))
    state.set_setting("providersGone", [name.lower() for name in request.body["gone"]])
    return _providers(state, request)


def _prices(state: State, _request: Request) -> Answer:
    return Answer(200, {"changes": state.setting(retail_prices.CHANGES, [])})


def _set_prices(state: State, request: Request) -> Answer:
    state.set_setting(retail_prices.CHANGES, _changes(request, PRICES))
    return _prices(state, request)


def _changes(request: Request, form: Form) -> list[Json]:
    """The changes in a body of that form."""
    wrong = list(problems(request.body, form))
    changes: list[Json] = [] if wrong else request.body.get("changes") or []
    for number, change in enumerate(changes, 1):
        wrong += problems(change, CHANGE, f"change {number}")
    _refuse(wrong)
    return changes


def _locations(state: State, _request: Request) -> Answer:
    return Answer(200, {"changes": state.setting(location.CHANGES, []), "added": state.setting(location.ADDED, [])})


def _set_locations(state: State, request: Request) -> Answer:
    state.set_setting(location.CHANGES, _changes(request, LOCATIONS))
    state.set_setting(location.ADDED, request.body.get("added") or [])
    return _locations(state, request)


def _reset(state: State, _request: Request) -> Answer:
    state.clear()
    seed.plant(state, seed.read())
    return Answer(200, {"status": "seeded"})


def _seed(state: State, request: Request) -> Answer:
    seed.plant(state, request.body)
    return Answer(200, {"status": "seeded"})


def _requests(state: State, _request: Request) -> Answer:
    return Answer(200, state.requests())


def _clear_requests(state: State, _request: Request) -> Answer:
    state.clear_requests()
    return Answer(200, [])


HANDLERS: dict[tuple[str, str], Callable[[State, Request], Answer]] = {
    ("GET", "/sandbox/faults"): _list_faults,
    ("POST", "/sandbox/faults"): _add_fault,
    ("DELETE", "/sandbox/faults"): _clear_faults,
    ("GET", "/sandbox/latency"): _latency,
    ("POST", "/sandbox/latency"): _set_latency,
    ("GET", "/sandbox/limits"): _limits,
    ("POST", "/sandbox/limits"): _set_limits,
    ("GET", "/sandbox/replication"): _replication,
    ("POST", "/sandbox/replication"): _set_replication,
    ("GET", "/sandbox/providers"): _providers,
    ("POST", "/sandbox/providers"): _set_providers,
    ("GET", "/sandbox/prices"): _prices,
    ("POST", "/sandbox/prices"): _set_prices,
    ("GET", "/sandbox/locations"): _locations,
    ("POST", "/sandbox/locations"): _set_locations,
    ("POST", "/sandbox/reset"): _reset,
    ("POST", "/sandbox/seed"): _seed,
    ("GET", "/sandbox/requests"): _requests,
    ("DELETE", "/sandbox/requests"): _clear_requests,
}
