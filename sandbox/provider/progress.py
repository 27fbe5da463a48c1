"""What the administrator sees while a version is replicated: one changing line in the engine's display."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from sandbox.provider.arm import ArmClient, ArmError, Deadline
from sandbox.provider.resource_type import ResourceType

REPORT_EVERY = 1.0  # seconds
LOOK_TIMEOUT = 5.0  # seconds


class EngineLog:
    """Sends lines to the engine; a lost line is no reason to stop anything."""

    def __init__(self, engine_address: str) -> None:
        self._channel = grpc.insecure_channel(engine_address)
        self._engine = engine_pb2_grpc.EngineStub(self._channel)

    def status(self, urn: str, message: str) -> None:
        """Shows a line beside a resource, in place of the one before."""
        self._send(engine_pb2.LogRequest(severity=engine_pb2.INFO, urn=urn, message=message, ephemeral=True))

    def warning(self, urn: str, message: str) -> None:
        """Adds a warning to a resource."""
        self._send(engine_pb2.LogRequest(severity=engine_pb2.WARNING, urn=urn, message=message))

    def _send(self, request: engine_pb2.LogRequest) -> None:
        with suppress(grpc.RpcError):  # the display is gone: the work goes on
            self._engine.Log(request, timeout=LOOK_TIMEOUT)


def replication_line(answer: Any) -> str:
    """`replicating: koreacentral 100 %, koreasouth 40 %` of a version with its replication status; "" without one."""
    properties = answer.get("properties") if isinstance(answer, dict) else None
    status = properties.get("replicationStatus") if isinstance(properties, dict) else None
    summary = (status.get("summary") or []) if isinstance(status, dict) else []
    regions = [
        f"{str(region.get('region', '?')).replace(' ', '').lower()} {region.get('progress', 0):g} %"
        for region in summary
        if isinstance(region, dict)
    ]
    return f"replicating: {', '.join(regions)}" if regions else ""


def reporter(client: ArmClient, kind: ResourceType, identifier: str, log: EngineLog, urn: str) -> Callable[[], None]:
    """A function to call while waiting: it looks at a version's replication once a second and shows it."""
    due = time.monotonic() + REPORT_EVERY
    last = ""

    def report() -> None:
        nonlocal due, last
        if kind.name != "compute:GalleryImageVersion" or time.monotonic() < due:
            return
        due = time.monotonic() + REPORT_EVERY
        query = {"$expand": "ReplicationStatus"}
        with suppress(ArmError):  # a look that failed hides a line; the operation itself is watched elsewhere
            line = replication_line(client.get(identifier, kind.api_version, Deadline(LOOK_TIMEOUT), query).body)
            if line and line != last:
                last = line
                log.status(urn, line)

    return report
