"""Advice never makes things worse: nothing that Azure never changes is to be written, and no name is left to guess."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from catalog.stacks.settings import SettingsError
from inventory.arm.error import from_answer
from plan.conflict import PlanRefused
from plan.definition import FIXED, definition_of
from plan.observed import Observed, ObservedSource
from plan.plan import plan
from tests.support import builders
from tests.support.builders import COMPUTE, SNAPSHOT
from tests.support.scripted_arm import arm_error

MACHINE = f"{COMPUTE}/virtualMachines/build-gis"
REAL = "11111111-2222-3333-4444-555555555555"


def remedies(image: dict[str, Any], observed: Observed, **changes: object) -> list[str]:
    try:
        plan(builders.catalogue(gis=image), builders.settings(**changes), observed)
    except PlanRefused as refused:
        return [conflict.remedy for conflict in refused.conflicts]
    return []


@pytest.mark.parametrize("published", [False, True])
@pytest.mark.parametrize("consumers", [["lab_services"], ["other"]])
def test_a_machine_that_is_not_generalized_is_generalized_first(published: bool, consumers: list[str]) -> None:
    image = builders.image(consumers=consumers, versions={"1.1.0": builders.version(source={"vm": MACHINE})})
    seen = builders.observed_source(id=MACHINE, os_state="Specialized")
    gallery = builders.observed_gallery(*([builders.observed_definition(versions={})] if published else []))
    observed = Observed(gallery=gallery, sources={MACHINE.lower(): seen})
    (advice,) = remedies(image, observed, subscriptionId=REAL)[-1:]
    assert "os_state: Specialized" not in advice
    assert advice.startswith("Generalize the machine's system (Sysprep, or waagent -deprovision+user)")
    (sandbox,) = remedies(image, observed)
    assert f'`sandbox/arm POST "{MACHINE}/generalize?api-version=' in sandbox


def test_a_machine_of_another_system_need_not_be_generalized() -> None:
    image = builders.image(versions={"1.1.0": builders.version(source={"vm": MACHINE})})
    seen = builders.observed_source(id=MACHINE, os_state="Specialized", os_type="Windows")
    found = remedies(image, Observed(sources={MACHINE.lower(): seen}))
    assert len(found) == 2
    assert not any("Generalize" in advice for advice in found)


@pytest.mark.parametrize(("number", "published"), [("1.0.0", True), ("0.9.0", False)])
def test_a_managed_image_makes_no_published_image_generalized(number: str, published: bool) -> None:
    managed = builders.version(source={"managed_image": f"{COMPUTE}/images/gis"})
    versions = {"1.1.0": managed} | ({number: builders.version(source={"existing": True})} if published else {})
    with pytest.raises(ValidationError) as refused:
        builders.catalogue(gis=builders.image(os_state="Specialized", versions=versions))
    assert ("write os_state: Generalized if the image is new" in str(refused.value)) is not published


VALUES: dict[str, list[Any]] = {
    "os_type": ["Linux", "Windows"],
    "os_state": ["Generalized", "Specialized"],
    "hyper_v_generation": ["V1", "V2"],
    "architecture": ["x64", "Arm64"],
    "security_type": ["Standard", "TrustedLaunch"],
    "purchase_plan": [None, ("a", "b", "c"), ("a", "b", "d")],
    "eula": [None, "one", "two"],
    "privacy_statement_uri": [None, "https://contoso.example/one", "https://contoso.example/two"],
}


def properties() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({key: st.sampled_from(values) for key, values in VALUES.items()})


def is_possible(values: dict[str, Any]) -> bool:
    """Whether Azure, and so the catalogue, knows such images."""
    return values["hyper_v_generation"] == "V2" or (values["architecture"], values["security_type"]) == (
        "x64",
        "Standard",
    )


def written(values: dict[str, Any]) -> dict[str, Any]:
    """The keys of the catalogue with these values."""
    found = {key: value for key, value in values.items() if value is not None}
    if "purchase_plan" in found:
        found["purchase_plan"] = dict(zip(("name", "product", "publisher"), found["purchase_plan"], strict=True))
    return found


@settings(max_examples=300, deadline=None)
@given(properties().filter(is_possible), properties(), properties(), st.sampled_from(["snapshot", "vm"]), st.booleans())
def test_nothing_that_is_fixed_is_to_be_written_otherwise(
    wanted: dict[str, Any], there: dict[str, Any], found: dict[str, Any], kind: str, for_labs: bool
) -> None:
    source = SNAPSHOT if kind == "snapshot" else MACHINE
    consumers = ["lab_services" if for_labs else "other"]
    versions = {"1.1.0": builders.version(source={kind: source})}
    image = builders.image(consumers=consumers, versions=versions, **written(wanted))
    told = {key: found[key] for key in ("os_type", "os_state", "hyper_v_generation", "purchase_plan")}
    definition = replace(definition_of(builders.catalogue(gis=image).images["gis"]), **there)
    observed = Observed(
        gallery=builders.observed_gallery(replace(builders.observed_definition(), definition=definition, versions={})),
        sources={source.lower(): builders.observed_source(id=source, **told)},
    )
    for advice in remedies(image, observed):
        for key, value in re.findall(r"[Ww]rite (\w+): (\{[^}]*\}|[^ ,;]+)", advice):
            if key in FIXED:
                plan_of = written(there).get("purchase_plan", {})
                flow = f"{{{', '.join(f'{name}: {part}' for name, part in plan_of.items())}}}"
                assert value == (flow if key == "purchase_plan" else there[key])


NAMED = {
    "MissingSubscriptionRegistration": (
        409,
        "The subscription is not registered to use namespace 'Microsoft.KeyVault'. See https://aka.ms/rps-not-found",
        "--namespace Microsoft.KeyVault`",
    ),
    "ResourceGroupNotFound": (404, "Resource group 'g' could not be found.", "--name g --location"),
    "AuthorizationFailed": (
        403,
        "The client with object id 'o1' may not perform action 'Microsoft.Compute/galleries/read' over scope '/s'.",
        '--assignee o1 --role "Reader" --scope /s`',
    ),
    "InvalidAuthenticationTokenTenant": (
        401,
        "From the wrong issuer 'https://sts.windows.net/t1/'. It must match the tenant 'https://sts.windows.net/t2/'.",
        "`az login --tenant t2`",
    ),
    "NoRegisteredProviderFound": (400, "No registered resource provider.", "--namespace Microsoft.Compute`"),
}
PATH = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/snapshots/a"
PLACEHOLDER = re.compile(r"\b(NAME|GROUP|NAMESPACE|SUBSCRIPTION|TENANT|YOUR-OBJECT-ID|OS-DISK-ID|SNAPSHOT-ID|COPY)\b")


@pytest.mark.parametrize("code", NAMED)
def test_what_azure_or_the_request_names_stands_in_the_command(code: str) -> None:
    status, message, expected = NAMED[code]
    advice = from_answer(status, json.dumps(arm_error(code, message)), "GET", PATH).advice
    assert expected in advice
    assert not PLACEHOLDER.search(advice)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("snapshot", "snapshots/one"),
        ("disk", "disks/one"),
        ("vm", "virtualMachines/one"),
        ("managed_image", "images/one"),
        ("gallery_version", "galleries/other/images/gis/versions/1.0.0"),
    ],
)
def test_the_way_to_another_region_leaves_no_name_to_guess(kind: str, name: str) -> None:
    source = f"{COMPUTE}/{name}"
    image = builders.image(versions={"1.0.0": builders.version(source={kind: source})})
    seen = builders.observed_source(id=source, region="japaneast")
    (advice,) = remedies(image, Observed(sources={source.lower(): seen}))
    assert not PLACEHOLDER.search(advice)


def test_a_source_that_is_being_published_is_waited_for() -> None:
    source = f"{COMPUTE}/galleries/other/images/base/versions/1.0.0"
    image = builders.image(versions={"1.1.0": builders.version(source={"gallery_version": source})})
    seen = ObservedSource(source, failure="its state is Creating", missing=True, unfinished=True)
    (advice,) = remedies(image, Observed(sources={source.lower(): seen}))
    assert advice.startswith("Wait until it is published")
    assert "Correct the id" not in advice


@pytest.mark.parametrize(
    ("values", "advice"),
    [
        (
            {"tags": {f"name{number}": "x" for number in range(51)}},
            "take one out with: pulumi config rm --path tags.NAME",
        ),
        ({"tags": {"Course": "x", "course": "y"}}, "take one out with: pulumi config rm --path tags.NAME"),
        (
            {"storageAccountType": {"koreacentrall": "Standard_LRS"}},
            "take it out with: pulumi config rm --path storageAccountType.koreacentrall",
        ),
    ],
)
def test_nothing_is_set_that_leaves_a_setting_wrong(values: dict[str, Any], advice: str) -> None:
    with pytest.raises(SettingsError) as refused:
        builders.settings(**values)
    assert advice in str(refused.value)
    assert "set it with" not in str(refused.value)
