"""Cases: valid programs of every kind with up to three mutations, each wholly determined by its seed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from tests.policies.attacks import other_routes, templates
from tests.policies.attacks.generator.oracle import SideDoor, judged
from tests.policies.attacks.generator.values import Sure
from tests.policies.attacks.programs import (
    changed,
    child_definition,
    child_version,
    component,
    definition,
    deployed,
    labs,
    one_region,
    only_version,
    our_gallery,
    raw_lab_plan,
    tags,
    unmade,
)
from tests.policies.attacks.row import Verdict
from tests.policies.attacks.tokens import COMPUTE_TOKENS
from tests.policies.inputs import COMPUTE, LAB_IMAGE, LAB_PLAN, attachment, region, version
from tests.support.policy_server import (
    UNKNOWN_LIST,
    UNKNOWN_NUMBER,
    UNKNOWN_OBJECT,
    UNKNOWN_TEXT,
    Declared,
    Mode,
    secret,
)

MOST_MUTATIONS: Final = 3
SIZES: Final = (1, 64, 127, 127.9, 128, 129, 256, 0, -1, None)
VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, [], {}, "", " ", "x", 0, -1, 1, 1.5, 64, 127, 128, 256, 101, 1e9),
    *(UNKNOWN_TEXT, UNKNOWN_NUMBER, UNKNOWN_LIST, UNKNOWN_OBJECT, ["x"], {"x": 1}, "64", "128", "0064", "6 4"),
    *("koreacentral", "Korea South", "japaneast", "eastus", "atlantis", "V1", "V2", "Arm64", "TrustedLaunch"),
    *("Standard", "Windows", "Specialized", "lab_services", "other", ["other"], ["avd"]),
    *("1.0.0", "2.0.0", "external", secret(64), secret(256), secret("V2"), [{"lun": 0}], {"uefiSettings": {}}),
)
SOURCES: Final = ("snapshot", "disk", "vm", "managed_image", "gallery_version")
DOORS: Final = tuple(
    SideDoor(row.program[0], row.verdict is Verdict.REFUSED)
    for route in (other_routes, templates)
    for row in route.rows()
    if len(row.program) == 1
)
Path = tuple[Any, ...]


@dataclass(frozen=True)
class Case:
    """A program, the command that judges it, what was done to it, and what the oracle says."""

    seed: int
    mode: Mode
    program: tuple[Declared, ...]
    done: tuple[str, ...]
    sure: Sure


def case(seed: int) -> Case:
    """The case of a seed."""
    rng = Random(seed)
    mode = rng.choice((*(Mode.PREVIEW,) * 3, Mode.STATE))
    there = 1 if mode is Mode.STATE else 0.3
    program = [*_raw(rng, there), *_ours(rng, there), *_beside(rng)]
    done = [_mutate(rng, program) for _ in range(rng.randint(0, MOST_MUTATIONS)) if program]
    doors = [rng.choice(DOORS)] if rng.random() < 0.1 else []
    made = (*program, *(door.resource for door in doors))
    done += [f"and {door.resource.type}" for door in doors]
    return Case(seed, mode, made, tuple(done), judged(program, mode, doors))


def _raw(rng: Random, there: float) -> Iterator[Declared]:
    """A definition and up to two versions under any token, each deployed with this probability."""
    if rng.random() < 0.3:
        return
    name = {"galleryImageName": "raw"}
    said = {"lab-consumers": "other"} if rng.random() < 0.2 else {}
    yield definition({**name, "tags": dict(said)}, rng.choice(COMPUTE_TOKENS).format("GalleryImage"), "raw")
    for number in range(1, rng.randint(1, 2) + 1):
        changes = {
            **name,
            "galleryImageVersionName": f"{number}.0.0",
            "tags": {**tags(), **said},
            "publishingProfile": one_region(regionalReplicaCount=rng.randint(1, 3)),
        }
        token = rng.choice(COMPUTE_TOKENS).format("GalleryImageVersion")
        yield only_version(changes, token, f"raw-{number}", **({"size": 64} if rng.random() < there else {}))


def _ours(rng: Random, there: float) -> Iterator[Declared]:
    """A component with up to two versions, and what it declares; versions are deployed with this probability."""
    if rng.random() < 0.3:
        return
    source = rng.choice(SOURCES)
    entries = [
        version(version=f"{number}.0.0", source={"kind": source, "id": f"{COMPUTE}/x/y"}, targetRegions=[region()])
        for number in range(1, rng.randint(1, 2) + 1)
    ]
    consumers = rng.choice([["lab_services"], ["lab_services"], None, ["other"], ["other", "lab_services"]])
    image = component(*entries, consumers=consumers, newestUsableVersion=rng.choice([None, "1.0.0"]))
    yield image
    yield child_definition(image)
    for entry in entries:
        child = child_version(image, entry)
        yield replace(child, outputs=deployed(child.inputs)) if rng.random() < there else child


def _beside(rng: Random) -> Iterator[Declared]:
    """Labs and a gallery."""
    covered = attachment(imageRegions={"gis": ["koreacentral"]})
    for resource in (labs(), Declared(LAB_PLAN, "lab-plan", covered, {}), raw_lab_plan("koreacentral"), our_gallery()):
        if rng.random() < 0.2:
            yield resource


def _mutate(rng: Random, program: list[Declared]) -> str:
    """Change the program in one place; what was done, in words."""
    at = rng.randrange(len(program))
    resource = program[at]
    if rng.random() < 0.05:
        program[:] = [each for each in program if each is not resource and each.parent_urn != resource.urn]
        return f"without {resource.name} ({resource.type})"
    if rng.random() < 0.15 and (resource.outputs or {}).get("provisioningState") == "Succeeded":
        size = rng.choice(SIZES)
        program[at] = replace(resource, outputs=deployed(resource.inputs, size))
        return f"{resource.name} deployed with {size} GB"
    if rng.random() < 0.05 and "galleryImageVersionName" in resource.inputs:
        program[at] = replace(resource, outputs=changed(resource.inputs))
        return f"{resource.name} is there and changed"
    inputs = copy.deepcopy(dict(resource.inputs))
    path = rng.choice([path for path in _paths(inputs) if _may_change(resource, path)] or [("description",)])
    value = rng.choice(VALUES)
    gone = rng.random() < 0.15
    _put(inputs, path, value, gone=gone)
    program[at] = replace(resource, inputs=inputs, outputs=_outputs(resource, inputs))
    return f"{resource.name}: {'.'.join(map(str, path))} {'gone' if gone else repr(value)}"


def _may_change(resource: Declared, path: Path) -> bool:
    """Whether the page says what a change here comes to: it does not say what a raw lab plan must look like."""
    return not resource.type.endswith(":labservices:LabPlan") or path == ("labPlanName",)


def _paths(value: Any) -> Iterator[Path]:
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (key,)
        yield from ((key, *path) for path in _paths(item))


def _put(inputs: Any, path: Path, value: Any, *, gone: bool) -> None:
    for key in path[:-1]:
        inputs = inputs[key]
    if gone:
        inputs.pop(path[-1]) if isinstance(inputs, list) else inputs.pop(path[-1], None)
    else:
        inputs[path[-1]] = copy.deepcopy(value)


def _outputs(resource: Declared, inputs: dict[str, Any]) -> Any:
    """The outputs that go with changed inputs; what is deployed stays as it is."""
    if resource.type == LAB_IMAGE:
        return {"image": inputs.get("image"), "consumers": inputs.get("consumers")}
    if resource.outputs and resource.outputs.get("provisioningState") == UNKNOWN_TEXT:
        return unmade(inputs)
    if resource.outputs and "tags" in resource.outputs:
        return {**resource.outputs, "tags": inputs.get("tags")}
    return resource.outputs
