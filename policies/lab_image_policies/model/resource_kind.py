"""Kinds of resources that policies look at, by resource type."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import Final

from lab_image_policies.model.other_route import route_of

# One resource type has many tokens: `azure-native:compute:Disk` of the provider's default api-version,
# `azure-native:compute/v20240302:Disk` of another one, and the same as a package of its own since version 3 of the
# provider, `azure-native_compute_v20240302:compute:Disk`. `azure-nextgen` is the provider's name before version 1.
_TOKEN: Final = re.compile(
    r"azure-(?:native|nextgen)(?:_(?P<package>[a-z0-9]+)_v\w+)?:(?P<module>[a-z0-9]+)(?:/\w+)?:(?P<name>\w+)"
)


class ResourceKind(Enum):
    """What a resource is to the policies: its type without an api-version."""

    LAB_IMAGE = "lab-image-gallery:index:LabImage"
    GALLERY = "lab-image-gallery:index:Gallery"
    LAB_ACCOUNT_ATTACHMENT = "lab-image-gallery:index:LabAccountAttachment"
    LAB_PLAN = "lab-image-gallery:index:LabPlan"
    DEVTEST_ATTACHMENT = "lab-image-gallery:index:DevTestAttachment"
    DEFINITION = "azure-native:compute:GalleryImage"
    VERSION = "azure-native:compute:GalleryImageVersion"
    DISK = "azure-native:compute:Disk"
    SNAPSHOT = "azure-native:compute:Snapshot"
    MANAGED_IMAGE = "azure-native:compute:Image"
    VIRTUAL_MACHINE = "azure-native:compute:VirtualMachine"
    PLAIN_LAB_PLAN = "azure-native:labservices:LabPlan"
    OTHER_ROUTE = "another route into a gallery"


LABS_OF_COMPONENT: Final = frozenset({ResourceKind.LAB_ACCOUNT_ATTACHMENT, ResourceKind.LAB_PLAN})
LABS: Final = LABS_OF_COMPONENT | {ResourceKind.PLAIN_LAB_PLAN}
"""What labs are made from, by this program's components and in all."""
PLACES: Final = LABS_OF_COMPONENT | {ResourceKind.DEVTEST_ATTACHMENT}
"""Where this program's components offer the images: labs of Lab Services, and DevTest labs."""
SOURCES: Final = frozenset(
    {
        ResourceKind.DISK,
        ResourceKind.SNAPSHOT,
        ResourceKind.MANAGED_IMAGE,
        ResourceKind.VIRTUAL_MACHINE,
        ResourceKind.VERSION,
    }
)
"""What a version can be made from."""
# Of the Terraform provider azurerm, in Pulumi's package of it and by itself.
_CLASSIC: Final = re.compile(r"azure:compute/\w+:(?P<azure>\w+)|azurerm:index/\w+:(?P<azurerm>\w+)")
_CLASSIC_KINDS: Final = {
    "manageddisk": ResourceKind.DISK,
    "snapshot": ResourceKind.SNAPSHOT,
    "image": ResourceKind.MANAGED_IMAGE,
    "virtualmachine": ResourceKind.VIRTUAL_MACHINE,
    "linuxvirtualmachine": ResourceKind.VIRTUAL_MACHINE,
    "windowsvirtualmachine": ResourceKind.VIRTUAL_MACHINE,
}
_KINDS: Final = {kind.value.lower(): kind for kind in ResourceKind}


@lru_cache(maxsize=1024)
def kind_of(resource_type: str) -> ResourceKind | None:
    """The kind of a resource of this type, under every token that the type has; None for everything else."""
    token = without_api_version(resource_type)
    if route_of(token) is not None:
        return ResourceKind.OTHER_ROUTE
    classic = _CLASSIC.fullmatch(token.lower())
    return _CLASSIC_KINDS.get(classic[classic.lastindex or 0]) if classic else _KINDS.get(token.lower())


def without_api_version(resource_type: str) -> str:
    """The token of a type of azure-native without an api-version and in its present name; another type as it is."""
    found = _TOKEN.fullmatch(resource_type)
    if found is None or found["package"] not in (None, found["module"]):
        return resource_type
    return f"azure-native:{found['module']}:{found['name']}"
