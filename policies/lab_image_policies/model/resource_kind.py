"""Kinds of resources that policies look at, by resource type."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import Final

# The provider's default api-version has no version in its type, the others have, as compute/v20240303.
_API_VERSION: Final = re.compile(r"(?<=^azure-native:compute)/v\w+(?=:\w+$)")


class ResourceKind(Enum):
    """What a resource is to the policies: its type without an api-version, and its parent if that matters."""

    LAB_IMAGE = "lab-image-gallery:index:LabImage"
    GALLERY = "lab-image-gallery:index:Gallery"
    LAB_ACCOUNT_ATTACHMENT = "lab-image-gallery:index:LabAccountAttachment"
    LAB_PLAN = "lab-image-gallery:index:LabPlan"
    DEFINITION = "azure-native:compute:GalleryImage"
    VERSION = "azure-native:compute:GalleryImageVersion"
    DEFINITION_OF_COMPONENT = "lab-image-gallery:index:LabImage$azure-native:compute:GalleryImage"
    VERSION_OF_COMPONENT = "lab-image-gallery:index:LabImage$azure-native:compute:GalleryImageVersion"
    DISK = "azure-native:compute:Disk"
    SNAPSHOT = "azure-native:compute:Snapshot"
    MANAGED_IMAGE = "azure-native:compute:Image"
    VIRTUAL_MACHINE = "azure-native:compute:VirtualMachine"


SOURCES: Final = frozenset(
    {ResourceKind.DISK, ResourceKind.SNAPSHOT, ResourceKind.MANAGED_IMAGE, ResourceKind.VIRTUAL_MACHINE}
)
"""What a version can be made from."""
_KINDS: Final = {kind.value: kind for kind in ResourceKind if "$" not in kind.value}
_BELOW_COMPONENT: Final = {
    ResourceKind.DEFINITION: ResourceKind.DEFINITION_OF_COMPONENT,
    ResourceKind.VERSION: ResourceKind.VERSION_OF_COMPONENT,
}


def kind_of(resource_type: str, urn: str) -> ResourceKind | None:
    """The kind of a resource, of whatever api-version; None for everything else.

    Definitions and versions below a `LabImage` component are kinds of their own, since their component has the facts.
    A program could use that component's type for a component of its own and pass wrong facts; what was published is
    validated again by `deployed-image-disks`, from Azure's own answer.
    """
    kind = _kind_of_type(resource_type)
    return _BELOW_COMPONENT[kind] if kind in _BELOW_COMPONENT and _is_child_of_lab_image(urn) else kind


@lru_cache(maxsize=256)
def _kind_of_type(resource_type: str) -> ResourceKind | None:
    return _KINDS.get(_API_VERSION.sub("", resource_type))


def _is_child_of_lab_image(urn: str) -> bool:
    # urn:pulumi:<stack>::<project>::<types of the parents, joined by $>::<name>
    types = urn.split("::", 3)[2:3]
    return bool(types) and types[0].split("$")[-2:-1] == [ResourceKind.LAB_IMAGE.value]
