"""What is declared by type is what the classes of azure-native's SDK would declare."""

from __future__ import annotations

import importlib
import typing
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import pulumi
import pytest
from pulumi import _types
from pulumi_azure_native.provider import Provider

from components.azure_resource import AzureResource, azure_native
from tests.components.golden import declare
from tests.components.registrations import Registration, registrations
from tests.components.representative import representative_plan

DECLARED = {
    key: item
    for key, item in registrations(lambda: declare(representative_plan())).items()
    if item.type.startswith("azure-native:")
}


def test_every_type_is_there() -> None:
    assert {item.type.removeprefix("azure-native:") for item in DECLARED.values()} == {
        "authorization:ManagementLockByScope",
        "authorization:RoleAssignment",
        "compute:Gallery",
        "compute:GalleryImage",
        "compute:GalleryImageVersion",
        "labservices:LabPlan",
        "resources:ResourceGroup",
    }


@pytest.mark.parametrize("key", sorted(DECLARED))
def test_the_sdk_registers_the_same_inputs(key: str) -> None:
    """A name that the SDK does not know, at any depth, is a KeyError; a required one that is missing a TypeError."""
    declared = DECLARED[key]
    (found,) = registrations(lambda: _through_the_sdk(declared)).values()
    assert (found.type, found.name, found.inputs) == (declared.type, declared.name, declared.inputs)


@pytest.mark.parametrize("inputs", [{"galleryName": "lab_images", "resourceGroup": "galleries"}, {"location": "x"}])
def test_what_the_sdk_would_refuse_is_noticed(inputs: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError)):
        registrations(lambda: _through_the_sdk(DECLARED["azure-native:compute:Gallery::gallery"], inputs))


def test_the_provider_and_its_release_are_those_of_the_sdk() -> None:
    inputs = {"subscriptionId": "1", "environment": "usgovernment"}
    (ours,) = registrations(lambda: azure_native("azure", inputs, None)).values()
    (theirs,) = registrations(lambda: Provider("azure", subscription_id="1", environment="usgovernment")).values()
    assert replace(ours, calls=0) == replace(theirs, calls=0)
    assert ours.release == version("pulumi_azure_native")


def test_a_resource_says_which_release_of_the_provider_it_needs() -> None:
    assert {item.release for item in DECLARED.values()} == {version("pulumi_azure_native")}


def test_no_resource_has_an_alias_of_an_old_api_version() -> None:
    (bare,) = registrations(lambda: _through_the_sdk(DECLARED["azure-native:compute:Gallery::gallery"])).values()
    assert "azure-native:compute/v20220303:Gallery" in bare.aliases
    assert {alias for item in DECLARED.values() for alias in item.aliases if "/v20" in alias} == set()


def test_aliases_of_others_survive() -> None:
    opts = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="before"), "urn:pulumi:a::b::c::d"])
    (found,) = registrations(lambda: AzureResource("compute:Gallery", "gallery", {}, opts)).values()
    assert set(found.aliases) == {"before", "urn:pulumi:a::b::c::d"}


def _through_the_sdk(declared: Registration, inputs: Mapping[str, Any] | None = None) -> None:
    module_name, name = declared.type.removeprefix("azure-native:").split(":")
    module = importlib.import_module(f"pulumi_azure_native.{module_name}")
    arguments = _arguments(getattr(module, f"{name}Args"), declared.inputs if inputs is None else inputs)
    getattr(module, name)(declared.name, arguments)


def _arguments(kind: type, inputs: Mapping[str, Any]) -> Any:
    """An instance of the SDK's `…Args` class."""
    names = {wire: python for python, wire in _types.input_type_py_to_pulumi_names(kind).items()}
    types = _types.input_type_types(kind)
    return kind(**{names[wire]: _argument(types[wire], value) for wire, value in inputs.items()})


def _argument(annotation: Any, value: Any) -> Any:
    if isinstance(value, list):
        return [_argument(annotation, item) for item in value]
    kinds = [kind for kind in _members(annotation) if _types.is_input_type(kind)]
    return _arguments(kinds[0], value) if kinds and isinstance(value, dict) else value


def _members(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _members(argument)
