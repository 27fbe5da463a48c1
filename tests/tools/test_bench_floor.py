"""The floor is one only while it registers what the program registers."""

from __future__ import annotations

import ast
import gc
import runpy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pulumi
import pytest
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import resource
from pulumi.runtime.mocks import MockMonitor

from catalog.images.catalogue import Catalogue
from components.declaration import NO_NOTICES, declare
from lifecycle.update import Update
from plan.observed import Observed, ObservedLab
from plan.plan import plan
from tests.components.registrations import registrations
from tests.support.yardsticks import settings_of_yardsticks
from tools.bench.pure import LAB_ACCOUNT
from tools.bench.scene import ROOT, floor_config
from tools.bench.workload import LOCATION, SUBSCRIPTION, Workload

FLOOR = ROOT / "tools" / "bench" / "floor" / "__main__.py"
# More images than the gallery names as its largest, and one of them with fewer versions.
WORKLOAD = Workload(16)
# Which names a state may have a resource under: the floor sends none. Where one is declared neither sends; only the
# SDK's derived class of a provider has it in the floor.
NOT_COMPARED = ("sourcePosition", "stackTrace", "aliases")
ALIASED = {"azure-native:authorization:RoleAssignment", "lab-image-gallery:index:LabAccountAttachment"}
# The one class of the floor that is derived from `CustomResource`.
PROVIDER = "pulumi:providers:azure-native"

Told = dict[str, Any]


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both programs change how this process looks for garbage and what it tells the engine; the floor is configured."""
    monkeypatch.setattr(pulumi.log, "debug", pulumi.log.debug)
    monkeypatch.setattr(resource, "_get_stack_trace", resource._get_stack_trace)
    monkeypatch.setattr(pulumi, "run", lambda begun: None)  # once in a process; here the mocks wait for all
    monkeypatch.setenv(NO_NOTICES, "true")
    thresholds = gc.get_threshold()
    pulumi.runtime.set_all_config(
        {f"lab-image-gallery:{key}": str(value) for key, value in floor_config(WORKLOAD).items()}
    )
    yield
    pulumi.runtime.set_all_config({})
    gc.set_threshold(*thresholds)


def ours() -> None:
    settings = settings_of_yardsticks("test")
    catalogue = Catalogue.model_validate(WORKLOAD.catalogue())
    observed = Observed(labs={LAB_ACCOUNT.lower(): ObservedLab(LAB_ACCOUNT, LOCATION)})
    declared = declare(Update(catalogue, settings, observed, plan(catalogue, settings, observed)))
    for name, value in declared.outputs.items():
        pulumi.export(name, value)


def floor() -> None:
    runpy.run_path(str(FLOOR))


def told(program: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> tuple[Told, Told]:
    """All that the engine is told of resources by `program`, each by type and name, and of the stack's outputs."""
    requests: Told = {}
    exported: Told = {}
    register = MockMonitor.RegisterResource

    def recorded(monitor: MockMonitor, request: Any) -> Any:
        content = MessageToDict(request)
        content["dependencies"] = sorted(content.get("dependencies", []))
        for dependencies in content.get("propertyDependencies", {}).values():
            dependencies.get("urns", []).sort()
        requests[f"{request.type}::{request.name}"] = content
        return register(monitor, request)  # type: ignore[no-untyped-call]

    def export(name: str, value: Any) -> None:
        pulumi.Output.from_input(value).apply(lambda known: exported.update({name: known}))

    with monkeypatch.context() as patched:
        patched.setattr(MockMonitor, "RegisterResource", recorded)
        patched.setattr(pulumi, "export", export)
        found = registrations(program)
    for key, registration in found.items():
        requests[key]["outputs"] = registration.outputs
    return requests, exported


def compared(requests: Mapping[str, Any]) -> Told:
    return {
        key: {name: value for name, value in content.items() if name not in NOT_COMPARED}
        for key, content in requests.items()
        if content["type"] != "pulumi:pulumi:Stack"
    }


def test_the_floor_tells_the_engine_what_the_program_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    (ours_sent, ours_exported), (floor_sent, floor_exported) = told(ours, monkeypatch), told(floor, monkeypatch)
    assert compared(floor_sent) == compared(ours_sent)
    assert floor_exported == ours_exported
    assert len(compared(floor_sent)) == 1 + 2 + 1 + 6 * 2 + 16 + 2 + 1
    assert set(floor_exported) == {
        "galleryId",
        "imageDefinitionIds",
        "latestDeclaredVersions",
        "targetRegions",
        "attachments",
    }


def test_the_floor_lacks_what_it_says_and_the_program_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    (floor_sent, _), (ours_sent, _) = told(floor, monkeypatch), told(ours, monkeypatch)
    declared = {key for key, content in ours_sent.items() if content["type"] != "pulumi:pulumi:Stack"}
    assert {ours_sent[key]["type"] for key in declared if ours_sent[key].get("aliases")} == ALIASED
    assert not any(ours_sent[key]["stackTrace"] for key in declared)
    assert not any(floor_sent[key].get("aliases") for key in declared)
    assert [key for key in declared if floor_sent[key]["stackTrace"]] == [f"{PROVIDER}::azure-native:{SUBSCRIPTION}"]


def test_the_floor_imports_nothing_but_the_sdk_of_the_protocol() -> None:
    tree = ast.parse(FLOOR.read_text(encoding="utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported == {"asyncio", "gc", "pulumi"}
