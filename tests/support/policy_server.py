"""The real policy server, started as the engine starts it, and asked over gRPC."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "policies"
UNKNOWN_NUMBER = "3eeb2bf0-c639-47a8-9e75-3b44932eb421"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWN_LIST = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"
UNKNOWN_OBJECT = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"
STACK = "urn:pulumi:dev::labs"
LEVELS = {"advisory": analyzer_pb2.ADVISORY, "mandatory": analyzer_pb2.MANDATORY, "disabled": analyzer_pb2.DISABLED}


def secret(value: object) -> dict[str, object]:
    """A secret as the engine sends it."""
    # pragma: allowlist nextline secret
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": value}


@dataclass(frozen=True)
class Found:
    """One diagnostic."""

    policy: str
    level: str
    message: str
    urn: str


@dataclass(frozen=True)
class StackResource:
    """One resource as a policy of the whole stack gets it; `sources` feed its storage profile."""

    type: str
    name: str
    outputs: Mapping[str, Any]
    parent: str = ""
    types: str = ""
    sources: Sequence[str] = ()
    ignored: Sequence[str] = ()

    @property
    def urn(self) -> str:
        """The URN, with the types of the parents if there are any."""
        return urn_of(self.types or self.type, self.name)


def urn_of(types: str, name: str) -> str:
    """The URN of a resource in the stack of the tests."""
    return f"{STACK}::{types}::{name}"


class PolicyServer:
    """A running pack. Every call says anew how it is configured: nothing is left over from another test."""

    def __init__(self, address: str) -> None:
        self._stub = analyzer_pb2_grpc.AnalyzerStub(grpc.insecure_channel(address))

    def info(self) -> Any:
        """Name, policies and schemas of the pack."""
        return self._stub.GetAnalyzerInfo(empty_pb2.Empty())

    def configure(self, configuration: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Give policies their keys; `enforcementLevel` as in the configuration file."""
        levels = {policy.name: policy.enforcementLevel for policy in self.info().policies}
        entries = {}
        for name, given in {**{name: {} for name in levels}, **(configuration or {})}.items():
            values = dict(given)
            level = LEVELS[values.pop("enforcementLevel")] if "enforcementLevel" in values else levels.get(name, 0)
            entries[name] = analyzer_pb2.PolicyConfig(enforcementLevel=level, properties=struct(values))
        self._stub.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=entries))

    def analyze(self, kind: str, name: str, inputs: Mapping[str, Any], types: str = "") -> list[Found]:
        """What the policies of resources find."""
        request = analyzer_pb2.AnalyzeRequest(
            type=kind, urn=urn_of(types or kind, name), name=name, properties=struct(inputs)
        )
        return [_found(one) for one in self._stub.Analyze(request, timeout=60).diagnostics]

    def analyze_stack(self, resources: Sequence[StackResource]) -> list[Found]:
        """What the policies of the whole stack find."""
        request = analyzer_pb2.AnalyzeStackRequest(resources=[_stack_resource(one) for one in resources])
        return [_found(one) for one in self._stub.AnalyzeStack(request, timeout=60).diagnostics]


@contextmanager
def policy_server(pack: Path = PACK) -> Iterator[PolicyServer]:
    """A server of its own; ended by its own id."""
    command = [str(pack / ".venv/bin/python"), "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(pack)]
    process = subprocess.Popen(command, cwd=pack, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip()
        assert port.isdigit(), f"the policy server did not start: {command}"
        yield PolicyServer(f"127.0.0.1:{port}")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Properties on the wire: every number a double."""
    made = struct_pb2.Struct()
    made.update(values)
    return made


def _stack_resource(resource: StackResource) -> Any:
    made = analyzer_pb2.AnalyzerResource(
        type=resource.type,
        urn=resource.urn,
        name=resource.name,
        properties=struct(resource.outputs),
        parent=resource.parent,
        options=analyzer_pb2.AnalyzerResourceOptions(ignoreChanges=list(resource.ignored), parent=resource.parent),
    )
    if resource.sources:
        made.propertyDependencies["storageProfile"].urns.extend(resource.sources)
    return made


def _found(diagnostic: Any) -> Found:
    level = analyzer_pb2.EnforcementLevel.Name(diagnostic.enforcementLevel).lower()
    return Found(diagnostic.policyName, level, diagnostic.message.partition("\n")[2], diagnostic.urn)
