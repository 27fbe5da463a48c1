"""One client of Azure Resource Manager: objects by id and api-version, for look-ups, attachment and commands.

Built on Microsoft's own SDK (azure-identity, azure-mgmt-core). Importing it takes a fifth of a second, so callers
import it only when they need Azure.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import Any, cast
from urllib.parse import quote, urlsplit

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError
from azure.core.pipeline import PipelineResponse
from azure.core.rest import HttpRequest, HttpResponse

from inventory.arm import credentials
from inventory.arm.cloud import cloud
from inventory.arm.error import NO_OBJECT_OR_GROUP, ArmError, ErrorKind, from_answer, not_signed_in, unreachable
from inventory.arm.pipeline import BoundedPolling, is_loopback, origin, pipeline_client

JsonObject = dict[str, Any]
JsonObjects = list[JsonObject]
Answer = PipelineResponse[HttpRequest, HttpResponse]
MOST_PAGES = 1000
PLAIN_IN_PATHS = "/()@:,;=+$!*'~._-"  # characters of ids that are not escaped


class Arm:
    """Azure Resource Manager at one endpoint, as one identity; safe to use from several threads.

    `endpoint` is an address without a path, and `credential` gives tokens for it; None takes what the environment names
    (see `inventory.arm.credentials`), for the tenant of `subscription`. Every method raises ArmError.
    """

    def __init__(
        self,
        endpoint: str | None = None,
        credential: TokenCredential | None = None,
        *,
        subscription: str | None = None,
    ) -> None:
        self.endpoint = _checked(endpoint or credentials.endpoint(os.environ))
        self._scope = cloud(os.environ).scope
        self._credential = credentials.SharedToken(credential or credentials.credential(os.environ, subscription))
        self._client = pipeline_client(self.endpoint, self._credential, self._scope)

    def sign_in(self) -> None:
        """Get a token now, so that signing in fails once and not in every thread."""
        try:
            self._credential.get_token(self._scope)
        except (AzureError, ValueError) as error:
            raise not_signed_in(str(error)) from error

    def get(
        self,
        resource_id: str,
        api_version: str,
        *,
        expand: str | None = None,
        absent: Collection[ErrorKind] = (ErrorKind.NOT_FOUND,),
    ) -> JsonObject | None:
        """The object with this id, None for an answer in `absent`: it or the object around it does not exist.

        By default a missing resource group is an error, because more than this object is wrong then.
        """
        try:
            return self._json(self._send("GET", resource_id, api_version, query={"$expand": expand}).http_response)
        except ArmError as error:
            if error.kind in absent:
                return None
            raise

    def put(self, resource_id: str, api_version: str, body: Mapping[str, Any]) -> JsonObject:
        """Create or replace the object; returns it as it is when Azure has finished."""
        return self._write("PUT", resource_id, api_version, body)

    def patch(self, resource_id: str, api_version: str, body: Mapping[str, Any]) -> JsonObject:
        """Change the object; returns it as it is when Azure has finished."""
        return self._write("PATCH", resource_id, api_version, body)

    def delete(self, resource_id: str, api_version: str) -> None:
        """Delete the object and wait until it is gone. It is no error if it is gone already."""
        try:
            self._finish(self._send("DELETE", resource_id, api_version))
        except ArmError as error:
            if error.kind not in NO_OBJECT_OR_GROUP:
                raise

    def list(
        self,
        path: str,
        api_version: str,
        *,
        only: str | None = None,
        absent: Collection[ErrorKind] = (),
        most_pages: int | None = None,
    ) -> JsonObjects:
        """Every object of a collection, all pages, each id once (some services answer with duplicates).

        `only` is an OData filter, for a service that knows it. An answer in `absent` counts as an empty collection. One
        of more than `most_pages` (None: MOST_PAGES) is an error.
        """
        most = MOST_PAGES if most_pages is None else most_pages
        found: dict[str, JsonObject] = {}
        try:
            page = self._json(self._send("GET", path, api_version, query={"$filter": only}).http_response)
        except ArmError as error:
            if error.kind in absent:
                return []
            raise
        for _ in range(most):
            for item in _items(page, path):
                found.setdefault(str(item.get("id", len(found))).lower(), item)
            link = page.get("nextLink")
            if not link:
                return list(found.values())
            if not isinstance(link, str):
                raise _no_list(path)
            page = self._json(self._run(HttpRequest("GET", link)).http_response)
        raise ArmError(
            ErrorKind.UNAVAILABLE, f"Azure lists {path} without end (over {most} pages)", "run it again later"
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _write(self, method: str, resource_id: str, api_version: str, body: Mapping[str, Any]) -> JsonObject:
        response = self._finish(self._send(method, resource_id, api_version, body=body))
        if response.status_code == 204 or not response.content:
            return self.get(resource_id, api_version) or {}
        return self._json(response)

    def _send(
        self,
        method: str,
        path: str,
        api_version: str,
        *,
        query: Mapping[str, str | None] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        url = f"{self.endpoint}/{quote(path.strip('/'), safe=PLAIN_IN_PATHS)}"
        params = {"api-version": api_version, **{key: value for key, value in (query or {}).items() if value}}
        return self._run(HttpRequest(method, url, params=params, json=body))

    def _run(self, request: HttpRequest) -> Answer:
        try:
            # The SDK's own clients ask for the whole answer of the pipeline in this way: polling starts from it.
            answer = cast("Answer", self._client.send_request(request, _return_pipeline_response=True))
        except AzureError as error:
            raise self._translated(error, request) from error
        if answer.http_response.status_code >= 300:
            raise _refusal(answer.http_response, request)
        return answer

    def _finish(self, first: Answer) -> HttpResponse:
        """Wait for the operation that `first` began, if any; returns the answer with the final object."""
        polling = BoundedPolling()
        try:
            polling.initialize(self._client, first, lambda last: last.http_response)
            polling.run()
        except AzureError as error:
            raise self._translated(error, first.http_request) from error
        return cast("HttpResponse | None", polling.resource()) or first.http_response

    def _translated(self, error: AzureError, request: HttpRequest) -> ArmError:
        """The SDK's exception as ours."""
        if isinstance(error, ClientAuthenticationError) and error.response is None:
            return not_signed_in(str(error.message))
        if isinstance(error, HttpResponseError) and error.response is not None:
            return _refusal(cast("HttpResponse", error.response), request)
        return unreachable(self.endpoint, str(error.message))

    def _json(self, response: HttpResponse) -> JsonObject:
        try:
            body = response.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise ArmError(
                ErrorKind.UNAVAILABLE,
                f"{self.endpoint} answered with something that is no JSON object",
                "check that ARM_ENDPOINT is Azure Resource Manager and that no proxy answers in its place",
                status=response.status_code,
            )
        return body


def _items(page: JsonObject, path: str) -> JsonObjects:
    """The objects on a page of a list."""
    items = page.get("value") or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _no_list(path)
    return items


def _no_list(path: str) -> ArmError:
    return ArmError(
        ErrorKind.UNAVAILABLE,
        f"Azure answered the list of {path} with something else than objects",
        "run it again later; check that ARM_ENDPOINT is Azure Resource Manager and no proxy answers in its place",
    )


def _refusal(response: HttpResponse, request: HttpRequest) -> ArmError:
    return from_answer(response.status_code, response.text(), request.method, urlsplit(request.url).path)


def _checked(endpoint: str) -> str:
    parts = origin(endpoint)
    if parts is not None and (parts[0] == "https" or is_loopback(endpoint)):
        return endpoint.rstrip("/")
    raise ArmError(
        ErrorKind.UNREACHABLE,
        f"ARM_ENDPOINT is {endpoint!r}: the sign-in may go only to an https address, or to this machine itself",
        "correct ARM_ENDPOINT, or unset it for Azure",
    )
