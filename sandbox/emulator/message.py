"""A request to the emulator and its answer, apart from sockets."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.emulator.rules import ArmError, Evidence, Json, rule

BODY_JSON = rule(
    "body-json",
    "The body of a write is a JSON object.",
    evidence=Evidence.DOCUMENT,
    where="Azure Resource Manager, common errors (InvalidRequestContent)",
)


@dataclass(frozen=True)
class Request:
    """An HTTP request; `target` is path and query as sent, `origin` the server's own address."""

    method: str
    target: str
    headers: dict[str, str]
    content: bytes
    origin: str

    @cached_property
    def path(self) -> str:
        """The decoded path."""
        return unquote(urlsplit(self.target).path)

    @cached_property
    def query(self) -> dict[str, str]:
        """The query parameters, names in lower case."""
        return {name.lower(): value for name, value in parse_qsl(urlsplit(self.target).query)}

    @cached_property
    def body(self) -> Json:
        """The JSON object sent; an empty one for no body. Raises ArmError for anything else."""
        if not self.content:
            return {}
        try:
            value = json.loads(self.content)
        except ValueError as error:
            raise bad_body(str(error)) from error
        if not isinstance(value, dict) or not isinstance(value.get("properties") or {}, dict):
            raise bad_body("an object with an object 'properties' was expected")
        return value


def bad_body(reason: str) -> ArmError:
    """Return the refusal of a malformed body."""
    return BODY_JSON.refusal(
        400,
        "InvalidRequestContent",
        f"The request content was invalid and could not be deserialized: '{reason}'.",
    )


@dataclass(frozen=True)
class Answer:
    """An HTTP answer.

    `hold` is how many seconds the server waits before it works the answer out once more and sends that:
    operations that are nearly done are held, so that clients see their end at once without polling busily.
    """

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    hold: float = 0.0


def refusal(error: ArmError) -> Answer:
    """Return the answer for a refused request."""
    headers = {"Content-Type": error.content_type}
    if error.code:
        headers["x-ms-error-code"] = error.code
    if error.rule:
        headers["x-sandbox-rule"] = error.rule
    return Answer(error.status, error.body(), headers)
