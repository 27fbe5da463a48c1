"""A route inside another one: deployments and image builders in a template, a generic resource or an object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.policies.attacks.other_routes import (
    ARM_OBJECT,
    DESKTOPS,
    GENERIC,
    IMAGE_ID,
    as_text,
    generic,
    passes,
    refused,
)
from tests.policies.attacks.row import Row
from tests.policies.attacks.templates import BAD, CLASSIC, DEPLOYMENT, GOOD, VERSION, deployment
from tests.support.ids import GROUPS
from tests.support.policy_server import UNKNOWN_OBJECT, UNKNOWN_TEXT

AZAPI: Final = "azapi:index/resource:Resource"
SHARED: Final = {"type": "SharedImage", "galleryImageId": IMAGE_ID, "runOutputName": "gis"}
MANAGED: Final = {"type": "ManagedImage", "imageId": "/x", "runOutputName": "gis"}


def rows() -> Iterator[Row]:
    """The rows of these routes."""
    yield from _in_templates()
    yield from _deployments()
    yield from _builders()


def _in_templates() -> Iterator[Row]:
    builder = {"type": "Microsoft.VirtualMachineImages/imageTemplates", "name": "b"}
    stack = {"type": "Microsoft.Resources/deploymentStacks", "name": "s", "properties": {"template": BAD}}
    spec = {"type": "Microsoft.Resources/templateSpecs/versions", "name": "t/1", "properties": {"mainTemplate": BAD}}
    for name, inner in (
        ("an image builder", {**builder, "properties": {"distribute": [SHARED]}}),
        ("a deployment stack", stack),
        ("a template spec", spec),
        ("an unknown deployment", {"type": "Microsoft.Resources/deployments", "properties": UNKNOWN_OBJECT}),
    ):
        yield refused(f"a deployment of {name}", DEPLOYMENT, deployment({"resources": [inner]}))
    harmless = {**builder, "properties": {"distribute": [MANAGED]}}
    yield passes("a deployment of a harmless builder passes", DEPLOYMENT, deployment({"resources": [harmless]}))
    shouted = {"Resources": [{"Type": VERSION["type"], "Name": "images/gis/1.0.0"}]}
    yield refused("a deployment whose keys are in another case", DEPLOYMENT, deployment(shouted))
    yield refused("a text whose keys are in another case", CLASSIC, {"templateContent": as_text(shouted)})
    for_desktops = {"resources": [{**VERSION, "tags": DESKTOPS}]}
    yield passes("a deployment for virtual desktops passes", DEPLOYMENT, deployment(for_desktops))
    for name, tags in (("unknown", UNKNOWN_OBJECT), ("labs", {"lab-consumers": "lab_services"})):
        template = {"resources": [{**VERSION, "tags": tags}]}
        yield refused(f"a deployment with a version for {name}", DEPLOYMENT, deployment(template))


def _deployments() -> Iterator[Row]:
    for name, template, judge in (("a version", BAD, refused), ("a disk", GOOD, passes)):
        end = "" if judge is refused else " passes"
        properties = {"mode": "Incremental", "template": template}
        yield judge(f"a generic deployment of {name}{end}", GENERIC, _generic_deployment(properties))
        typed = {"type": "Microsoft.Resources/deployments@2024-03-01", "body": {"properties": properties}}
        yield judge(f"an azapi deployment of {name}{end}", AZAPI, typed)
        object_id = f"{GROUPS}/galleries/providers/Microsoft.Resources/deployments/d"
        yield judge(f"our own object deploys {name}{end}", ARM_OBJECT, {"resourceId": object_id, "body": properties})
    yield refused("a generic deployment of what nobody knows", GENERIC, _generic_deployment(UNKNOWN_OBJECT))
    typed = {"type": "Microsoft.Resources/deployments@2024-03-01", "body": UNKNOWN_OBJECT}
    yield refused("an azapi deployment of what nobody knows", AZAPI, typed)
    text = {"type": "Microsoft.Resources/deployments@2024-03-01", "body": as_text({"properties": {"template": BAD}})}
    yield refused("an azapi deployment as a text", AZAPI, text)


def _generic_deployment(properties: Any) -> dict[str, Any]:
    inputs = generic("deployments", "", resourceProviderNamespace="Microsoft.Resources", resourceName="d")
    return {**inputs, "properties": properties}


def _builders() -> Iterator[Row]:
    kind = "Microsoft.VirtualMachineImages/imageTemplates"
    for name, distributor, judge in (("a gallery", SHARED, refused), ("an image", MANAGED, passes)):
        end = "" if judge is refused else " passes"
        properties: Mapping[str, Any] = {"distribute": [distributor]}
        inputs = generic("imageTemplates", "", resourceProviderNamespace="Microsoft.VirtualMachineImages")
        yield judge(f"a generic builder for {name}{end}", GENERIC, {**inputs, "properties": properties})
        body = {"properties": properties}
        yield judge(f"an azapi builder for {name}{end}", AZAPI, {"type": f"{kind}@2024-02-01", "body": body})
        object_id = f"{GROUPS}/galleries/providers/{kind}/b"
        yield judge(f"our own object builds for {name}{end}", ARM_OBJECT, {"resourceId": object_id, "body": properties})
    unknown = {"type": f"{kind}@2024-02-01", "body": {"properties": {"distribute": UNKNOWN_TEXT}}}
    yield refused("an azapi builder for what nobody knows", AZAPI, unknown)
