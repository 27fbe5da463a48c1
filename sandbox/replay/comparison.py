"""What differs between a documented answer and the emulator's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.emulator.process.connection import Reply
from sandbox.emulator.rules import Json
from sandbox.replay.example import Example, Kind

MISSING = "(nothing)"
POLLING = ("azure-asyncoperation", "location", "operation-location", "retry-after", "x-ms-retry-after-ms")
ADDRESS, NOTIFIED, RETRY = "azure-asyncoperation", "azure-asyncnotification", "retry-after"
DROP_RETRY = ("azure-cli", "azure-sdk-for-python")
"""Recorders that leave Retry-After out, so that its absence proves nothing."""
TIMES = {
    "startTime",
    "endTime",
    "publishedDate",
    "endOfLifeDate",
    "createdAt",
    "lastModifiedAt",
    "softDeletedTime",
    "consumptionEndTime",
    "hardDeletionTargetTime",
    "timeCreated",
    "createdOn",
    "updatedOn",
}
IDS = {"id", "name", "traceId", "createdBy", "lastModifiedBy"}
"""Fields that may have the id of an operation, a request or a caller in them."""
UNLIKE_GUID = re.compile(
    r"(?<=/operationResults/)[0-9a-f-]{36}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^00-[0-9a-f]{32}-[0-9a-f]{16}-01$",
    re.IGNORECASE,
)
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?")
LEFT_OUT = re.compile(r"<[^<>]*>|…|\.\.\.")
SMALLEST_PAGE = 100
UNLIKE = {"subscriptions", "locations", "capsoperations", "operationresults"}
"""Path segments of an operation's address that a generated name follows."""


@dataclass(frozen=True)
class Difference:
    """A documented field, at a dotted path of the body, `status` or `headers.…`, whose value differs."""

    example: Example
    status: int
    field: str
    documented: Any
    answered: Any

    def __str__(self) -> str:
        return f"{self.field}: documented {self.documented!r}, answered {self.answered!r}"


def differences(example: Example, status: int, reply: Reply) -> list[Difference]:
    """Return every documented field of the answer with that status whose value differs in the reply.

    Fields that the reply has beyond the documented ones are a difference for a recording only.
    """
    if reply.status >= 300 > status:
        return [Difference(example, status, "status", status, reply.refusal)]
    answer = example.answers[status]
    found = [Difference(example, status, "status", status, reply.status)] if reply.status != status else []
    if example.kind is Kind.EXAMPLE:
        headers, values = _headers(answer.get("headers") or {}, reply), _values
    elif example.kind is Kind.QUOTE:
        headers, values = iter(()), _quoted
    else:
        headers, values = _recorded_headers(example, answer.get("headers") or {}, reply), _recorded
    pairs = [*headers, *values("", answer.get("body", reply.body), reply.body)]
    return found + [Difference(example, status, field, wanted, got) for field, wanted, got in pairs]


def _headers(documented: Json, reply: Reply) -> Iterator[tuple[str, Any, Any]]:
    for name, wanted in documented.items():
        got = reply.headers.get(name.lower(), MISSING)
        if got == MISSING or not _alike(str(wanted), got):
            yield f"headers.{name}", wanted, got


def _recorded_headers(example: Example, recorded: Json, reply: Reply) -> Iterator[tuple[str, Any, Any]]:
    """Compare the headers that steer polling, and how the body is written where that was recorded."""
    shown = {name.lower(): str(value) for name, value in recorded.items()}
    kept = example.kind is Kind.RECORDING and not (NOTIFIED in shown and ADDRESS not in shown)
    for name in (*POLLING, "content-type"):
        wanted, got = shown.get(name, MISSING), reply.headers.get(name, MISSING)
        dropped = name == RETRY and any(recorder in example.source for recorder in DROP_RETRY)
        if wanted == MISSING and (name == "content-type" or not kept or dropped):
            continue
        if MISSING in (wanted, got):
            if wanted != got:
                yield f"headers.{name}", wanted, got
        elif not _alike(wanted, got) or _monitors(wanted) != _monitors(got):
            yield f"headers.{name}", wanted, got


def _monitors(address: str) -> bool:
    return "monitor=true" in address.lower()


def _alike(wanted: str, got: str) -> bool:
    """Whether two addresses of operations have the same form: path, less ids and regions, and query names."""
    if "://" not in wanted:
        return wanted == got
    asked = {name for name, _ in parse_qsl(urlsplit(wanted).query)}
    return _form(wanted) == _form(got) and asked <= {name for name, _ in parse_qsl(urlsplit(got).query)}


def _quoted(field: str, wanted: Any, got: Any) -> Iterator[tuple[str, Any, Any]]:
    """As `_values`, but `<...>` and an ellipsis in a text that was quoted stand for anything."""
    for where, one, other in _values(field, wanted, got):
        pattern = ".*".join(map(re.escape, LEFT_OUT.split(one))) if isinstance(one, str) else None
        if pattern is None or not isinstance(other, str) or not re.fullmatch(pattern, other):
            yield where, one, other


def _recorded(field: str, wanted: Any, got: Any) -> Iterator[tuple[str, Any, Any]]:
    """Compare every field of both sides, but for what the service makes at the moment of the request."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        running = wanted.get("state") == got.get("state") == "Replicating"
        for key in dict.fromkeys((*wanted, *got)):
            if not (running and key == "progress"):
                yield from _recorded(f"{field}.{key}".lstrip("."), wanted.get(key, MISSING), got.get(key, MISSING))
        return
    if isinstance(wanted, list) and isinstance(got, list) and field != "value":
        if len(wanted) != len(got):
            yield field, wanted, got
            return
        for index, (one, other) in enumerate(zip(wanted, got, strict=True)):
            yield from _recorded(f"{field}[{index}]", one, other)
        return
    if isinstance(wanted, list) and isinstance(got, list):
        yield from _entries(wanted, got)
    elif not _same(field.rpartition(".")[2], wanted, got):
        yield field, wanted, got


def _entries(wanted: list[Any], got: list[Any]) -> Iterator[tuple[str, Any, Any]]:
    """Compare the entries of a list; of a page, which recordings show in part, those that were kept."""
    if len(wanted) > len(got) or (len(got) > len(wanted) and len(got) < SMALLEST_PAGE):
        yield "value", f"{len(wanted)} entries", f"{len(got)} entries"
        return
    for index, (one, other) in enumerate(zip(wanted, got, strict=False)):
        yield from _recorded(f"value[{index}]", one, other)


def _same(name: str, wanted: Any, got: Any) -> bool:
    if MISSING in (wanted, got):
        return wanted in (None, MISSING) and got in (None, MISSING)
    if not isinstance(wanted, str) or not isinstance(got, str):
        return bool(wanted == got) and isinstance(wanted, bool) == isinstance(got, bool)
    if name == "nextLink":
        return _alike(wanted, got) and urlsplit(got).port is not None
    made = name in IDS and UNLIKE_GUID.sub("*", wanted) == UNLIKE_GUID.sub("*", got)
    return wanted == got or made or (name in TIMES and _same_offset(wanted, got))


def _same_offset(one: str, other: str) -> bool:
    """Whether two texts are dates that end alike: in `Z` or in digits; one of them may leave its zone out."""
    dates = [DATE.fullmatch(date) for date in (one, other)]
    ends = {(found[1] or "")[:1].replace("-", "+") for found in dates if found} - {""}
    return all(dates) and len(ends) < len(dates)


def _form(address: str) -> list[str]:
    parts = urlsplit(address).path.lower().split("/")
    return ["*" if before in UNLIKE else part for before, part in zip(["", *parts], parts, strict=False)]


def _values(field: str, wanted: Any, got: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(wanted, dict) and isinstance(got, dict):
        for key, value in wanted.items():
            yield from _values(f"{field}.{key}".lstrip("."), value, got.get(key, MISSING))
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        for index, (one, other) in enumerate(zip(wanted, got, strict=True)):
            yield from _values(f"{field}[{index}]", one, other)
    elif wanted is None:  # a field that is null and one that is left out say the same
        if got not in (None, MISSING):
            yield field, wanted, got
    elif wanted != got or isinstance(wanted, bool) != isinstance(got, bool):
        yield field, wanted, got


def without_indexes(field: str) -> str:
    """Return a field's path without the positions in lists."""
    return re.sub(r"\[\d+\]", "", field)
