"""Image versions as Azure has them: the outputs of resources of the stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lab_image_policies.messages import shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import listed, mapping, text_or
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.policy import PolicyInput
from lab_image_policies.rules import is_for_lab_services

KINDS: Final = frozenset(
    {
        ResourceKind.LAB_IMAGE,
        ResourceKind.VERSION,
        ResourceKind.VERSION_OF_COMPONENT,
        ResourceKind.DISK,
        ResourceKind.SNAPSHOT,
        ResourceKind.MANAGED_IMAGE,
        ResourceKind.VIRTUAL_MACHINE,
    }
)
VERSIONS: Final = frozenset({ResourceKind.VERSION, ResourceKind.VERSION_OF_COMPONENT})


@dataclass(frozen=True, slots=True)
class DeployedVersion:
    """One version with what its outputs show. `os_disk_size_gb` is None where Azure shows none."""

    image: str
    number: str
    resource: Resource
    is_deployed: bool
    is_imported: bool
    is_vhd: bool
    os_disk_size_gb: object
    data_disk_count: object

    @property
    def subject(self) -> str:
        """How messages name it."""
        return f"{shown_text(self.image)} {shown_text(self.number)}"


def deployed_versions(given: PolicyInput) -> Iterator[DeployedVersion]:
    """The versions of a stack that are for Lab Services, in the order of the stack."""
    for resource in given.resources:
        if resource.kind in VERSIONS and is_for_lab_services(_consumers(resource)):
            yield _deployed_version(given, resource)


def declared_disks(source: Resource) -> tuple[object, object]:
    """OS disk size and number of data disks of a source that is declared in the stack; None where it does not tell."""
    if source.kind in (ResourceKind.DISK, ResourceKind.SNAPSHOT):
        return source.properties.get("diskSizeGB"), None
    profile = mapping(source.properties.get("storageProfile"))
    disks = listed(profile.get("dataDisks"))
    return mapping(profile.get("osDisk")).get("diskSizeGB"), None if isinstance(disks, Fault) else len(disks)


def _deployed_version(given: PolicyInput, resource: Resource) -> DeployedVersion:
    profile = mapping(resource.properties.get("storageProfile"))
    os_disk = mapping(profile.get("osDiskImage"))
    image, number = _name(given, resource)
    return DeployedVersion(
        image=image,
        number=number,
        resource=resource,
        is_deployed=_is_deployed(resource.properties, os_disk),
        is_imported=resource.kind is ResourceKind.VERSION_OF_COMPONENT and _ignores_source(resource),
        is_vhd=_is_vhd(mapping(os_disk.get("source"))),
        os_disk_size_gb=os_disk.get("sizeInGB"),
        data_disk_count=_data_disks(profile.get("dataDiskImages")),
    )


def _consumers(resource: Resource) -> object:
    parent = resource.parent
    return parent.properties.get("consumers") if parent is not None and parent.kind is ResourceKind.LAB_IMAGE else None


def _name(given: PolicyInput, resource: Resource) -> tuple[str, str]:
    """Image and version: below the component by the parent and the own name, else as the inputs said."""
    if resource.kind is ResourceKind.VERSION_OF_COMPONENT and resource.parent is not None:
        return resource.parent.name, resource.name.rpartition(":")[2]
    remembered = given.run_state.versions.get(resource.urn)
    return remembered or (resource.name, text_or(resource.properties.get("name"), ""))


def _is_deployed(outputs: Mapping[str, Any], os_disk: Mapping[str, Any]) -> bool:
    """Whether Azure has answered. Before that the engine knows the inputs only, and other policies judge those."""
    if isinstance(os_disk.get("sizeInGB"), (int, float)):
        return True
    state = outputs.get("provisioningState")
    return isinstance(state, str) and state != "Creating"


def _ignores_source(resource: Resource) -> bool:
    """Whether the source is left as Azure has it, which is how the component takes over a version."""
    return any(path.split(".")[0] == "storageProfile" for path in resource.ignored_changes)


def _is_vhd(source: Mapping[str, Any]) -> bool:
    """Whether the OS disk came from a blob; older api-versions name the storage account as id."""
    account = source.get("id")
    of_account = isinstance(account, str) and "/microsoft.storage/storageaccounts/" in account.lower()
    return source.get("uri") is not None or source.get("storageAccountId") is not None or of_account


def _data_disks(images: object) -> object:
    if images is None:
        return 0
    entries = listed(images)
    return entries if isinstance(entries, Fault) else len(entries)
