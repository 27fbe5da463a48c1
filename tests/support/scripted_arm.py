"""A small HTTP server that answers as a test tells it to, for the client's own unit tests."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    authorization: str | None
    body: Any


@dataclass(frozen=True)
class Answer:
    """`status` 0 resets the connection; `body` is JSON unless it is text."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


TOKEN = Answer(200, {"access_token": "t", "expires_on": "4102444800", "token_type": "Bearer", "resource": "r"})
"""A token of a managed identity."""


@dataclass
class ScriptedArm:
    endpoint: str
    requests: list[Request] = field(default_factory=list)
    answer: Callable[[Request], Answer] = lambda request: Answer(404, arm_error("ResourceNotFound", "not there"))

    def answers(self, *answers: Answer) -> None:
        """Give these answers in turn, the last one from then on."""
        left = list(answers)
        lock = threading.Lock()

        def in_turn(request: Request) -> Answer:
            with lock:
                return left.pop(0) if len(left) > 1 else left[0]

        self.answer = in_turn


def arm_error(code: str, message: str, details: list[dict[str, str]] | None = None) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, **({"details": details} if details else {})}}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    arm: ScriptedArm

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        request = Request(self.command, self.path, self.headers.get("Authorization"), json.loads(raw) if raw else None)
        self.arm.requests.append(request)
        answer = self.arm.answer(request)
        if answer.status == 0:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        content = b""
        if answer.body is not None:
            content = (answer.body if isinstance(answer.body, str) else json.dumps(answer.body)).encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value.replace("{endpoint}", self.arm.endpoint))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the names that http.server calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64  # a client with many threads would wait a second for its second try to connect


@contextmanager
def scripted_arm() -> Iterator[ScriptedArm]:
    handler = type("Handler", (_Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    arm = ScriptedArm(f"http://127.0.0.1:{server.server_address[1]}")
    handler.arm = arm  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield arm
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
