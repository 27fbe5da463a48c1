"""The HTTP pipeline under the ARM client: bounded retries, one host only, connections kept for every thread."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from azure.core import PipelineClient
from azure.core.credentials import TokenCredential
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HeadersPolicy, RequestIdPolicy, RetryPolicy, SansIOHTTPPolicy, UserAgentPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy
from azure.mgmt.core.polling.arm_polling import ARMPolling
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from inventory.arm.error import ArmError, ErrorKind

THREADS = 16
"""How many requests are on their way at once.

With answers that take 0.2 s, 300 of them take 8.8 s with 8 threads, 4.7 s with 16 and 3.5 s with 32. Azure lets 25
reads a second pass once 250 are used up, so 1000 take half a minute with any number of threads.
"""
TRIES_AFTER_FIRST = 4
LONGEST_WAIT_SECONDS = 60  # if a service asks for a longer wait, the request fails at once
THROTTLED = 429  # the status of a request that a limit refuses
POLL_SECONDS = 2  # pause between polls of an operation that names none
LONGEST_OPERATION_SECONDS = 3600
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Neither user information, nor what parsers of addresses understand in different ways (backslashes, spaces).
_ORIGIN = re.compile(
    r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{0,5}))?(?=[/?#]|\Z)", re.ASCII | re.IGNORECASE
)

Client = ARMPipelineClient[HttpRequest, HttpResponse]
OpenClient = PipelineClient[HttpRequest, HttpResponse]


def is_loopback(endpoint: str) -> bool:
    """Whether `endpoint` is on this machine, the one place to which a token may go over plain HTTP."""
    return urlsplit(endpoint).hostname in LOOPBACK


def origin(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of `address`, the same for all its spellings; None if it is no plain absolute one.

    Resource Manager's links name the default port and spell the host in any case. Source: RFC 3986, 6.2.3.
    """
    parts = _ORIGIN.match(address)
    if parts is None:
        return None
    scheme, host, port = parts[1].lower(), parts[2].lower(), parts[3]
    return scheme, host, int(port) if port else _DEFAULT_PORTS[scheme]


class BoundedRetry(RetryPolicy[HttpRequest, HttpResponse]):
    """The SDK's retries, which a long Retry-After ends. One that is neither seconds nor a date says nothing.

    Requests that a limit keeps waiting in turn use up time and not tries: behind many others one is asked again and
    again to wait a second.
    """

    def get_retry_after(self, response: PipelineResponse[Any, Any]) -> float | None:
        """Seconds that `response` asks to wait; None if it does not."""
        try:
            return super().get_retry_after(response)
        except (ValueError, OverflowError):
            return None

    def is_retry(self, settings: dict[str, Any], response: PipelineResponse[Any, Any]) -> bool:
        """Whether to try again after `response`."""
        wait = self.get_retry_after(response)
        return (wait is None or wait <= LONGEST_WAIT_SECONDS) and super().is_retry(settings, response)

    def increment(self, settings: dict[str, Any], response: Any = None, error: Exception | None = None) -> bool:
        """Count a try, if waits that were asked for do not come to a minute yet; whether another one is left."""
        throttled = isinstance(response, PipelineResponse) and response.http_response.status_code == THROTTLED
        waited = settings.get("waited", 0) + ((self.get_retry_after(response) or 0) if throttled else 0)
        if settings.get("waited", 0) < waited <= LONGEST_WAIT_SECONDS:
            settings["waited"] = waited
            return True
        return super().increment(settings, response=response, error=error)


class OneHost(SansIOHTTPPolicy[HttpRequest, HttpResponse]):
    """Sends requests, and the token with them, to the endpoint only, whatever addresses the answers name.

    The token goes over plain HTTP only if the endpoint is this machine.
    """

    def __init__(self, endpoint: str) -> None:
        self._origin = origin(endpoint)
        self._endpoint = endpoint

    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        """Raise ArmError when `request` would leave the endpoint."""
        if self._origin is None or origin(request.http_request.url) != self._origin:
            raise ArmError(
                ErrorKind.REFUSED,
                f"{self._endpoint} answered with an address elsewhere, {request.http_request.url}",
                "the sign-in is not sent there; check ARM_ENDPOINT and ARM_ENVIRONMENT",
            )
        request.context.options["enforce_https"] = not is_loopback(self._endpoint)


class BoundedPolling(ARMPolling):
    """The SDK's polling of a long-running operation (Azure-AsyncOperation, Location, Retry-After), with an end."""

    def __init__(self, **options: Any) -> None:
        super().__init__(timeout=POLL_SECONDS, **options)
        self._deadline = time.monotonic() + LONGEST_OPERATION_SECONDS

    def finished(self) -> bool:
        """Whether the operation has ended. Raises ArmError when it takes too long."""
        if time.monotonic() > self._deadline:
            raise ArmError(
                ErrorKind.UNAVAILABLE,
                f"Azure did not finish the operation within {LONGEST_OPERATION_SECONDS // 60} minutes",
                "it may still end by itself: look at the resource in Azure, then run it again",
            )
        return bool(super().finished())


def pipeline_client(endpoint: str, credential: TokenCredential, scope: str) -> Client:
    """An ARM pipeline for `endpoint` whose tokens for `scope` come from `credential`."""
    policies = [
        OneHost(endpoint),
        RequestIdPolicy(),
        *_common_policies(),
        ARMChallengeAuthenticationPolicy(credential, scope),
    ]
    return ARMPipelineClient(base_url=endpoint, policies=policies, transport=_transport(endpoint))


def open_client(endpoint: str) -> OpenClient:
    """A pipeline for an `endpoint` that everybody may ask without signing in."""
    return PipelineClient(base_url=endpoint, policies=_common_policies(), transport=_transport(endpoint))


def _common_policies() -> list[Any]:
    return [
        HeadersPolicy({"Accept": "application/json"}),
        UserAgentPolicy(base_user_agent="lab-image-gallery"),
        BoundedRetry(
            retry_total=TRIES_AFTER_FIRST,
            retry_connect=TRIES_AFTER_FIRST,
            retry_read=TRIES_AFTER_FIRST,
            retry_status=TRIES_AFTER_FIRST,
            retry_backoff_factor=0.25,
            retry_backoff_max=10,
        ),
    ]


def _transport(endpoint: str) -> RequestsTransport:
    session = requests.Session()
    # The policy above retries, not the adapter, whose errors hide the cause behind the address.
    once = Retry(total=False, redirect=False, raise_on_status=False)
    # Some questions are asked outside the pool of threads, so there may be more connections than it has.
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=2 * THREADS, max_retries=once)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return RequestsTransport(
        session=session, use_env_settings=not is_loopback(endpoint), connection_timeout=10, read_timeout=120
    )
