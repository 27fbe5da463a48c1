"""Connections of the provider to the sandbox over HTTP."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import urllib3

MOST_CONNECTIONS = 64


class NoAnswerError(Exception):
    """Nothing answered a request, however often it was tried; the text says what happened."""


class Pool:
    """Open connections that are used again; safe to use from many threads.

    urllib3 is imported with the first request: most previews send none, and its import is a third of the plugin's
    start.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: urllib3.PoolManager | None = None

    def request(self, method: str, url: str, retries: dict[str, Any], **more: Any) -> urllib3.BaseHTTPResponse:
        """The answer; `retries` is how `urllib3.Retry` shall try again, `more` is as for urllib3. `NoAnswerError`."""
        import urllib3  # noqa: PLC0415 - see above

        with self._lock:
            if self._pool is None:
                self._pool = urllib3.PoolManager(maxsize=MOST_CONNECTIONS)
        try:
            return self._pool.request(method, url, retries=urllib3.Retry(**retries), **more)
        except urllib3.exceptions.HTTPError as error:
            raise NoAnswerError(str(error)) from error
