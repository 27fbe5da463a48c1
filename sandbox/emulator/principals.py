"""The directory of the pretend tenant, as far as it is asked: a service principal by its application."""

from __future__ import annotations

import re

from sandbox.emulator.arm import TOKEN_NEEDED
from sandbox.emulator.message import Answer, Request
from sandbox.emulator.rules import Evidence, rule
from sandbox.emulator.state import State

PREFIX = "/v1.0/"
_BY_APPLICATION = re.compile(r"/v1\.0/servicePrincipals\(appId='([^']*)'\)", re.IGNORECASE)

PRINCIPAL_BY_APPLICATION = rule(
    "principal-by-application",
    "Microsoft Graph answers for a service principal by the id of its application, with 404 where the tenant has none.",
    evidence=Evidence.QUOTED,
    where="Microsoft Graph, Get servicePrincipal; EirikHaughom/ADME issue 5 and many others, with code and text, for "
    "an object that is missing",
)


def answer(state: State, request: Request) -> Answer:
    """Answer a request to the directory; raises ArmError for one that it refuses."""
    if not request.headers.get("authorization", "").lower().startswith("bearer "):
        raise TOKEN_NEEDED.refusal(401, "InvalidAuthenticationToken", "Access token is empty.")
    found = _BY_APPLICATION.fullmatch(request.path)
    if found is None or request.method != "GET":
        raise PRINCIPAL_BY_APPLICATION.refusal(400, "BadRequest", "The sandbox has service principals by appId only.")
    for principal in state.setting("principals", {}).values():
        if str(principal.get("applicationId", "")).lower() == found[1].lower():
            return Answer(
                200,
                {
                    "id": principal["objectId"],
                    "appId": principal["applicationId"],
                    "displayName": principal.get("name"),
                    "servicePrincipalType": "Application",
                },
            )
    raise PRINCIPAL_BY_APPLICATION.refusal(
        404,
        "Request_ResourceNotFound",
        f"Resource '{found[1]}' does not exist or one of its queried reference-property objects are not present.",
    )
