"""The resource types that the stand-in knows, and what Resource Manager and the engine call their parts.

Two sources: this table, written by hand, says where a type lives in Resource Manager and what about it cannot
change; the installed SDK (`sandbox.provider.properties`) says its api-version, its input properties to the leaf, which
of them are required, and its outputs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from sandbox.provider.properties import properties_of

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_COMPUTE = f"{_GROUP}/providers/Microsoft.Compute"
_AUTHORIZATION = "/{scope}/providers/Microsoft.Authorization"

PATHS = {
    "authorization:ManagementLockByScope": f"{_AUTHORIZATION}/locks/{{lockName}}",
    "authorization:RoleAssignment": f"{_AUTHORIZATION}/roleAssignments/{{roleAssignmentName}}",
    "compute:Disk": f"{_COMPUTE}/disks/{{diskName}}",
    "compute:Gallery": f"{_COMPUTE}/galleries/{{galleryName}}",
    "compute:GalleryImage": f"{_COMPUTE}/galleries/{{galleryName}}/images/{{galleryImageName}}",
    "compute:GalleryImageVersion": (
        f"{_COMPUTE}/galleries/{{galleryName}}/images/{{galleryImageName}}/versions/{{galleryImageVersionName}}"
    ),
    "compute:Image": f"{_COMPUTE}/images/{{imageName}}",
    "compute:Snapshot": f"{_COMPUTE}/snapshots/{{snapshotName}}",
    "compute:VirtualMachine": f"{_COMPUTE}/virtualMachines/{{vmName}}",
    "labservices:LabPlan": f"{_GROUP}/providers/Microsoft.LabServices/labPlans/{{labPlanName}}",
    "resources:ResourceGroup": _GROUP,
}
"""Module and type of a token, and the id that the type has in Resource Manager."""

ENVELOPE = frozenset(
    {"extendedLocation", "identity", "location", "managedBy", "placement", "plan", "sku", "tags", "zones"}
)
"""Inputs that stand beside `properties` in a request; all others stand inside it."""

FLATTENED: dict[str, dict[str, frozenset[str]]] = {
    "compute:VirtualMachine": {
        "networkProfile.networkInterfaces": frozenset({"id"}),
        "networkProfile.networkInterfaceConfigurations": frozenset({"name", "tags"}),
        "networkProfile.networkInterfaceConfigurations.ipConfigurations": frozenset({"name"}),
        "networkProfile.networkInterfaceConfigurations.ipConfigurations.publicIPAddressConfiguration": frozenset(
            {"name", "sku", "tags"}
        ),
    }
}
"""Inner objects whose own `properties` the SDK flattens away, with the names that stay beside them."""

REPLACED_ON = {"authorization:RoleAssignment": frozenset({"principalId", "scope"})}
"""Inputs beside names and location whose change is a replacement.

Source: pulumi/pulumi-azure-native, pull request 1010 (`forceNewMap`); all others of a role assignment, such as its
description, are updates.
"""

IDENTIFIERS: dict[str, dict[str, tuple[str, ...]]] = {
    "compute:GalleryImage": {"features": ("name",)},
    "compute:GalleryImageVersion": {
        "publishingProfile.targetRegions": ("name",),
        "storageProfile.dataDiskImages": ("lun",),
    },
}
"""What identifies the items of arrays.

Source: `x-ms-identifiers` in the OpenAPI specification of the gallery, GalleryRP.json 2024-03-03.
"""


@dataclass(frozen=True)
class ResourceType:
    """One resource type: `module:Type` of the package azure-native.

    `path` is the id's template. `inputs` is a tree of nodes: an object is `{"properties": {name: node},
    "required": [name]}`, an array of objects `{"items": node}`, everything else an empty node.
    """

    name: str
    path: str
    api_version: str
    inputs: dict[str, Any]
    outputs: tuple[str, ...]

    @cached_property
    def path_parameters(self) -> tuple[str, ...]:
        """The inputs that make up the id, in its order, less the provider's own subscription."""
        return tuple(name for name in re.findall(r"\{(\w+)\}", self.path) if name != "subscriptionId")

    @cached_property
    def immutable(self) -> frozenset[str]:
        """The top-level inputs whose change is a replacement."""
        located = {"location"} if "location" in self.inputs["properties"] else set()
        return frozenset(self.path_parameters) | located | REPLACED_ON.get(self.name, frozenset())

    @property
    def identifiers(self) -> dict[str, tuple[str, ...]]:
        """This type's part of `IDENTIFIERS`."""
        return IDENTIFIERS.get(self.name, {})

    @property
    def flattened(self) -> dict[str, frozenset[str]]:
        """This type's part of `FLATTENED`."""
        return FLATTENED.get(self.name, {})


class UnknownResourceTypeError(Exception):
    """The stack declares a type that the sandbox's provider does not imitate."""

    def __init__(self, token: str) -> None:
        super().__init__(
            f"The sandbox does not imitate the resource type {token!r}, so this resource can be neither previewed "
            f"nor deployed here. It knows: {', '.join(sorted(PATHS))}. Leave the resource out of stacks of the "
            "sandbox, or add the type to sandbox/provider/resource_type.py and sandbox/emulator."
        )


def resource_type(token: str) -> ResourceType:
    """The type of a token such as `azure-native:compute:Gallery`.

    Tokens of one api-version, such as `azure-native:compute/v20240303:Gallery`, are the same type at its default
    api-version. Raises `UnknownResourceTypeError`.
    """
    match = re.fullmatch(r"azure-native:(\w+)(?:/v\w+)?:(\w+)", token)
    known = _resource_types().get(f"{match[1]}:{match[2]}") if match else None
    if known is None:
        raise UnknownResourceTypeError(token)
    return known


@cache
def _resource_types() -> dict[str, ResourceType]:
    properties = properties_of(PATHS)
    return {
        name: ResourceType(
            name=name,
            path=path,
            api_version=properties[name]["apiVersion"],
            inputs=properties[name]["inputs"],
            outputs=tuple(properties[name]["outputs"]),
        )
        for name, path in PATHS.items()
    }
