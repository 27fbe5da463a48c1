"""The kinds of resources that policies look at, by resource type."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import Final

_COMPONENT: Final = "lab-image-gallery:index:"
# The provider's default api-version has no version in its type, the others have, as compute/v20240303.
_AZURE: Final = re.compile(r"azure-native:compute(?:/v\w+)?:(\w+)")


class ResourceKind(Enum):
    """What a resource is to the policies."""

    LAB_IMAGE = "LabImage"
    GALLERY = "Gallery"
    LAB_ACCOUNT_ATTACHMENT = "LabAccountAttachment"
    LAB_PLAN = "LabPlan"
    DEFINITION = "GalleryImage"
    VERSION = "GalleryImageVersion"
    VERSION_OF_COMPONENT = "GalleryImageVersion of a LabImage"
    DEFINITION_OF_COMPONENT = "GalleryImage of a LabImage"
    DISK = "Disk"
    SNAPSHOT = "Snapshot"
    MANAGED_IMAGE = "Image"
    VIRTUAL_MACHINE = "VirtualMachine"


_COMPONENTS: Final = {
    f"{_COMPONENT}{kind.value}": kind
    for kind in (
        ResourceKind.LAB_IMAGE,
        ResourceKind.GALLERY,
        ResourceKind.LAB_ACCOUNT_ATTACHMENT,
        ResourceKind.LAB_PLAN,
    )
}
_AZURE_KINDS: Final = {
    kind.value: kind
    for kind in (
        ResourceKind.DEFINITION,
        ResourceKind.VERSION,
        ResourceKind.DISK,
        ResourceKind.SNAPSHOT,
        ResourceKind.MANAGED_IMAGE,
        ResourceKind.VIRTUAL_MACHINE,
    )
}
_BELOW_COMPONENT: Final = {
    ResourceKind.DEFINITION: ResourceKind.DEFINITION_OF_COMPONENT,
    ResourceKind.VERSION: ResourceKind.VERSION_OF_COMPONENT,
}


def kind_of(resource_type: str, urn: str) -> ResourceKind | None:
    """The kind of a resource, of whatever api-version; None for everything else.

    Definitions and versions below a `LabImage` component are kinds of their own, since their component tells the facts.
    A program could use that component's type for a component of its own and pass wrong facts; what was published is
    judged again by `deployed-image-disks`, from Azure's own answer.
    """
    kind = _kind_of_type(resource_type)
    if kind in _BELOW_COMPONENT and _is_child_of_lab_image(urn):
        return _BELOW_COMPONENT[kind]
    return kind


@lru_cache(maxsize=256)
def _kind_of_type(resource_type: str) -> ResourceKind | None:
    found = _AZURE.fullmatch(resource_type)
    return _AZURE_KINDS.get(found[1]) if found else _COMPONENTS.get(resource_type)


def _is_child_of_lab_image(urn: str) -> bool:
    # urn:pulumi:<stack>::<project>::<types of the parents, joined by $>::<name>
    types = urn.split("::", 3)[2:3]
    return bool(types) and types[0].split("$")[-2:-1] == [f"{_COMPONENT}{ResourceKind.LAB_IMAGE.value}"]
