"""`deployed-image-disks`."""

from __future__ import annotations

from collections.abc import Iterator

from lab_image_policies.checks.os_disk import LIMIT, small_enough, too_large
from lab_image_policies.checks.single_disk import too_many
from lab_image_policies.config.setting import EXEMPTIONS
from lab_image_policies.messages import message, shown, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.from_outputs import KINDS, DeployedVersion, declared_disks, deployed_versions
from lab_image_policies.rules import data_disk_fault, os_disk_fault
from lab_image_policies.violation import Violation


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Refuse versions whose disks, as Azure or another resource of the stack tells them, no lab could use."""
    limit = given.setting(LIMIT.key)
    for version in deployed_versions(given):
        texts = list(_of_sources(version, limit))
        if version.is_deployed and not version.is_imported:
            texts += of_azure(version, limit)
        yield from (Violation(version.image, text, version.resource.urn) for text in texts)
    yield from _unmatched(given)


def of_azure(version: DeployedVersion, limit_gb: float) -> Iterator[str]:
    """What is wrong with the disks of a version that Azure has."""
    advice = (
        "If it is not what was published, somebody replaced it: publish the reviewed image under a new version number. "
        f"Else build it on one disk of {small_enough(limit_gb)}, publish that, and remove this version"
    )
    size = version.os_disk_size_gb
    fault = os_disk_fault(size, limit_gb)
    if fault is Fault.TOO_LARGE:
        yield too_large(f"{version.subject}, as deployed", size, limit_gb, advice)
    elif fault is not None and not (size is None and version.is_vhd):
        yield message(
            f"{version.subject}, as deployed",
            f"Azure shows no usable size of its OS disk ({shown(size)})",
            "It may be 128 GB or more, which no teacher would ever see, so it is refused",
            "Run `pulumi refresh`; if that does not help, publish the image again under a new version number",
        )
    if data_disk_fault(version.data_disk_count) is not None:
        yield too_many(f"{version.subject}, as deployed", version.data_disk_count, advice)


def _of_sources(version: DeployedVersion, limit_gb: float) -> Iterator[str]:
    """What is wrong with disks, snapshots, images and machines of this stack that the version is made from.

    Those that do not tell a size are left to the policies of the version itself.
    """
    for source in version.resource.sources:
        if version.is_deployed:
            break  # what was published does not change with its source
        yield from _of_source(version, source, limit_gb)


def _of_source(version: DeployedVersion, source: Resource, limit_gb: float) -> Iterator[str]:
    size, disks = declared_disks(source)
    name = shown_text(source.name)
    if os_disk_fault(size, limit_gb) is Fault.TOO_LARGE:
        advice = f"Give {name} {small_enough(limit_gb)}, or make the version from another disk"
        yield too_large(f"{version.subject}, made from {name}", size, limit_gb, advice)
    if disks is not None and data_disk_fault(disks) is Fault.TOO_MANY:
        yield too_many(f"{version.subject}, made from {name}", disks, f"Take the data disks out of {name}")


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
    level="mandatory",
    severity="critical",
    description="Every published version has one disk of less than 128 GB.",
    refuses="a published version whose OS disk has 128 GB or more or that has a data disk, as Azure shows it; a "
    "version made from a disk, snapshot or image of the same stack with such disks; an exemption that names no image",
    why="An image that was swapped behind Pulumi's back is found after the next refresh, and in a state file",
    fix="Publish the reviewed image under a new version number and remove the wrong one",
    url="https://learn.microsoft.com/azure/lab-services/how-to-attach-detach-shared-image-gallery",
    kinds=KINDS,
    validate=validate,
    settings=(LIMIT, EXEMPTIONS),
    locked=True,
    whole_stack=True,
)
