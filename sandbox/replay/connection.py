"""A connection to the emulator, for one request after the other."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

LONGEST_OPERATION_SECONDS = 60.0


@dataclass(frozen=True)
class Reply:
    """An answer; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def ok(self) -> bool:
        """Whether the request was carried out."""
        return 200 <= self.status < 300

    @property
    def refusal(self) -> str:
        """Status and, for an error, ARM's code and message."""
        error = self.body.get("error", {}) if isinstance(self.body, dict) else {}
        return f"{self.status} {error.get('code', '')}: {error.get('message', '')}"


class Connection:
    """Sends requests to the emulator at `endpoint` and follows operations."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._http = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=LONGEST_OPERATION_SECONDS)

    def close(self) -> None:
        """Close it."""
        self._http.close()

    def send(self, method: str, path: str, query: dict[str, str] | None = None, body: Any = None) -> Reply:
        """Send a request and return the answer."""
        target = quote(path, safe="/") + (f"?{urlencode(query)}" if query else "")
        return self._exchange(method, target, body)

    def finished(self, reply: Reply) -> Reply | None:
        """Follow a long-running operation and return what its Location answers in the end; None without one.

        Raises TimeoutError when it does not end.
        """
        location = reply.headers.get("location")
        if location is None:
            return None
        until = time.monotonic() + LONGEST_OPERATION_SECONDS
        while time.monotonic() < until:
            answer = self._exchange("GET", location.removeprefix(self._endpoint), None)
            if answer.status != 202:
                return answer
        raise TimeoutError(f"the operation at {location} did not end in {LONGEST_OPERATION_SECONDS:.0f} s")

    def _exchange(self, method: str, target: str, body: Any) -> Reply:
        headers = {"Authorization": "Bearer replay", "Content-Type": "application/json"}
        self._http.request(method, target, None if body is None else json.dumps(body), headers)
        response = self._http.getresponse()
        content = response.read()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, names, json.loads(content) if content else None)
