"""A small server with GitHub's lists of comments and issues, and the requests that create and update an entry."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

LIST = re.compile(r"/repos/contoso/images/issues(/\d+/comments)?")
ENTRY = re.compile(r"/repos/contoso/images/issues(/comments)?/(\d+)")


@dataclass
class PretendGitHub:
    """`entries` are all comments (or issues), the new ones by `login`.

    With a `refusal` (status, headers, body) nothing else is answered.
    """

    api: str = ""
    login: str = "github-actions[bot]"
    entries: list[dict[str, Any]] = field(default_factory=list)
    refusal: tuple[int, dict[str, str], str] | None = None
    asked: list[str] = field(default_factory=list)
    tokens: set[str | None] = field(default_factory=set)

    def answer(self, method: str, address: str, body: dict[str, Any]) -> tuple[int, dict[str, str], str]:
        """Status, headers and body."""
        parts = urlsplit(address)
        if self.refusal is not None:
            return self.refusal
        entry = ENTRY.fullmatch(parts.path)
        if method == "GET" and LIST.fullmatch(parts.path):
            query = parse_qs(parts.query)
            size, page = int(query["per_page"][0]), int(query["page"][0])
            listed = [entry for entry in self.entries if entry.get("state", "open") in query.get("state", ["open"])]
            return 200, {}, json.dumps(listed[size * (page - 1) : size * page])
        if method == "POST" and LIST.fullmatch(parts.path):
            number = 900 + len(self.entries)
            self.entries.append(
                {"id": number, "number": number, "user": {"login": self.login}, "html_url": "made", **body}
            )
            return 201, {}, json.dumps(self.entries[-1])
        if method == "PATCH" and entry:
            (found,) = (one for one in self.entries if one["id"] == int(entry[2]))
            found.update(body)
            return 200, {}, json.dumps({"html_url": "updated", **found})
        return 404, {}, json.dumps({"message": "Not Found"})


@contextmanager
def pretend_github() -> Iterator[PretendGitHub]:
    """Serve one repository, contoso/images, until the end."""
    github = PretendGitHub()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            github.asked.append(f"{self.command} {self.path}")
            github.tokens.add(self.headers.get("Authorization"))
            status, headers, answer = github.answer(self.command, self.path, body)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(answer.encode()))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.encode())

        do_GET = do_POST = do_PATCH = _serve  # noqa: N815 - named by the library

        def log_message(self, *_: object) -> None:
            """Say nothing: the test's output is no log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    github.api = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield github
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
