"""A connection to the emulator, for one request after the other.

It neither starts the emulator, which is the lease's part, nor repeats a request: whoever asks sees what was answered.
"""

from __future__ import annotations

import http.client
import json
import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

AUTHORIZATION = "Bearer sandbox"  # any token is taken
LONGEST_REQUEST_SECONDS = 600.0
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
    def code(self) -> str:
        """ARM's error code, or the empty string."""
        return str(self._error.get("code", ""))

    @property
    def message(self) -> str:
        """ARM's error message, the title of an error in the form of problem+json, or the empty string."""
        problem = self.body if isinstance(self.body, dict) and self.status >= 400 else {}
        return str(self._error.get("message") or problem.get("title") or "")

    @property
    def refusal(self) -> str:
        """Status and, for an error, ARM's code, if it has one, and message."""
        return f"{' '.join(filter(None, (str(self.status), self.code)))}: {self.message}"

    @property
    def _error(self) -> dict[str, Any]:
        error = self.body.get("error") if isinstance(self.body, dict) else None
        return error if isinstance(error, dict) else {}


class Connection:
    """Sends requests to the emulator at `endpoint` and follows operations."""

    def __init__(self, endpoint: str) -> None:
        self._http = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=LONGEST_REQUEST_SECONDS)

    def close(self) -> None:
        """Close it."""
        self._http.close()

    def send(
        self, method: str, path: str, body: Any = None, *, authorization: str = AUTHORIZATION, **query: str
    ) -> Reply:
        """Send a request and return the answer.

        `path` may be an address, whose host is ignored, and may have a query; what is encoded in it stays so. Raises
        ValueError when the answer is not JSON, as for a request that is not HTTP.
        """
        target = _target(path)
        if query:
            target += ("&" if "?" in target else "?") + urlencode(query, quote_via=quote)
        headers = {"Content-Type": "application/json"} | ({"Authorization": authorization} if authorization else {})
        self._http.request(method, target, None if body is None else json.dumps(body), headers)
        response = self._http.getresponse()
        content = response.read()
        names = {name.lower(): value for name, value in response.getheaders()}
        try:
            return Reply(response.status, names, json.loads(content) if content else None)
        except ValueError as error:
            # The HTTP library itself refuses; its own words differ from one version of Python to the next.
            raise ValueError(
                f"the sandbox cannot take this request (HTTP status {response.status}). Look at its path: it may be "
                "too long (65,536 bytes at most)."
            ) from error

    def finished(self, reply: Reply) -> Reply | None:
        """Follow a long-running operation and return what its Location answers in the end; None without one.

        Raises TimeoutError when it does not end.
        """
        location = reply.headers.get("location")
        if location is None:
            return None
        until = time.monotonic() + LONGEST_OPERATION_SECONDS
        while time.monotonic() < until:
            answer = self.send("GET", location)
            if answer.status != 202:
                return answer
        raise TimeoutError(f"the operation at {location} did not end in {LONGEST_OPERATION_SECONDS:.0f} s")


def _target(path: str) -> str:
    plain, _, query = re.sub(r"^https?://[^/]*", "", path).partition("?")
    target = quote(plain if plain.startswith("/") else f"/{plain}", safe="/%()$'")
    return f"{target}?{quote(query, safe='=&%$()/,:+')}" if query else target
