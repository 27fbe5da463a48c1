"""A small Resource Manager for the plugin, and the plugin's process as the engine sees it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from sandbox.emulator.process.labs import FOREIGN_PREFIXES
from sandbox.provider.values import to_struct
from tests.support.project import ROOT
from tests.support.scripted_arm import TOKEN, Answer, Request, ScriptedArm, arm_error, scripted_arm


class PretendArm:
    """Keeps what is put; `script` holds answers that come first: (method, part of the path) → status, headers, body."""

    def __init__(self, server: ScriptedArm) -> None:
        self.endpoint, self.requests = server.endpoint, server.requests
        self.objects: dict[str, dict[str, Any]] = {}
        self.script: dict[tuple[str, str], list[tuple[int, dict[str, str], Any]]] = {}
        self.lock = threading.Lock()
        server.answer = self.answer

    def asked(self) -> list[tuple[str, str]]:
        """Methods and paths without query, tokens left out."""
        return [(each.method, each.path.partition("?")[0]) for each in self.requests if "/msi/" not in each.path]

    def answer(self, request: Request) -> Answer:
        plain = request.path.partition("?")[0]
        with self.lock:
            for (scripted, part), answers in self.script.items():
                if scripted == request.method and part in plain and answers:
                    status, headers, answer = answers.pop(0)
                    if request.method == "PUT" and status < 300:
                        self.objects[plain] = request.body | {"id": plain}
                    return Answer(status, answer, headers)
            if plain == "/msi/token":
                return TOKEN
            if request.method == "PUT":
                self.objects[plain] = request.body | {"id": plain, "name": plain.rpartition("/")[2]}
                return Answer(201, self.objects[plain])
            if plain not in self.objects:
                return Answer(404, arm_error("ResourceNotFound", f"{plain} was not found"))
            if request.method == "DELETE":
                del self.objects[plain]
                return Answer(200)
            return Answer(200, self.objects[plain])


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
    with scripted_arm() as server:
        yield PretendArm(server)


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
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN_PREFIXES)}
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
