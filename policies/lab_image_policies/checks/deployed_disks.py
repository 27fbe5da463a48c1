"""The policy `deployed-image-disks`."""

from __future__ import annotations

from collections.abc import Iterator

from lab_image_policies.config.setting import EXEMPTIONS, OS_DISK_LIMIT
from lab_image_policies.disk_findings import disks_in_azure, small_enough, too_large, too_many
from lab_image_policies.messages import shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.from_outputs import KINDS, DeployedVersion, declared_disks, deployed_versions
from lab_image_policies.rules import OS_DISK_LIMIT_GB, data_disk_fault, os_disk_fault
from lab_image_policies.violation import Violation


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Refuse versions whose disks, as Azure or another resource of the stack shows them, no lab could use."""
    limit_gb = given.setting(OS_DISK_LIMIT.key)
    for version in deployed_versions(given):
        if not version.is_deployed:
            yield from _sources(version, limit_gb)
        elif not version.is_imported:
            yield from disks_in_azure(version, limit_gb)
    yield from _unmatched(given)


def _sources(version: DeployedVersion, limit_gb: float) -> Iterator[Violation]:
    """What is wrong with disks, snapshots, images and machines of this stack that the version will be made from.

    A source without a size is left to the policies of the version itself. A published version does not change with
    its source.
    """
    for source in version.resource.sources:
        size, count = declared_disks(source)
        name = shown_text(source.name)
        if os_disk_fault(size, limit_gb) is Fault.TOO_LARGE:
            advice = f"Give {name} {small_enough(limit_gb)}, or make the version from another disk"
            yield version.violation(f"made from {name}", *too_large(size, limit_gb), advice)
        if data_disk_fault(count) is Fault.TOO_MANY:
            advice = f"Take the data disks out of {name}"
            yield version.violation(f"made from {name}", *too_many(count), advice)


def _unmatched(given: PolicyInput) -> Iterator[Violation]:
    """Exemptions of any policy that name no image of this stack."""
    images = {name.lower() for name in given.run_state.images}
    images |= {resource.name.lower() for resource in given.resources if resource.kind is ResourceKind.LAB_IMAGE}
    for exemption in given.run_state.exemptions():
        if exemption.image.lower() not in images:
            yield Violation(None, exemption.unmatched())


POLICY = Policy(
    name="deployed-image-disks",
    title="Disks of published versions",
    severity="critical",
    description=f"Every published version has one disk of less than {OS_DISK_LIMIT_GB} GB.",
    refuses=f"a published version whose OS disk has {OS_DISK_LIMIT_GB} GB or more or that has a data disk, as Azure "
    "shows it; a version made from a disk, snapshot or image of the same stack with such disks; an exemption that "
    "names no image",
    why="An image that was swapped behind Pulumi's back is found after the next refresh, and in a state file",
    fix="Publish the reviewed image under a new version number and remove the wrong one",
    url="https://learn.microsoft.com/azure/lab-services/how-to-attach-detach-shared-image-gallery",
    kinds=KINDS,
    validate=validate,
    settings=(OS_DISK_LIMIT, EXEMPTIONS),
    locked=True,
    whole_stack=True,
)
