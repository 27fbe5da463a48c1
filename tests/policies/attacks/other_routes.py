"""Definitions and versions that another kind of resource puts into a gallery."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.policies.attacks.programs import ours
from tests.policies.attacks.row import Kind, Row
from tests.policies.findings import KNOWN_ROUTE
from tests.support.ids import GALLERIES, LAB_ACCOUNT
from tests.support.policy_server import UNKNOWN_LIST, UNKNOWN_OBJECT, UNKNOWN_TEXT, Declared

KIND = Kind.ROUTES
GENERIC = "azure-native:resources:Resource"
ARM_OBJECT = "pulumi-python:dynamic/lab-image-gallery:ArmObject"
BUILDER = "azure-native:virtualmachineimages:VirtualMachineImageTemplate"
DESKTOPS = {"lab-consumers": "other"}
IMAGE_ID = f"{GALLERIES}/images/images/gis"
VERSION_TYPE = "Microsoft.Compute/galleries/images/versions"


def rows() -> Iterator[Row]:
    """The rows of these routes; templates have a file of their own."""
    yield from _generic()
    yield from _classic()
    yield from _azapi()
    yield from _arm_object()
    yield from _image_builder()


def generic(kind: object = "versions", path: object = "galleries/images/images/gis", **changes: Any) -> dict[str, Any]:
    """Inputs of azure-native's generic resource."""
    return {
        "resourceProviderNamespace": "Microsoft.Compute",
        "parentResourcePath": path,
        "resourceType": kind,
        "resourceName": "1.0.0",
        "apiVersion": "2024-03-03",
        "properties": {"storageProfile": {"osDiskImage": {"sizeInGB": 256}}},
        **changes,
    }


def alone(token: str, inputs: Mapping[str, Any]) -> tuple[Declared]:
    """A program of one resource."""
    return (Declared(token, "side-door", inputs),)


def refused(name: str, token: str, inputs: Mapping[str, Any]) -> Row:
    """A row that is refused with the advice to use the component."""
    return Row(name, KIND, alone(token, inputs), (KNOWN_ROUTE,), ("side-door", "LabImage"))


def passes(name: str, token: str, inputs: Mapping[str, Any]) -> Row:
    """A row that passes in silence."""
    return Row(name, KIND, alone(token, inputs))


def _generic() -> Iterator[Row]:
    for token in (
        GENERIC,
        "azure-native:resources/v20240301:Resource",
        "azure-native_resources_v20240301:resources:Resource",
        "azure-nextgen:resources:Resource",
    ):
        yield refused(f"{token} is a version", token, generic())
    yield refused("a generic resource is a definition", GENERIC, generic("images", "galleries/images"))
    yield refused("a generic resource with the whole type", GENERIC, generic("galleries/images/versions", ""))
    shouted = generic("VERSIONS", "Galleries/images/Images/gis", resourceProviderNamespace="microsoft.compute")
    yield refused("a generic resource in another case", GENERIC, shouted)
    yield refused("a generic resource of an unknown type", GENERIC, generic(UNKNOWN_TEXT))
    yield refused("a generic resource of an unknown path", GENERIC, generic(path=UNKNOWN_TEXT))
    image, defined, child = ours()
    below = Declared(GENERIC, "side-door", generic(), parent=image)
    yield Row("a generic resource below the component", KIND, (image, defined, child, below), (KNOWN_ROUTE,))
    yield passes("a generic disk passes", GENERIC, generic("disks", ""))
    yield passes("a generic gallery passes", GENERIC, generic("galleries", "", resourceName="images"))
    yield passes("a generic version for others passes", GENERIC, generic(tags=DESKTOPS))
    yield refused("a generic version for labs too", GENERIC, generic(tags={"lab-consumers": "other lab_services"}))
    yield refused("a generic version for nobody known", GENERIC, generic(tags={"lab-consumers": "desktop"}))


def _classic() -> Iterator[Row]:
    inputs = {"name": "1.0.0", "imageName": "gis", "galleryName": "images", "location": "koreacentral"}
    for token in (
        "azure:compute/sharedImageVersion:SharedImageVersion",
        "azure:compute/sharedImage:SharedImage",
        "azurerm:index/sharedImageVersion:SharedImageVersion",
        "azurerm:index/sharedImage:SharedImage",
    ):
        yield refused(f"{token} is refused", token, inputs)
        yield passes(f"{token} for others passes", token, {**inputs, "tags": DESKTOPS})
    for token in (
        "azure:compute/sharedImageGallery:SharedImageGallery",
        "azure:compute/managedDisk:ManagedDisk",
        "azurerm:index/managedDisk:ManagedDisk",
    ):
        yield passes(f"{token} passes", token, inputs)


def _azapi() -> Iterator[Row]:
    for token in ("azapi:index/resource:Resource", "azapi:index/updateResource:UpdateResource"):
        yield refused(f"{token} is a version", token, {"type": f"{VERSION_TYPE}@2024-03-03", "body": {}})
        yield refused(f"{token} is a definition", token, {"type": "microsoft.compute/Galleries/images@2024-03-03"})
        yield refused(f"{token} of an unknown type", token, {"type": UNKNOWN_TEXT})
        yield passes(f"{token} is a disk and passes", token, {"type": "Microsoft.Compute/disks@2024-03-02"})
        yield passes(f"{token} is a gallery and passes", token, {"type": "Microsoft.Compute/galleries@2024-03-03"})


def _arm_object() -> Iterator[Row]:
    for name, resource_id in (
        ("a version", f"{IMAGE_ID}/versions/1.0.0"),
        ("a definition", IMAGE_ID),
        ("a version in another case", f"{IMAGE_ID}/versions/1.0.0".upper()),
        ("an unknown object", UNKNOWN_TEXT),
    ):
        yield refused(f"our own object of Azure is {name}", ARM_OBJECT, {"resourceId": resource_id, "body": {}})
    for name, resource_id in (
        ("an attachment", f"{LAB_ACCOUNT}/sharedGalleries/images"),
        ("a gallery", f"{GALLERIES}/images"),
        (
            "an image of a lab plan",
            "/subscriptions/s/resourceGroups/l/providers/Microsoft.LabServices/labPlans/a/images/gis",
        ),
    ):
        yield passes(f"our own object of Azure is {name} and passes", ARM_OBJECT, {"resourceId": resource_id})


def _image_builder() -> Iterator[Row]:
    shared = {"type": "SharedImage", "galleryImageId": IMAGE_ID, "runOutputName": "gis"}
    managed = {"type": "ManagedImage", "imageId": "/x", "location": "koreacentral", "runOutputName": "gis"}
    for token in (
        BUILDER,
        "azure-native_virtualmachineimages_v20240201:virtualmachineimages:VirtualMachineImageTemplate",
    ):
        yield refused(f"{token} distributes to a gallery", token, {"distribute": [managed, shared]})
        yield passes(f"{token} distributes a managed image and passes", token, {"distribute": [managed]})
    yield refused("a builder with unknown distributors", BUILDER, {"distribute": UNKNOWN_LIST})
    yield refused("a builder with an unknown distributor", BUILDER, {"distribute": [managed, UNKNOWN_OBJECT]})
    desktops = {"distribute": [{**shared, "artifactTags": DESKTOPS}]}
    yield passes("a builder for others passes", BUILDER, desktops)


def nested(template: Mapping[str, Any], times: int = 1) -> dict[str, Any]:
    """The template inside so many deployments of its own."""
    made = dict(template)
    for _ in range(times):
        inner = {"type": "Microsoft.Resources/deployments", "name": "inner", "properties": {"template": made}}
        made = {"resources": [inner]}
    return made


def as_text(template: Mapping[str, Any]) -> str:
    """The template as a text of JSON."""
    return json.dumps(template)
