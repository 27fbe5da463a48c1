"""The directory of the tenant, Microsoft Graph: the object id that an application's service principal has there.

Nothing else is asked of it. Most people may read it; a pipeline's identity usually may not.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import cast

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError
from azure.core.rest import HttpRequest, HttpResponse

from catalog.fields.resource_id import is_guid
from inventory.arm import credentials
from inventory.arm.cloud import cloud
from inventory.arm.error import ArmError, ErrorKind, from_answer, not_signed_in, unreachable
from inventory.arm.pipeline import pipeline_client


def graph_endpoint(environment: Mapping[str, str]) -> str | None:
    """Address of Microsoft Graph: GRAPH_ENDPOINT, else that of the cloud; None beside an ARM_ENDPOINT of one's own."""
    given = environment.get("GRAPH_ENDPOINT")
    if given or environment.get("ARM_ENDPOINT"):
        return given or None
    return cloud(environment).graph


def look_up_principals(
    applications: Iterable[str], subscription: str, credential: TokenCredential | None = None
) -> dict[str, str | None]:
    """Object ids of the service principals by application id; None for one that the subscription's tenant lacks.

    Raises ArmError. Source: "Get servicePrincipal", by appId.
    """
    endpoint = graph_endpoint(os.environ)
    if endpoint is None:
        raise ArmError(
            ErrorKind.UNREACHABLE, "no directory is known beside this ARM_ENDPOINT", "set GRAPH_ENDPOINT to its address"
        )
    shared = credentials.SharedToken(credential or credentials.credential(os.environ, subscription))
    client = pipeline_client(endpoint, shared, f"{cloud(os.environ).graph}/.default")
    try:
        found = {}
        for application in applications:
            request = HttpRequest("GET", f"{endpoint}/v1.0/servicePrincipals(appId='{application}')?$select=id")
            try:
                found[application] = _object_id(client.send_request(request), request)
            except AzureError as error:
                raise _translated(error, endpoint) from error
        return found
    finally:
        client.close()


def _object_id(response: HttpResponse, request: HttpRequest) -> str | None:
    if response.status_code == 404:
        return None
    if response.status_code >= 300:
        raise from_answer(response.status_code, response.text(), request.method, "/servicePrincipals")
    try:
        body = response.json()
    except ValueError:
        body = None
    found = body.get("id") if isinstance(body, dict) else None
    if not isinstance(found, str) or not is_guid(found):
        raise ArmError(
            ErrorKind.UNAVAILABLE, "the directory answered without an object id", "check that no proxy answers for it"
        )
    return found.lower()


def _translated(error: AzureError, endpoint: str) -> ArmError:
    if isinstance(error, ClientAuthenticationError) and error.response is None:
        return not_signed_in(str(error.message))
    if isinstance(error, HttpResponseError) and error.response is not None:
        response = cast("HttpResponse", error.response)
        return from_answer(response.status_code, response.text(), "GET", "/servicePrincipals")
    return unreachable(endpoint, str(error.message))
