"""The real policy server, started as the engine starts it, and asked over gRPC."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
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


class Mode(Enum):
    """The command that starts the pack, which the engine tells by its first calls."""

    PREVIEW = "preview"
    UPDATE = "update"
    STATE = "state"
    """`pulumi policy analyze` on the resources of a state: the engine names no stack."""


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
    """One resource as a policy of the whole stack gets it.

    `sources` are the URNs that feed its storage profile; `dependencies` are those of any property, by its name.
    """

    type: str
    name: str
    outputs: Mapping[str, Any]
    parent: str = ""
    types: str = ""
    sources: Sequence[str] = ()
    ignored: Sequence[str] = ()
    dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def urn(self) -> str:
        """The URN, with the types of the parents if there are any."""
        return urn_of(self.types or self.type, self.name)


@dataclass(frozen=True)
class Declared:
    """One resource of a whole program: its inputs, and its outputs as the command under test knows them.

    Without outputs it has its inputs as outputs. A resource that is only read (`get`) belongs to somebody else.
    """

    type: str
    name: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any] | None = None
    parent: Declared | None = None
    dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ignored: Sequence[str] = ()
    only_read: bool = False

    @property
    def types(self) -> str:
        """The types of its parents and its own, as they stand in its URN."""
        return f"{self.parent.types}${self.type}" if self.parent else self.type

    @property
    def urn(self) -> str:
        """The URN."""
        return urn_of(self.types, self.name)

    @property
    def parent_urn(self) -> str:
        """The URN of the parent; empty without one."""
        return self.parent.urn if self.parent else ""

    def in_stack(self) -> StackResource:
        """The resource as a policy of the whole stack gets it."""
        return StackResource(
            self.type,
            self.name,
            self.inputs if self.outputs is None else self.outputs,
            parent=self.parent_urn,
            types=self.types,
            ignored=self.ignored,
            dependencies=self.dependencies,
        )


def urn_of(types: str, name: str) -> str:
    """The URN of a resource in the stack of the tests."""
    return f"{STACK}::{types}::{name}"


class PolicyServer:
    """A running pack. Every call says anew how it is configured: nothing is left over from another test."""

    def __init__(self, address: str, mode: Mode | None = None) -> None:
        channel = grpc.insecure_channel(address, options=[("grpc.max_receive_message_length", -1)])
        self._stub = analyzer_pb2_grpc.AnalyzerStub(channel)
        self.mode = mode
        if mode is not None:
            self._stub.Handshake(analyzer_pb2.AnalyzerHandshakeRequest(engine_address="127.0.0.1:1"))
        if mode in (Mode.PREVIEW, Mode.UPDATE):
            dry_run = mode is Mode.PREVIEW
            request = analyzer_pb2.AnalyzerStackConfigureRequest(stack="dev", project="labs", dry_run=dry_run)
            self._stub.ConfigureStack(request)

    def info(self) -> Any:
        """Name, policies and schemas of the pack."""
        return self._stub.GetAnalyzerInfo(empty_pb2.Empty())

    @cached_property
    def _levels(self) -> dict[str, Any]:
        """The level that each policy has without a configuration, which no call changes."""
        return {policy.name: policy.enforcementLevel for policy in self.info().policies}

    def configure(self, configuration: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Give policies their keys; `enforcementLevel` as in the configuration file, or the number on the wire.

        As the engine does, a level for `all` goes to every policy that has none of its own, and along as an entry.
        """
        levels = dict(self._levels)
        given_of = {**{name: {} for name in levels}, **(configuration or {})}
        if "enforcementLevel" in given_of.get("all", {}):
            levels = dict.fromkeys(levels, LEVELS[given_of["all"]["enforcementLevel"]])
        entries = {}
        for name, given in given_of.items():
            values = dict(given)
            written = values.pop("enforcementLevel", None)
            level = levels.get(name, 0) if written is None else LEVELS.get(written, written)
            entries[name] = analyzer_pb2.PolicyConfig(enforcementLevel=level, properties=struct(values))
        self._stub.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=entries))

    def analyze(
        self, kind: str, name: str, inputs: Mapping[str, Any], types: str = "", parent: str = ""
    ) -> list[Found]:
        """What the policies of resources find; `parent` is the URN of the resource above."""
        request = analyzer_pb2.AnalyzeRequest(
            type=kind,
            urn=urn_of(types or kind, name),
            name=name,
            properties=struct(inputs),
            options=analyzer_pb2.AnalyzerResourceOptions(parent=parent),
        )
        return [_found(one) for one in self._stub.Analyze(request, timeout=60).diagnostics]

    def remediate(self, kind: str, name: str, inputs: Mapping[str, Any]) -> list[str]:
        """The policies that would change a resource, which the engine asks for before each `analyze`."""
        request = analyzer_pb2.AnalyzeRequest(type=kind, urn=urn_of(kind, name), name=name, properties=struct(inputs))
        return [one.policyName for one in self._stub.Remediate(request, timeout=60).remediations]

    def analyze_stack(self, resources: Sequence[StackResource]) -> list[Found]:
        """What the policies of the whole stack find."""
        request = analyzer_pb2.AnalyzeStackRequest(resources=[_stack_resource(one) for one in resources])
        return [_found(one) for one in self._stub.AnalyzeStack(request, timeout=60).diagnostics]

    def run(self, program: Sequence[Declared]) -> list[Found]:
        """What the pack finds in a whole program: each resource by its inputs, then the stack by its outputs.

        The engine shows no resource that is only read to the policies of resources, and in a state one without inputs.
        """
        found: list[Found] = []
        for each in program:
            if not each.only_read:
                found += self.analyze(each.type, each.name, each.inputs, each.types, each.parent_urn)
            elif self.mode is Mode.STATE:
                found += self.analyze(each.type, each.name, {}, each.types, each.parent_urn)
        return found + self.analyze_stack([each.in_stack() for each in program])


@contextmanager
def policy_server(
    pack: Path = PACK, mode: Mode | None = None, environ: Mapping[str, str] | None = None
) -> Iterator[PolicyServer]:
    """A server of its own, started as the command does it; ended by its own id. `environ` adds to the variables."""
    command = [str(pack / ".venv/bin/python"), "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(pack)]
    variables = {**os.environ, **(environ or {})}
    process = subprocess.Popen(command, cwd=pack, env=variables, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip()
        assert port.isdigit(), f"the policy server did not start: {command}"
        yield PolicyServer(f"127.0.0.1:{port}", mode)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def policy_servers(environ: Mapping[str, str] | None = None) -> Iterator[Mapping[Mode, PolicyServer]]:
    """A server for each command that starts the pack."""
    with ExitStack() as running:
        yield {mode: running.enter_context(policy_server(mode=mode, environ=environ)) for mode in Mode}


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
    for name, urns in resource.dependencies.items():
        made.propertyDependencies[name].urns.extend(urns)
    return made


def _found(diagnostic: Any) -> Found:
    level = analyzer_pb2.EnforcementLevel.Name(diagnostic.enforcementLevel).lower()
    return Found(diagnostic.policyName, level, diagnostic.message.partition("\n")[2], diagnostic.urn)
