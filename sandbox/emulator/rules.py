"""The ledger: every rule that the emulator enforces, with the evidence for it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

Json = dict[str, Any]
Function = TypeVar("Function", bound=Callable[..., Any])


class Evidence(StrEnum):
    """What a rule rests on, strongest first."""

    RECORDED = "recorded"
    QUOTED = "quoted answer"
    EXAMPLE = "Microsoft example"
    DOCUMENT = "document"
    PROVIDER_SOURCE = "provider source"
    UNVERIFIED = "UNVERIFIED"


UNKNOWN_ANSWER = "AnswerUnknown"
"""The code of a refusal whose status and code in Azure no source states; Azure has no such code."""


class ArmError(Exception):
    """A refusal in ARM's form: HTTP status, error code, message and, where ARM gives one, target."""

    content_type = "application/json; charset=utf-8"

    def __init__(self, status: int, code: str, message: str, *, target: str | None = None, rule: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.target = target
        self.rule = rule

    def body(self) -> Json:
        """Return the answer's JSON body."""
        error: Json = {"code": self.code, "message": self.message}
        if self.target is not None:
            error["target"] = self.target
        return {"error": error}


class ProblemError(ArmError):
    """A refusal in the form of RFC 7807 (application/problem+json): a title, neither code nor message."""

    content_type = "application/problem+json; charset=utf-8"

    def body(self) -> Json:
        """Return the answer's JSON body."""
        return {
            "type": "https://tools.ietf.org/html/rfc7231#section-6.5.4",
            "title": self.message,
            "status": self.status,
            "traceId": f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01",
        }


@dataclass(frozen=True)
class Rule:
    """One rule of Azure that the emulator imitates."""

    id: str
    text: str
    evidence: Evidence
    where: str
    question: str = ""
    """What the smoke test asks Azure about an UNVERIFIED part; empty for a rule without one."""

    @property
    def unverified(self) -> bool:
        """Whether no source states the rule, or a part of it."""
        return Evidence.UNVERIFIED in f"{self.evidence} {self.where}"

    def refusal(self, status: int, code: str, message: str, *, target: str | None = None) -> ArmError:
        """Return the error with which a request that breaks this rule is answered."""
        return ArmError(status, code, message, target=target, rule=self.id)

    def problem(self) -> ArmError:
        """Return the refusal of what is missing in the form of problem+json, which has no code."""
        return ProblemError(404, "", "Not Found", rule=self.id)

    def invalid(self, message: str, *, target: str | None = None) -> ArmError:
        """Return the usual refusal of a value: 400 InvalidParameter."""
        return self.refusal(400, "InvalidParameter", message, target=target)

    def not_found(self, message: str, *, target: str | None = None) -> ArmError:
        """Return the usual refusal of what is missing: 404 ResourceNotFound."""
        return self.refusal(404, "ResourceNotFound", message, target=target)

    def conflict(self, message: str) -> ArmError:
        """Return the usual refusal of what another resource rules out: 409 Conflict."""
        return self.refusal(409, "Conflict", message)

    def unknown_answer(self, message: str) -> ArmError:
        """Return a refusal that Azure is known to make, but not how: 400 with a code that Azure does not have."""
        return self.refusal(400, UNKNOWN_ANSWER, message)

    def applies(self, function: Function) -> Function:
        """Mark the function that carries out a rule which refuses nothing."""
        return function


LEDGER: dict[str, Rule] = {}


def rule(rule_id: str, text: str, *, evidence: Evidence, where: str, question: str = "") -> Rule:
    """Register a rule once; raises ValueError when the id is taken."""
    if rule_id in LEDGER:
        raise ValueError(f"rule {rule_id} is registered twice")
    LEDGER[rule_id] = Rule(rule_id, text, evidence, where, question)
    return LEDGER[rule_id]
