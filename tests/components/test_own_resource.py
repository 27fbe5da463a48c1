"""Resources of our own: dynamic in the program, and of the package where its process serves them."""

from __future__ import annotations

import pulumi
from pulumi.resource import DependencyProviderResource

from components.arm_object import ArmObject
from components.own_resource import serving
from tests.components.registrations import Registration, registrations
from tests.support import ids

PROVIDER = "urn:pulumi:dev::university::pulumi:providers:lab-image-gallery::default::0a0a"
DYNAMIC = "pulumi-python:dynamic/lab-image-gallery:ArmObject"


def attachment(*, served: bool) -> Registration:
    """The only registration of a program with one object, or of the package's process."""

    def program() -> None:
        token = serving.set(DependencyProviderResource(PROVIDER) if served else None)
        moved = pulumi.ResourceOptions(aliases=[pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)])
        body = {"galleryId": "x"}
        ArmObject("x", resource_id=f"{ids.LAB_ACCOUNT}/x", api_version="2019-01-01", body=body, opts=moved)
        serving.reset(token)

    (found,) = (each for each in registrations(program).values() if each.name == "x")
    return found


def test_in_the_program_it_is_dynamic() -> None:
    found = attachment(served=False)
    assert found.type == DYNAMIC
    assert DYNAMIC not in found.aliases


def test_in_the_package_it_has_a_type_of_its_own_and_the_dynamic_one_as_alias() -> None:
    found = attachment(served=True)
    assert found.type == "lab-image-gallery:index:ArmObject"
    assert found.provider == "pulumi:providers:lab-image-gallery::default"
    assert sorted(found.inputs) == ["apiVersion", "body", "resourceId"]
    assert found.aliases.count(DYNAMIC) == 2  # with the parent that it has, and without one
