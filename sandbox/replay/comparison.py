"""What differs between a documented answer and the emulator's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.emulator.process.connection import Reply
from sandbox.emulator.rules import Json
from sandbox.replay.example import Example

MISSING = "(nothing)"
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

    Fields that the reply has beyond the documented ones are no difference.
    """
    if reply.status >= 300 > status:
        return [Difference(example, status, "status", status, reply.refusal)]
    answer = example.answers[status]
    found = [Difference(example, status, "status", status, reply.status)] if reply.status != status else []
    pairs = [*_headers(answer.get("headers") or {}, reply), *_values("", answer.get("body", reply.body), reply.body)]
    return found + [Difference(example, status, field, wanted, got) for field, wanted, got in pairs]


def _headers(documented: Json, reply: Reply) -> Iterator[tuple[str, Any, Any]]:
    for name, wanted in documented.items():
        got = reply.headers.get(name.lower(), MISSING)
        if got == MISSING or not _alike(str(wanted), got):
            yield f"headers.{name}", wanted, got


def _alike(wanted: str, got: str) -> bool:
    """Whether two addresses of operations have the same form: path, less ids and regions, and query names."""
    if "://" not in wanted:
        return wanted == got
    asked = {name for name, _ in parse_qsl(urlsplit(wanted).query)}
    return _form(wanted) == _form(got) and asked <= {name for name, _ in parse_qsl(urlsplit(got).query)}


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
