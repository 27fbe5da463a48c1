"""A small Resource Manager that answers as told, and the plugin's process as the engine sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from sandbox.provider.values import to_struct

ROOT = Path(__file__).parents[3]
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"


class PretendArm(ThreadingHTTPServer):
    """Keeps what is put; `script` holds answers that come first: (method, part of the path) → list of answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, dict[str, Any]] = {}
        self.script: dict[tuple[str, str], list[tuple[int, dict[str, str], Any]]] = {}
        self.requests: list[tuple[str, str, Any]] = []
        self.lock = threading.Lock()
        self.endpoint = f"http://127.0.0.1:{self.server_address[1]}"

    def asked(self) -> list[tuple[str, str]]:
        """Methods and paths without query, tokens left out."""
        return [(method, path.partition("?")[0]) for method, path, _ in self.requests if "/msi/" not in path]

    def answer(self, method: str, path: str, body: Any) -> tuple[int, dict[str, str], Any]:
        plain = path.partition("?")[0]
        with self.lock:
            self.requests.append((method, path, body))
            for (scripted, part), answers in self.script.items():
                if scripted == method and part in plain and answers:
                    status, headers, answer = answers.pop(0)
                    if method == "PUT" and status < 300:
                        self.objects[plain] = body | {"id": plain}
                    return status, headers, answer
            if plain == "/msi/token":
                return 200, {}, {"access_token": "t", "expires_on": "9999999999"}
            if method == "PUT":
                self.objects[plain] = body | {"id": plain, "name": plain.rpartition("/")[2]}
                return 201, {}, self.objects[plain]
            if plain not in self.objects:
                return 404, {}, {"error": {"code": "ResourceNotFound", "message": f"{plain} was not found"}}
            if method == "DELETE":
                del self.objects[plain]
                return 200, {}, None
            return 200, {}, self.objects[plain]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: PretendArm

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        sent = json.loads(self.rfile.read(length)) if length else None
        status, headers, answer = self.server.answer(self.command, self.path, sent)
        data = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_DELETE = _serve  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Says nothing: the test asks `requests`."""


class PretendEngine(engine_pb2_grpc.EngineServicer):
    """Keeps the lines that the plugin shows."""

    def __init__(self) -> None:
        self.lines: list[Any] = []

    def Log(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Keeps one line."""
        self.lines.append(request)
        return empty_pb2.Empty()


class Plugin:
    """The plugin's process and a client of it."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.stub = provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{port}"))

    def configure(self, **args: str) -> Any:
        return self.stub.Configure(provider_pb2.ConfigureRequest(args=to_struct(args)))

    def create(self, token: str, inputs: dict[str, Any], **more: Any) -> Any:
        return self.stub.Create(
            provider_pb2.CreateRequest(urn=urn(token), properties=to_struct(inputs), **more), timeout=30
        )

    def read(self, token: str, identifier: str, state: dict[str, Any], inputs: dict[str, Any]) -> Any:
        return self.stub.Read(
            provider_pb2.ReadRequest(
                urn=urn(token), id=identifier, properties=to_struct(state), inputs=to_struct(inputs)
            )
        )


def urn(token: str) -> str:
    """The name of a resource of this type, a child of a component."""
    return f"urn:pulumi:dev::lab-image-gallery::lab-image-gallery:index:LabImage$azure-native:{token}::x"


@contextmanager
def pretend_arm() -> Iterator[PretendArm]:
    server = PretendArm()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def pretend_engine() -> Iterator[tuple[PretendEngine, str]]:
    engine = PretendEngine()
    server = grpc.server(futures.ThreadPoolExecutor(2))
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield engine, f"127.0.0.1:{port}"
    finally:
        server.stop(None)


@contextmanager
def plugin(environment: dict[str, str], engine_address: str = "127.0.0.1:1") -> Iterator[Plugin]:
    """The plugin with just this of `ARM_*` and `IDENTITY_*` in its environment."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ARM_", "AZURE_", "IDENTITY_", "COV_"))
    }
    with subprocess.Popen(
        # The flags are those of `pulumi -v=1 --logflow --tracing`, which the engine hands on to every plugin.
        [sys.executable, "-m", "sandbox.provider", "-v=1", "--tracing", "127.0.0.1:1", engine_address],
        cwd=ROOT,
        env=inherited | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield Plugin(process, int(process.stdout.readline()))
        finally:
            process.terminate()


def environment(endpoint: str) -> dict[str, str]:
    """What a provider needs to find a sandbox at this endpoint."""
    return {
        "ARM_ENDPOINT": endpoint,
        "ARM_USE_MSI": "true",
        "IDENTITY_ENDPOINT": f"{endpoint}/msi/token",
        "IDENTITY_HEADER": "x",
    }
