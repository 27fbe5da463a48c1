"""The process in which the engine runs dynamic resources, driven as the engine drives it."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from sandbox.emulator.process.lease import Lease
from tests.support.project import ROOT

URN = "urn:pulumi:test::lab-image-gallery::pulumi-python:dynamic/lab-image-gallery:ArmObject::thing"


class DynamicHost:
    """Calls of the engine, with plain values; a refusal raises grpc.RpcError."""

    def __init__(self, stub: provider_pb2_grpc.ResourceProviderStub, provider: str) -> None:
        self._stub = stub
        self._provider = provider

    def check(self, inputs: dict[str, Any]) -> list[tuple[str, str]]:
        request = provider_pb2.CheckRequest(urn=URN, olds=Struct(), news=self._struct(inputs))
        return [(failure.property, failure.reason) for failure in self._stub.Check(request).failures]

    def diff(self, old: dict[str, Any], new: dict[str, Any]) -> tuple[str, list[str], bool]:
        request = provider_pb2.DiffRequest(id="id", urn=URN, olds=self._struct(old), news=self._struct(new))
        answer = self._stub.Diff(request)
        kind = provider_pb2.DiffResponse.DiffChanges.Name(answer.changes)
        return kind, list(answer.replaces), answer.deleteBeforeReplace

    def create(self, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        answer = self._stub.Create(provider_pb2.CreateRequest(urn=URN, properties=self._struct(inputs)))
        return answer.id, _plain(answer.properties)

    def read(self, object_id: str, state: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
        answer = self._stub.Read(
            provider_pb2.ReadRequest(id=object_id, urn=URN, properties=self._struct(state), inputs=self._struct(state))
        )
        return answer.id, _plain(answer.properties), _plain(answer.inputs)

    def update(self, object_id: str, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        request = provider_pb2.UpdateRequest(id=object_id, urn=URN, olds=self._struct(old), news=self._struct(new))
        return _plain(self._stub.Update(request).properties)

    def delete(self, object_id: str, state: dict[str, Any]) -> None:
        self._stub.Delete(provider_pb2.DeleteRequest(id=object_id, urn=URN, properties=self._struct(state)))

    def _struct(self, values: dict[str, Any]) -> Struct:
        return ParseDict({**values, "__provider": self._provider}, Struct())


def _plain(message: Struct) -> dict[str, Any]:
    return {key: value for key, value in MessageToDict(message).items() if key != "__provider"}


@contextmanager
def dynamic_host(endpoint: str, provider: str) -> Iterator[DynamicHost]:
    """Start `python -m pulumi.dynamic` in the project's folder, with Azure at `endpoint`."""
    environment = {**os.environ, **Lease(endpoint).environment(), "PULUMI_PROJECT": "lab-image-gallery"}
    command = [sys.executable, "-u", "-m", "pulumi.dynamic", "127.0.0.1:1"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
                stub = provider_pb2_grpc.ResourceProviderStub(channel)
                stub.Configure(provider_pb2.ConfigureRequest(args=Struct()))
                yield DynamicHost(stub, provider)
        finally:
            process.kill()


def decoded(provider: str) -> bytes:
    return base64.b64decode(provider)
