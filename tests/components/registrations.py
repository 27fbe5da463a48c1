"""Every registration that a program sends to the engine, recorded by a monitor in its place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pulumi
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.mocks import MockMonitor, MockResourceArgs, Mocks, set_mocks

PROVIDER_KEY = "__provider"


class _Azure(Mocks):
    """Answers each registration with its own inputs and an id that tells the resource."""

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        return f"id-of-{args.name}", dict(args.inputs)

    def call(self, args: object) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        raise AssertionError("no look-up goes through the provider")


class _Monitor(MockMonitor):
    def __init__(self) -> None:
        super().__init__(_Azure())
        self.requests: list[Any] = []
        self.outputs: dict[str, Any] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - named by the SDK
        self.requests.append(request)
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - named by the SDK
        self.outputs[request.urn] = MessageToDict(request.outputs)
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Registration:
    """One resource as it is registered; URNs are shortened to `type::name`.

    `release` is that of the provider's plugin, `calls` how many led to the resource.
    """

    type: str
    name: str
    parent: str
    provider: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    options: dict[str, Any]
    aliases: tuple[str, ...]
    release: str
    calls: int


def registrations(program: Callable[[], object], *, preview: bool = False) -> dict[str, Registration]:
    """Run `program` without an engine; what it registers, by `type::name`, in order of registration."""
    monitor = _Monitor()
    ran: list[bool] = []

    def run() -> None:
        program()
        ran.append(True)

    with _event_loop():
        set_mocks(_Azure(), project="lab-image-gallery", stack="test", preview=preview, monitor=monitor)
        pulumi.runtime.test(run)()  # type: ignore[no-untyped-call]
    assert ran, "the program was not run"
    found = [_registration(request, monitor) for request in monitor.requests if request.type != "pulumi:pulumi:Stack"]
    return {f"{item.type}::{item.name}": item for item in found}


@contextmanager
def _event_loop() -> Iterator[None]:
    """The event loop that the SDK's mocks take for granted; Python makes none by itself from 3.14 on."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def _registration(request: Any, monitor: _Monitor) -> Registration:
    inputs = MessageToDict(request.object)
    inputs.pop(PROVIDER_KEY, None)
    urn = monitor.make_urn(request.parent, request.type, request.name)
    options = {
        "protect": request.protect if request.HasField("protect") else None,
        "dependsOn": sorted(_short(dependency) for dependency in request.dependencies),
        "importId": request.importId,
        "ignoreChanges": list(request.ignoreChanges),
        "replaceOnChanges": list(request.replaceOnChanges),
        "deleteBeforeReplace": request.deleteBeforeReplace,
        "retainOnDelete": request.retainOnDelete,
        "customTimeouts": MessageToDict(request.customTimeouts),
    }
    return Registration(
        type=request.type,
        name=request.name,
        parent=_short(request.parent),
        provider=_short(request.provider.rpartition("::")[0]),
        inputs=inputs,
        outputs=monitor.outputs.get(urn, {}),
        options={key: value for key, value in options.items() if value not in (None, "", [], {}, False)}
        | ({"protect": False} if options["protect"] is False else {}),
        aliases=tuple(alias.spec.type or alias.spec.name or alias.urn for alias in request.aliases),
        release=request.version,
        calls=len(request.stackTrace.frames),
    )


def _short(urn: str) -> str:
    if not urn:
        return ""
    _, _, types, name = urn.split("::", maxsplit=3)
    return f"{types.rpartition('$')[2]}::{name}"
