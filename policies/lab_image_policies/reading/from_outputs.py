"""Image versions as Azure shows them, from the outputs of resources of the stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lab_image_policies.messages import message, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version, count_of, mapping, text_or
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.policy import PolicyInput
from lab_image_policies.reading.consumers_tag import consumers_of
from lab_image_policies.reading.from_component import image_of_component
from lab_image_policies.rules import is_for_lab_services
from lab_image_policies.translation import _
from lab_image_policies.violation import Violation


@dataclass(frozen=True, slots=True)
class DeployedVersion:
    """A version as its outputs show it. `os_disk_size_gb` is None if Azure shows no size.

    `known_name` is the image's name for exemptions, None if it is not known. `declared` is what the program declares of
    it without the component; None below the component, and in a state without inputs. `entry` is what policies of
    resources judge of it: the component's entry, or the declared version; None if neither is known. `is_changed` is
    true if Azure has it already and this preview changes it: what Azure shows of it is not known then.
    """

    image: str
    known_name: str | None
    number: str
    resource: Resource
    declared: Image | None
    entry: Version | None
    is_deployed: bool
    is_changed: bool
    is_vhd: bool
    os_disk_size_gb: object
    data_disk_count: object

    @property
    def name(self) -> str:
        """Image and number in messages."""
        return f"{shown_text(self.image)} {shown_text(self.number)}"

    @property
    def as_deployed(self) -> str:
        """The version as Azure shows it, in messages."""
        return _("{version}, as deployed", version=self.name)

    def violation(self, subject: str, cause: str, consequence: str, advice: str) -> Violation:
        """A violation of this version; `subject` also says which of its disks is meant, such as `as_deployed`."""
        return Violation(self.known_name, message(subject, cause, consequence, advice), self.resource.urn)


def deployed_versions(given: PolicyInput) -> Iterator[DeployedVersion]:
    """The versions of a stack that Lab Services uses, in the order of the stack, without those that are only read."""
    by_urn = {resource.urn: resource for resource in given.resources}
    for resource in given.resources:
        if resource.kind is not ResourceKind.VERSION:
            continue
        if not is_declared(given, resource):
            continue
        component = component_of(given, by_urn.get(resource.parent_urn))
        declared = given.run_state.declared.get(resource.urn, resource)
        consumers = component.consumers if component else consumers_of(declared.properties.get("tags"))
        if is_for_lab_services(consumers):
            raw = given.run_state.images.get(resource.urn) if component is None else None
            yield _deployed_version(resource, declared, component, raw)


def is_declared(given: PolicyInput, resource: Resource) -> bool:
    """Whether a program or a state declares a resource, which only then is judged.

    The engine asks policies first about each resource that the program declares. What comes in the whole stack alone is
    read (`get`), or goes with this update. Without an engine, and so without that promise, only what has neither a
    parent nor dependencies of its properties counts as read.
    """
    state = given.run_state
    if resource.urn in state.declared or resource.urn in state.read:
        return resource.urn in state.declared
    if state.by_engine and not state.of_state:
        return False
    return not state.declared or bool(resource.feeding or resource.parent_urn)


def component_of(given: PolicyInput, parent: Resource | None) -> Image | None:
    """The image of the component that `parent` is: its inputs, else what its outputs show; None for anything else."""
    if parent is None or parent.kind is not ResourceKind.LAB_IMAGE:
        return None
    return given.run_state.images.get(parent.urn) or image_of_component(parent)


def _deployed_version(
    resource: Resource, declared: Resource, component: Image | None, raw: Image | None
) -> DeployedVersion:
    profile = mapping(resource.properties.get("storageProfile"))
    os_disk, data_disks = mapping(profile.get("osDiskImage")), profile.get("dataDiskImages")
    name = text_or(declared.properties.get("galleryImageName"), "") or (component.name if component else "")
    number = text_or(declared.properties.get("galleryImageVersionName"), "")
    is_deployed = _is_deployed(resource.properties, os_disk)
    return DeployedVersion(
        image=name or resource.name,
        known_name=name or None,
        number=number or text_or(resource.properties.get("name"), resource.name.rpartition(":")[2]),
        resource=resource,
        declared=raw,
        entry=component.version(number) if component else raw.readable_versions[0] if raw else None,
        is_deployed=is_deployed,
        is_changed=resource.properties.get("provisioningState") is Fault.UNKNOWN
        and isinstance(resource.properties.get("name"), str),
        is_vhd=_is_vhd(mapping(os_disk.get("source"))),
        os_disk_size_gb=os_disk.get("sizeInGB"),
        data_disk_count=0 if data_disks is None else count_of(data_disks),
    )


def _is_deployed(outputs: Mapping[str, Any], os_disk: Mapping[str, Any]) -> bool:
    """Whether Azure has answered. Before that the engine knows the inputs only, which other policies validate."""
    if isinstance(os_disk.get("sizeInGB"), (int, float)):
        return True
    state = outputs.get("provisioningState")
    return isinstance(state, str) and state != "Creating"


def _is_vhd(source: Mapping[str, Any]) -> bool:
    """Whether the OS disk came from a blob; older api-versions name the storage account as id."""
    identifier = source.get("id")
    if isinstance(identifier, str) and identifier:
        return "/microsoft.storage/storageaccounts/" in identifier.lower()
    return bool(source.get("uri") or source.get("storageAccountId"))
