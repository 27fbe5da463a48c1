"""What Azure Resource Manager refuses, as one exception that says why and what to do about it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

LONGEST_MESSAGE = 600  # characters: some services answer with a page of text, whose first lines suffice
SIGN_IN_ADVICE = (
    "run `az login`, or set ARM_CLIENT_ID, ARM_TENANT_ID and ARM_CLIENT_SECRET, or ARM_USE_OIDC, or ARM_USE_MSI"
)


class ErrorKind(StrEnum):
    """What went wrong, as far as a caller may want to act on it."""

    SIGN_IN = "sign-in"
    FORBIDDEN = "forbidden"
    NO_SUBSCRIPTION = "no-subscription"
    OTHER_TENANT = "other-tenant"
    NO_RESOURCE_GROUP = "no-resource-group"
    NOT_FOUND = "not-found"
    NO_API_VERSION = "no-api-version"
    NO_PROVIDER = "no-provider"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


_KIND_OF_CODE = {
    "SubscriptionNotFound": ErrorKind.NO_SUBSCRIPTION,
    "InvalidSubscriptionId": ErrorKind.NO_SUBSCRIPTION,
    "InvalidAuthenticationTokenTenant": ErrorKind.OTHER_TENANT,
    "ResourceGroupNotFound": ErrorKind.NO_RESOURCE_GROUP,
    "NoRegisteredProviderFound": ErrorKind.NO_API_VERSION,
    "InvalidApiVersionParameter": ErrorKind.NO_API_VERSION,
    "InvalidResourceType": ErrorKind.NO_PROVIDER,
    "InvalidResourceNamespace": ErrorKind.NO_PROVIDER,
    "AuthorizationFailed": ErrorKind.FORBIDDEN,
    "LinkedAuthorizationFailed": ErrorKind.FORBIDDEN,
    "TooManyRequests": ErrorKind.THROTTLED,
}
# The message lists the api-versions of a type; the list is empty when no service offers the type any more.
_NO_VERSION_AT_ALL = re.compile(r"supported api-versions are '\s*'")
_NAMESPACE = re.compile("namespace '([^']+)'")
_GROUP = re.compile(r"/resourceGroups/([^/]+)", re.IGNORECASE)
_SUBSCRIPTION = re.compile(r"/subscriptions/([^/]+)", re.IGNORECASE)
_PROVIDER = re.compile(r".*/providers/([^/]+)", re.IGNORECASE)
# Names the tenant of the sign-in, and after "must match" that of the subscription.
_TENANT = re.compile(r"must match the tenant 'https://[^/']+/([^/']+)")
_REFUSED = "Azure refuses {request} with {status} ({reason})"
_CAUSE = {
    ErrorKind.SIGN_IN: "Azure does not accept the sign-in ({reason})",
    ErrorKind.NO_SUBSCRIPTION: "this sign-in cannot see the subscription ({reason})",
    ErrorKind.OTHER_TENANT: "the subscription belongs to another tenant than this sign-in ({reason})",
    ErrorKind.THROTTLED: "Azure is still throttling {request} after several tries ({reason})",
    ErrorKind.UNAVAILABLE: "Azure answers {status} to {request} after several tries ({reason})",
}
_ADVICE = {
    ErrorKind.SIGN_IN: SIGN_IN_ADVICE,
    ErrorKind.NO_SUBSCRIPTION: "`az account list --all --output table` shows those it can; sign in to its tenant",
    ErrorKind.NO_RESOURCE_GROUP: "correct the id, or make the group with `az group create --name {group} --location "
    "REGION --subscription {subscription}`",
    ErrorKind.NOT_FOUND: "correct the id; `az resource list --resource-group {group} --subscription {subscription} "
    "--output table` shows what is there",
    ErrorKind.NO_API_VERSION: "this cloud does not offer the type in that api-version; `az provider show --namespace "
    "{namespace}` lists what it has",
    ErrorKind.NO_PROVIDER: "this cloud does not have the service, or no longer: `az provider show --namespace "
    "{namespace}` lists what it has",
    ErrorKind.THROTTLED: "wait a few minutes and run it again",
    ErrorKind.UNAVAILABLE: "see https://status.azure.com and run it again",
}
_KIND_OF_STATUS = {401: ErrorKind.SIGN_IN, 403: ErrorKind.FORBIDDEN, 404: ErrorKind.NOT_FOUND, 429: ErrorKind.THROTTLED}


NO_OBJECT_OR_GROUP = frozenset({ErrorKind.NOT_FOUND, ErrorKind.NO_RESOURCE_GROUP})
"""The object does not exist, or not even its resource group."""


class ArmError(Exception):
    """A request that Azure did not fulfil.

    `str()` is one line without a final full stop: the cause, then what to do. `status` is the HTTP status (None when
    there was no answer), `code` and `message` are ARM's own (empty when there were none).
    """

    def __init__(
        self, kind: ErrorKind, cause: str, advice: str, *, status: int | None = None, code: str = "", message: str = ""
    ) -> None:
        super().__init__(f"{cause}; {advice}")
        self.kind = kind
        self.cause = cause
        self.advice = advice
        self.status = status
        self.code = code
        self.message = message


def from_answer(status: int, text: str, method: str, path: str) -> ArmError:
    """The error that an answer stands for: `status` and body `text` of the request `method` on `path`.

    Bodies have the form of "Azure Resource Manager common types", ErrorResponse, or that of RFC 7807 (problem+json of
    Lab Services), whose title is the message; others (a proxy's page) are kept as text. An operation that failed
    answers 200 with the error inside.
    """
    code, message = _code_and_message(text)
    otherwise = ErrorKind.UNAVAILABLE if status >= 500 else ErrorKind.REFUSED
    kind = _KIND_OF_CODE.get(code) or _KIND_OF_STATUS.get(status) or otherwise
    if kind is ErrorKind.NO_API_VERSION and _NO_VERSION_AT_ALL.search(message):
        kind = ErrorKind.NO_PROVIDER
    reason = ": ".join(filter(None, (code, message))) or "no reason given"
    cause = _CAUSE.get(kind, _REFUSED).format(request=f"{method} {path}", status=status, reason=reason)
    return ArmError(kind, cause, _advice(kind, code, message, path), status=status, code=code, message=message)


def unreachable(endpoint: str, reason: str, *, variable: str = "ARM_ENDPOINT") -> ArmError:
    """No answer came from `endpoint`, which `variable` may name; `reason` is the network library's own text."""
    shown = re.sub(r"^HTTPS?Connection\([^)]*\): ", "", _one_line(reason))
    return ArmError(
        ErrorKind.UNREACHABLE,
        f"{endpoint} cannot be reached ({shown})",
        f"check the network, the proxy (HTTPS_PROXY) and {variable}, then run it again",
    )


def not_signed_in(reason: str) -> ArmError:
    """The credential gives no token; `reason` is its own text."""
    return ArmError(ErrorKind.SIGN_IN, f"signing in to Azure failed ({_one_line(reason)})", SIGN_IN_ADVICE)


def pretend_subscription(subscription: str) -> ArmError:
    """A subscription that only the sandbox has, and no ARM_ENDPOINT that names the sandbox's Azure."""
    return ArmError(
        ErrorKind.NO_SUBSCRIPTION,
        f"subscription {subscription} is a pretend one, which Azure does not have",
        "use sandbox/labs instead of labs, and sandbox/pulumi instead of pulumi; or name a stack of your own",
    )


def _code_and_message(text: str) -> tuple[str, str]:
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    error = body.get("error", body) if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return "", _one_line(text)
    return str(error.get("code") or ""), _one_line(_with_details(error))


def _with_details(error: Mapping[str, Any]) -> str:
    """Messages of an error and of its details, which often alone say what matters."""
    details = error.get("details")
    parts = [error, *(details if isinstance(details, list) else [])]
    messages = [str(part.get("message") or "") for part in parts if isinstance(part, Mapping)]
    return " ".join(dict.fromkeys(filter(None, messages))) or _problem(error)


def _problem(problem: Mapping[str, Any]) -> str:
    """Title and detail of an error in the form of RFC 7807, which has neither code nor message."""
    said = [str(problem.get(name) or "").removesuffix(".") for name in ("title", "detail")]
    return ": ".join(dict.fromkeys(filter(None, said)))


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    if len(line) > LONGEST_MESSAGE:
        line = line[:LONGEST_MESSAGE] + "…"
    return line.removesuffix(".")


def _advice(kind: ErrorKind, code: str, message: str, path: str) -> str:
    if kind is ErrorKind.FORBIDDEN:
        return _permission_advice(code, message)
    if kind is ErrorKind.OTHER_TENANT:
        tenant = _named(_TENANT, message) or "TENANT"
        return f"sign in to its tenant with `az login --tenant {tenant}`, or set ARM_TENANT_ID"
    if code == "MissingSubscriptionRegistration":
        namespace = _named(_NAMESPACE, message) or _named(_PROVIDER, path) or "NAMESPACE"
        return f"register it with `az provider register --wait --namespace {namespace}` and run it again"
    return _ADVICE.get(kind, "correct what Azure names and run it again").format(
        group=_named(_GROUP, path) or "NAME",
        subscription=_named(_SUBSCRIPTION, path) or "SUBSCRIPTION",
        namespace=_named(_PROVIDER, path) or "NAMESPACE",
    )


def _permission_advice(code: str, message: str) -> str:
    if code == "RequestDisallowedByPolicy":
        return "an Azure Policy of the subscription forbids it: ask the people who look after the policy"
    action, scope = _named(re.compile("action '([^']+)'"), message), _named(re.compile("scope '([^']+)'"), message)
    if not action:
        return "ask the subscription's owner for a role that allows it"
    who = _named(re.compile("object id '([^']+)'"), message) or "YOUR-OBJECT-ID"
    where = f" --scope {scope}" if scope else ""
    return (
        f"ask for a role with {action}: `az role assignment create --assignee {who} "
        f'--role "{_role_for(action)}"{where}`'
    )


def _named(pattern: re.Pattern[str], message: str) -> str:
    """What the first group of `pattern` finds in Azure's words; empty if nothing."""
    found = pattern.search(message)
    return found[1] if found else ""


def _role_for(action: str) -> str:
    if action.lower().endswith("/read"):
        return "Reader"
    if action.lower().startswith("microsoft.authorization/"):
        return "User Access Administrator"
    return "Contributor"
