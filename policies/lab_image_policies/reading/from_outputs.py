"""Image versions as Azure shows them, from the outputs of resources of the stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lab_image_policies.messages import message, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import count_of, mapping, text_or
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import SOURCES, ResourceKind
from lab_image_policies.policy import PolicyInput
from lab_image_policies.rules import is_for_lab_services
from lab_image_policies.violation import Violation

VERSIONS: Final = frozenset({ResourceKind.VERSION, ResourceKind.VERSION_OF_COMPONENT})
KINDS: Final = VERSIONS | SOURCES | {ResourceKind.LAB_IMAGE}


@dataclass(frozen=True, slots=True)
class DeployedVersion:
    """A version as its outputs show it. `os_disk_size_gb` is None if Azure shows no size."""

    image: str
    number: str
    resource: Resource
    is_deployed: bool
    is_imported: bool
    is_vhd: bool
    os_disk_size_gb: object
    data_disk_count: object

    def violation(self, state: str, cause: str, consequence: str, advice: str) -> Violation:
        """A violation of this version; `state` says which of its disks is meant, such as "as deployed"."""
        subject = f"{shown_text(self.image)} {shown_text(self.number)}, {state}"
        return Violation(self.image, message(subject, cause, consequence, advice), self.resource.urn)


def deployed_versions(given: PolicyInput) -> Iterator[DeployedVersion]:
    """The versions of a stack that Lab Services uses, in the order of the stack."""
    for resource in given.resources:
        if resource.kind in VERSIONS and is_for_lab_services(_consumers(resource)):
            yield _deployed_version(given, resource)


def declared_disks(source: Resource) -> tuple[object, object]:
    """OS disk size and number of data disks of a source in the same stack; None for what it does not show."""
    if source.kind in (ResourceKind.DISK, ResourceKind.SNAPSHOT):
        return source.properties.get("diskSizeGB"), None
    profile = mapping(source.properties.get("storageProfile"))
    count = count_of(profile.get("dataDisks"))
    return mapping(profile.get("osDisk")).get("diskSizeGB"), None if isinstance(count, Fault) else count


def _deployed_version(given: PolicyInput, resource: Resource) -> DeployedVersion:
    profile = mapping(resource.properties.get("storageProfile"))
    os_disk, data_disks = mapping(profile.get("osDiskImage")), profile.get("dataDiskImages")
    image, number = _name(given, resource)
    return DeployedVersion(
        image=image,
        number=number,
        resource=resource,
        is_deployed=_is_deployed(resource.properties, os_disk),
        is_imported=resource.kind is ResourceKind.VERSION_OF_COMPONENT and _ignores_source(resource),
        is_vhd=_is_vhd(mapping(os_disk.get("source"))),
        os_disk_size_gb=os_disk.get("sizeInGB"),
        data_disk_count=0 if data_disks is None else count_of(data_disks),
    )


def _consumers(resource: Resource) -> object:
    parent = resource.parent
    return parent.properties.get("consumers") if parent is not None and parent.kind is ResourceKind.LAB_IMAGE else None


def _name(given: PolicyInput, resource: Resource) -> tuple[str, str]:
    """Image and version: below the component from the names of parent and child, else from the inputs."""
    if resource.kind is ResourceKind.VERSION_OF_COMPONENT and resource.parent is not None:
        return resource.parent.name, resource.name.rpartition(":")[2]
    remembered = given.run_state.versions.get(resource.urn)
    return remembered or (resource.name, text_or(resource.properties.get("name"), ""))


def _is_deployed(outputs: Mapping[str, Any], os_disk: Mapping[str, Any]) -> bool:
    """Whether Azure has answered. Before that the engine knows the inputs only, which other policies validate."""
    if isinstance(os_disk.get("sizeInGB"), (int, float)):
        return True
    state = outputs.get("provisioningState")
    return isinstance(state, str) and state != "Creating"


def _ignores_source(resource: Resource) -> bool:
    """Whether changes of the source are ignored, as the component does for a version that it imports."""
    return any(path.split(".")[0] == "storageProfile" for path in resource.ignored_changes)


def _is_vhd(source: Mapping[str, Any]) -> bool:
    """Whether the OS disk came from a blob; older api-versions name the storage account as id."""
    account = source.get("id")
    of_account = isinstance(account, str) and "/microsoft.storage/storageaccounts/" in account.lower()
    return source.get("uri") is not None or source.get("storageAccountId") is not None or of_account
