"""What `labs check` and the plan let through, Azure takes: no refusal by the emulator, whose rules are Azure's.

And the other way round: what they refuse, the emulator refuses in what the components would have sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from pydantic import ValidationError

from catalog.stacks.settings import Settings, SettingsError
from components.gallery import Gallery
from components.lab_image import LabImage
from plan.conflict import PlanRefused
from plan.definition import Feature
from plan.observed import Observed, ObservedSource
from plan.plan import plan
from plan.planned import Plan, PlannedImage, PlannedRegion, PlannedSource
from sandbox.emulator.emulator import Emulator
from sandbox.emulator.message import Answer, Request
from sandbox.emulator.rules import LEDGER
from sandbox.emulator.types.type_table import TYPES
from tests.components.registrations import registrations
from tests.support import builders as inputs
from tests.support.builders import COMPUTE, SUBSCRIPTION

ACCOUNT = f"{COMPUTE.rpartition('/')[0]}/Microsoft.Storage/storageAccounts/contoso"
USED = "2024-03-03"
HERE, ELSEWHERE = "koreacentral", "eastus"


@dataclass(frozen=True)
class Source:
    """A source as the catalogue names it, with what Azure shows of it; `seen` is None for a VHD."""

    named: dict[str, Any]
    os_type: str
    os_state: str
    generation: str
    seen: ObservedSource | None = None


class Azure:
    """The emulator in this process, with sources of every kind."""

    def __init__(self, directory: Path) -> None:
        self._emulator = Emulator(directory)
        self._numbers = count()
        self.sources = [source for each in self._made() for source in each]

    def put(self, resource_id: str, body: dict[str, Any]) -> Answer:
        kind, _, _ = resource_id.rpartition("/providers/")[2].partition("/")
        types = "/".join(resource_id.rpartition("/providers/")[2].split("/")[1::2])
        versions = TYPES[f"{kind}/{types}".lower()].api_versions
        version = USED if USED in versions else max(versions)
        target, content = f"{resource_id}?api-version={version}", json.dumps(body).encode()
        answer = self._emulator.handle(Request("PUT", target, {"authorization": "Bearer x"}, content, "http://sandbox"))
        assert answer is not None
        return answer

    def close(self) -> None:
        self._emulator.close()

    def new_gallery(self) -> str:
        """The name of a gallery that is not there yet."""
        return f"gallery{next(self._numbers)}"

    def _made(self) -> Iterator[list[Source]]:
        for os_type in ("Linux", "Windows"):
            for generation in ("V1", "V2"):
                for size in (64, 4096):
                    for region in (HERE, ELSEWHERE):
                        yield self._disks(os_type, generation, size, region)
                yield self._whole(os_type, generation)
        hosts = ("contoso.blob.core.windows.net", "contoso.z12.blob.storage.azure.net", "images.contoso.example")
        for host in (*hosts, "fabrikam.blob.core.windows.net", "fabrikam.z0.blob.storage.azure.net"):
            vhd = {"storage_account": ACCOUNT, "uri": f"https://{host}/vhds/a.vhd"}
            yield [Source({"vhd": vhd}, "Linux", "Generalized", "V1")]

    def _disks(self, os_type: str, generation: str, size: int, region: str) -> list[Source]:
        found = []
        for kind, key in (("disks", "disk"), ("snapshots", "snapshot")):
            resource_id = f"{COMPUTE}/{kind}/{os_type}-{generation}-{size}-{region}"
            made = {"osType": os_type, "hyperVGeneration": generation, "diskSizeGB": size}
            body = {"location": region, "properties": {"creationData": {"createOption": "Import"}, **made}}
            assert self.put(resource_id, body).status < 400
            seen = ObservedSource(resource_id, region, os_type, None, generation, None, None, size, 0)
            found.append(Source({key: resource_id}, os_type, "Generalized", generation, seen))
        return found

    def _whole(self, os_type: str, generation: str) -> list[Source]:
        disk = f"{COMPUTE}/disks/{os_type}-{generation}-64-{HERE}"
        on_disk = {"storageProfile": {"osDisk": {"osType": os_type, "managedDisk": {"id": disk}}}}
        machine = f"{COMPUTE}/virtualMachines/{os_type}-{generation}"
        assert self.put(machine, {"location": HERE, "properties": on_disk}).status < 400
        os_disk = {"osType": os_type, "osState": "Generalized", "diskSizeGB": 64}
        image = f"{COMPUTE}/images/{os_type}-{generation}"
        properties = {"hyperVGeneration": generation, "storageProfile": {"osDisk": os_disk}}
        assert self.put(image, {"location": HERE, "properties": properties}).status < 400
        facts = (os_type, "Specialized", generation, None, None, 64, 0)
        return [
            Source({"vm": machine}, os_type, "Specialized", generation, ObservedSource(machine, HERE, *facts)),
            Source(
                {"managed_image": image},
                os_type,
                "Generalized",
                generation,
                ObservedSource(image, HERE, os_type, "Generalized", generation, None, None, 64, 0),
            ),
        ]


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    made = Azure(tmp_path_factory.mktemp("azure"))
    yield made
    made.close()


def sent(planned: Plan) -> Iterator[tuple[str, dict[str, Any]]]:
    """The id and body of each gallery, definition and version, as the components declare them for the provider."""

    def program() -> None:
        gallery = Gallery(planned)
        for image in planned.images:
            LabImage(image, planned, gallery)

    steps = (("galleries", "galleryName"), ("images", "galleryImageName"), ("versions", "galleryImageVersionName"))
    for each in registrations(program).values():
        if not each.type.startswith("azure-native:compute:"):
            continue
        given = _whole_numbers(each.inputs)
        names = [(step, given.pop(key)) for step, key in steps if key in given]
        path = "".join(f"/{step}/{name}" for step, name in names)
        body = {key: given.pop(key) for key in ("location", "tags") if key in given}
        group = given.pop("resourceGroupName")
        resource_id = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Compute{path}"
        yield resource_id, {**body, "properties": given}


def _whole_numbers(value: Any) -> Any:
    """A value without the fractions that the engine's protocol gives every number."""
    if isinstance(value, dict):
        return {key: _whole_numbers(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_whole_numbers(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def refusals(planned: Plan, azure: Azure) -> list[tuple[str, str]]:
    """The rule and the message of each refusal."""
    answers = [azure.put(resource_id, body) for resource_id, body in sent(planned)]
    return [
        (answer.headers.get("x-sandbox-rule", ""), answer.body["error"]["message"])
        for answer in answers
        if answer.status >= 400
    ]


# --- What passes is accepted

TAG_NAMES = st.sampled_from(["course", "Course", "COURSE", "term", "Term", "cost centre"])
TAGS = st.dictionaries(TAG_NAMES, st.just("x"), max_size=3) | st.builds(
    lambda first, number: {f"tag-{each}": "x" for each in range(first, first + number)},
    st.integers(0, 40),
    st.sampled_from([10, 30, 48, 49]),
)
REGIONS = st.lists(st.sampled_from(["koreasouth", "japaneast", "westus", "swedencentral"]), min_size=1, unique=True)
SECURITY = st.sampled_from(
    [
        "TrustedLaunch",
        "TrustedLaunchSupported",
        "ConfidentialVM",
        "ConfidentialVmSupported",
        "TrustedLaunchAndConfidentialVmSupported",
    ]
)
COUNTS = st.integers(1, 60)
BY_REGION = st.dictionaries(st.sampled_from(["koreacentral", "koreasouth"]), COUNTS, min_size=1)
OF_IMAGES = {
    "architecture": st.just("Arm64"),
    "security_type": SECURITY,
    "hyper_v_generation": st.sampled_from(["V1", "V2"]),
    "os_type": st.sampled_from(["Linux", "Windows"]),
    "os_state": st.sampled_from(["Generalized", "Specialized"]),
    "tags": TAGS,
    "description": st.text(max_size=20),
    "recommended": st.sampled_from([{"vcpus": [1, 80]}, {"memory_gb": [4, 640]}, {"memory_gb": [4096, 8192]}]),
    "eula": st.just("https://example.org/eula"),
    "disallowed_disk_types": st.just(["UltraSSD_LRS"]),
    "end_of_life": st.just("2099-01-31"),
}
OF_VERSIONS = {
    "tags": TAGS,
    "os_disk_size_gb": st.sampled_from([64, 2048, 4096, 122880]),
    "target_regions": st.sampled_from(["home", "paired", "geography"]) | REGIONS,
    "replicas_per_region": COUNTS | BY_REGION,
    "storage_account_type": st.sampled_from(["Standard_ZRS", "Premium_LRS"]),
    "exclude_from_latest": st.booleans() | st.just(["koreasouth"]),
    "end_of_life": st.just("2099-01-31"),
}
OF_STACKS = {
    "tags": TAGS,
    "replicasPerRegion": COUNTS,
    "storageAccountType": st.sampled_from(["Standard_ZRS", "Premium_LRS"]),
    "targetRegions": st.sampled_from(["home", "geography"]) | REGIONS,
    "location": st.just(ELSEWHERE),
}


def some(values: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """At most two keys with a value each: more would seldom be accepted."""
    keys = st.lists(st.sampled_from(sorted(values)), max_size=2, unique=True)
    return keys.flatmap(lambda chosen: st.fixed_dictionaries({key: values[key] for key in chosen}))


Changes = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
"""Keys of an image, of its version and of its stack, with their values."""

CHANGES: st.SearchStrategy[Changes] = st.one_of(
    st.tuples(some(OF_IMAGES), some(OF_VERSIONS), some(OF_STACKS)),
    st.tuples(*[st.fixed_dictionaries({"tags": TAGS})] * 3),
    st.tuples(st.fixed_dictionaries({"security_type": SECURITY}), st.just({}), st.just({})),
)


def as_planned(image: dict[str, Any], stack: dict[str, Any], source: Source, azure: Azure) -> Plan | None:
    """The plan of a catalogue with this one image; None if something is refused."""
    seen = {source.seen.id.lower(): source.seen} if source.seen is not None else {}
    try:
        settings: Settings = inputs.settings(**{"labAccountIds": [], "galleryName": azure.new_gallery(), **stack})
        return plan(inputs.catalogue(gis=image), settings, Observed(sources=seen))
    except (ValidationError, SettingsError, PlanRefused):
        return None


def test_what_passes_is_accepted(azure: Azure) -> None:
    passed: list[bool] = []

    @profile(max_examples=160, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(range(len(azure.sources))), CHANGES)
    def every_plan_is_accepted(chosen: int, changes: Changes) -> None:
        source, (of_image, of_version, of_stack) = azure.sources[chosen], changes
        facts = {"os_type": source.os_type, "os_state": source.os_state, "hyper_v_generation": source.generation}
        version = inputs.version(source=source.named, **of_version)
        image = inputs.image(**{**facts, "consumers": ["other"], **of_image, "versions": {"1.0.0": version}})
        planned = as_planned(image, of_stack, source, azure)
        passed.append(planned is not None)
        assert planned is None or refusals(planned, azure) == []

    every_plan_is_accepted()
    assert passed.count(True) > 20
    assert passed.count(False) > 20


# --- What is refused would have been refused

Change = Callable[[PlannedImage], PlannedImage]


def of_definition(**changes: Any) -> Change:
    return lambda image: replace(image, definition=replace(image.definition, **changes))


def of_version(**changes: Any) -> Change:
    return lambda image: replace(image, versions=tuple(replace(version, **changes) for version in image.versions))


def secure(kind: str) -> Change:
    return lambda image: replace(image, features=(Feature("SecurityType", kind),))


def modern_from(kind: str, resource_id: str) -> Change:
    from_there = of_version(source=PlannedSource(kind, resource_id, None))
    modern = of_definition(hyper_v_generation="V2")
    return lambda image: from_there(secure("ConfidentialVmSupported")(modern(image)))


def many(number: int) -> dict[str, str]:
    return {f"tag-{each}": "x" for each in range(number)}


DISK = f"{COMPUTE}/disks/Linux-V2-64-{HERE}"
MACHINE = f"{COMPUTE}/virtualMachines/Linux-V2"
VHD = {"storage_account": ACCOUNT, "uri": "https://fabrikam.blob.core.windows.net/vhds/a.vhd"}
ZONES = tuple(PlannedRegion(name, 51, "Standard_LRS", False) for name in (HERE, "koreasouth"))
MODERN = {"hyper_v_generation": "V2", "security_type": "ConfidentialVmSupported"}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], Change, str]] = {
    "Arm64 of generation 1": (
        {"architecture": "Arm64"},
        {},
        of_definition(architecture="Arm64"),
        "definition-generation",
    ),
    "Trusted Launch of generation 1": (
        {"security_type": "TrustedLaunch"},
        {},
        secure("TrustedLaunch"),
        "definition-generation",
    ),
    "too many tags": (
        {"tags": many(30)},
        {"tags": {f"more-{each}": "x" for each in range(30)}},
        of_version(tags=many(60)),
        "tags-count",
    ),
    "tags that are one": (
        {"tags": {"Course": "x"}},
        {"tags": {"course": "x"}},
        of_version(tags={"Course": "x", "course": "x"}),
        "tags-case",
    ),
    "too many replicas": ({}, {"replicas_per_region": 51}, of_version(target_regions=ZONES), "replicas-total"),
    "a blob of another account": (
        {},
        {"source": {"vhd": VHD}},
        of_version(source=PlannedSource("vhd", ACCOUNT, VHD["uri"])),
        "source-vhd-account",
    ),
    **{
        f"a {kind} for a generic image": (
            MODERN,
            {"source": {kind: resource_id}},
            modern_from(kind, resource_id),
            "version-security-type",
        )
        for kind, resource_id in (("disk", DISK), ("vm", MACHINE))
    },
    "a disk that is too large": (
        {},
        {"source": {"disk": f"{COMPUTE}/disks/Linux-V1-4096-{HERE}"}},
        of_version(source=PlannedSource("disk", f"{COMPUTE}/disks/Linux-V1-4096-{HERE}", None)),
        "version-size",
    ),
}


@pytest.mark.parametrize(("image", "version", "change", "rule"), CASES.values(), ids=CASES)
def test_what_is_refused_azure_would_have_refused(
    azure: Azure, image: dict[str, Any], version: dict[str, Any], change: Change, rule: str
) -> None:
    good = inputs.version(source={"snapshot": f"{COMPUTE}/snapshots/Linux-V1-64-{HERE}"})
    source = next(each for each in azure.sources if each.named == good["source"])
    planned = as_planned(inputs.image(consumers=["other"], versions={"1.0.0": good}), {}, source, azure)
    assert planned is not None
    wrong = inputs.image(consumers=["other"], **image, versions={"1.0.0": {**good, **version}})
    facts = [each for each in azure.sources if each.named == version.get("source")] or [source]
    assert as_planned(wrong, {}, facts[0], azure) is None
    changed = replace(planned, images=tuple(map(change, planned.images)))
    assert rule in LEDGER
    assert next(found for found, _ in refusals(changed, azure)) == rule
