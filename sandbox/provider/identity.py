"""Tokens of a managed identity, in the form that App Service serves them."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

from sandbox.provider.pool import NoAnswerError, Pool

API_VERSION = "2019-08-01"
RENEW_BEFORE_EXPIRY = 300  # seconds


class IdentityError(Exception):
    """There is no token, so no request went to Resource Manager."""


class ManagedIdentity:
    """Gets tokens from `endpoint` with its secret `header`, and keeps one until it is about to expire.

    Form: "How to use managed identities for App Service and Azure Functions", REST endpoint reference.
    """

    def __init__(self, pool: Pool, endpoint: str, header: str, resource: str) -> None:
        self._pool = pool
        self._endpoint = endpoint
        self._header = header
        self._resource = resource
        self._lock = threading.Lock()
        self._token = ""
        self._expires_on = 0.0

    def token(self) -> str:
        """A token that is still valid. Raises `IdentityError`."""
        with self._lock:
            if time.time() > self._expires_on - RENEW_BEFORE_EXPIRY:
                answer = self._ask()
                try:
                    self._token, self._expires_on = str(answer["access_token"]), float(answer["expires_on"])
                except (KeyError, TypeError, ValueError) as error:
                    raise IdentityError(
                        f"The answer of {self._endpoint} is not a token ({error!r}), so Resource Manager cannot be "
                        "asked. Check IDENTITY_ENDPOINT."
                    ) from error
            return self._token

    def _ask(self) -> Any:
        try:
            response = self._pool.request(
                "GET",
                self._endpoint,
                {"total": 2},
                fields={"api-version": API_VERSION, "resource": self._resource},
                headers={"X-IDENTITY-HEADER": self._header},
                timeout=10,
            )
            if response.status == 200:
                return json.loads(response.data)
            reason = f"it answered {response.status}: {response.data.decode(errors='replace')[:500]}"
        except (NoAnswerError, ValueError) as error:
            reason = str(error)
        raise IdentityError(
            f"No token from {self._endpoint}, so Resource Manager cannot be asked: {reason}. "
            "Start the command with sandbox/pulumi, which sets IDENTITY_ENDPOINT and IDENTITY_HEADER."
        )
