"""One recorded exchange with Azure, as an example with a single answer.

A recording is a JSON object with `request` (method, path with its query, body), `response` (status, headers, body) and
`source`, which says who recorded it. What recorders do to an exchange is undone here; what a recording leaves out is
filled in from its own answer. An exchange that somebody quoted has a placeholder in parentheses as its path, and its
request is rebuilt from the error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from sandbox.emulator.arm_path import parse
from sandbox.emulator.rules import Json
from sandbox.emulator.types.resource import with_offset
from sandbox.emulator.types.resource_type import pick, writable
from sandbox.emulator.types.type_table import TYPES
from sandbox.replay.example import Example, Kind, Malformed, NotReplayable
from sandbox.replay.quote import rebuilt

MASKED = re.compile(r"(?<![\w.-])([A-Za-z][\w.-]*?)(\d{6})(?![\w.-])")
"""A name as the recorder of azure-cli masks it: what it begins with, and a number of six digits."""
GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
SHORTEST_BEGINNING = 3
GROUP_PART = 4
"""Where the name of the resource group is in an id that is split at its slashes."""
SIGNATURE = ("t", "c", "s", "h")
METHODS = ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE")


def is_recording(contents: Any) -> bool:
    """Whether the contents of a file are a recording."""
    return isinstance(contents, dict) and "request" in contents and "response" in contents


def read_recording(contents: Json, name: str) -> Example:
    """Return the exchange. Raises Malformed, and NotReplayable for a type or operation that is not imitated."""
    try:
        request, response = contents["request"], contents["response"]
        method, address = str(request["method"]).upper(), str(request["path"])
        status, headers = _status(response["status"]), dict(response.get("headers") or {})
        sent, answered = _body(request), _body(response)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed("'request' needs method and path, 'response' a status; headers are an object") from error
    if method not in METHODS:
        raise Malformed(f"'request.method' is {method!r}, not one of {', '.join(METHODS)}")
    source = str(contents.get("source", ""))
    if address.startswith("("):
        return rebuilt(Example(name, method, address, {}, None, {status: {"body": answered}}, Kind.QUOTE, source))
    path, _, query = address.partition("?")
    unmask = _unmasker(path, [address, *_ids(answered)])
    answered = _of_group(path, unmask(answered))
    if status < 300:
        sent, answered = _still_to_come(sent), _still_to_come(answered)
    partly = method in ("PUT", "PATCH") and _is_partly_read(path, method, sent)
    if partly:
        sent = _from_answer(path, sent, answered)
    pairs = {key: value for key, value in parse_qsl(query) if key not in SIGNATURE}
    answer = {"headers": headers, "body": answered}
    kind = Kind.PARTLY_RECORDED if partly else Kind.RECORDING
    return _imitated(Example(name, method, path, pairs, sent, {status: answer}, kind, source))


def _imitated(example: Example) -> Example:
    path = parse(example.path)
    if path is None:
        raise Malformed(f"not a path of Azure Resource Manager: {example.path}")
    version = next((value for key, value in example.query.items() if key.lower() == "api-version"), None)
    if version is None:
        raise Malformed("the request has no api-version")
    if path.types[-1].lower() in ("capsoperations", "operationresults"):
        return example
    acted_on = TYPES.get(path.parent.type.lower()) if example.method == "POST" and path.parent else None
    if acted_on and ("POST", path.types[-1].lower()) not in acted_on.actions:
        raise NotReplayable(f"action not imitated ({path.type})")
    kind = acted_on or TYPES.get(path.type.lower())
    if kind is None:
        raise NotReplayable(f"type not imitated ({path.type})")
    code = pick(example.documented, "error.code")
    if version.lower() not in kind.api_versions and code != "NoRegisteredProviderFound":
        raise NotReplayable(f"api-version not imitated ({version} of {kind.type})")
    return example


def _body(message: Json) -> Any:
    """Return what a message carries; for some recorders an empty text stands for nothing."""
    return None if message.get("body") == "" else message.get("body")


def _of_group(path: str, answered: Any) -> Any:
    """Return a list of galleries of a group with that group in its ids: masked in capitals, it can be another one."""
    asked = parse(path)
    if not asked or not asked.is_collection or asked.type.lower() != "microsoft.compute/galleries":
        return answered
    entries = answered.get("value") if isinstance(answered, dict) and asked.resource_group else None
    for entry in entries or []:
        parts = str(entry.get("id")).split("/")
        if len(parts) > GROUP_PART and parts[GROUP_PART].isupper():
            parts[GROUP_PART] = asked.resource_group.upper()
            entry["id"] = "/".join(parts)
    return answered


def _status(value: Any) -> int:
    """Return a status, also of a text that explains it, such as `400 (inferred)`."""
    found = re.match(r"\s*(\d{3})\b", str(value))
    if not found:
        raise ValueError(value)
    return int(found[1])


def _ids(value: Any) -> Iterator[str]:
    """Every id in an answer."""
    if isinstance(value, str):
        yield from [value] if value.startswith("/subscriptions/") else []
    elif isinstance(value, dict | list):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _ids(entry)


def _unmasker(path: str, addresses: Iterable[str]) -> Callable[[Any], Any]:
    """Return what masks names also where the recorder did not find them: in capitals.

    The recorder of azure-cli puts `gallery_000003` for a name with random letters, and zeros for the subscription,
    wherever they stand in the spelling that it knows.
    """
    found = (match for address in addresses for match in MASKED.finditer(address))
    names = {match[0]: match[1] for match in found if len(match[1]) >= SHORTEST_BEGINNING}
    subscription = path.removeprefix("/subscriptions/").partition("/")[0]

    def unmask(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: unmask(entry) for key, entry in value.items()}
        if isinstance(value, list):
            return [unmask(entry) for entry in value]
        if not isinstance(value, str):
            return value
        for name, begins in names.items():
            value = re.sub(rf"(?<![A-Za-z0-9]){re.escape(begins.upper())}[A-Z0-9]{{4,}}(?![a-z])", name.upper(), value)
            if subscription.startswith("00000000"):
                value = re.sub(rf"^{GUID}(?=-{re.escape(name.upper())}$)", subscription, value)
        return value

    return unmask


def _still_to_come(value: Any) -> Any:
    """Return the value with every end of life that has passed since it was recorded moved by years."""
    if isinstance(value, list):
        return [_still_to_come(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _later(entry) if key == "endOfLifeDate" and isinstance(entry, str) else _still_to_come(entry)
        for key, entry in value.items()
    }


def _later(date: str) -> str:
    try:
        moment = datetime.fromisoformat(with_offset(date))
        now = datetime.now(UTC)
        if moment > now:
            return date
        return moment.replace(year=now.year + 1, day=min(moment.day, 28)).isoformat()
    except (TypeError, ValueError):
        return date


def _is_partly_read(path: str, method: str, sent: Any) -> bool:
    """Whether the request's body is a remark in its place, or lacks what every creation has."""
    if isinstance(sent, str):
        return True
    named = parse(path)
    kind = TYPES.get(named.type.lower()) if named else None
    needs_location = method == "PUT" and kind is not None and kind.tracked
    return needs_location and not (isinstance(sent, dict) and sent.get("location"))


def _from_answer(path: str, sent: Any, answered: Any) -> Json:
    """Return the body that was sent, as far as the answer shows it."""
    if not isinstance(answered, dict) or "error" in answered:
        raise NotReplayable("the body of the request was not read, and the answer does not show it")
    named = parse(path)
    kind = TYPES.get(named.type.lower()) if named else None
    known = sent if isinstance(sent, dict) else {}
    shown = {key: answered[key] for key in ("location", "tags") if key in answered}
    properties = known.get("properties") or writable(answered.get("properties") or {}, kind.read_only if kind else ())
    return shown | known | {"properties": properties}
