"""The policy `deployed-image-disks`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lab_image_policies.config.setting import EXEMPTIONS, OS_DISK_LIMIT
from lab_image_policies.disk_findings import disks_in_azure, may_be_too_large, small_enough, too_large, too_many
from lab_image_policies.messages import shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image
from lab_image_policies.model.resource_kind import SOURCES, ResourceKind
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.from_outputs import DeployedVersion, deployed_versions
from lab_image_policies.reading.from_raw_resource import DATA_DISKS_TAG, SIZE_TAG
from lab_image_policies.reading.image_of import DECLARING
from lab_image_policies.reading.sources import Source, disks_of, sources_by_name, sources_of
from lab_image_policies.rules import OS_DISK_LIMIT_GB, data_disk_fault, os_disk_fault
from lab_image_policies.translation import _
from lab_image_policies.violation import Violation


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Refuse versions whose disks, as Azure or another resource of the stack shows them, no lab could use."""
    limit_gb = given.setting(OS_DISK_LIMIT.key)
    named = sources_by_name(given.resources, given.run_state.declared.values())
    for version in deployed_versions(given):
        if version.is_deployed:
            yield from disks_in_azure(given, version, limit_gb)
            continue
        yield from _sources(version, sources_of(version.resource, named), limit_gb)
        if version.declared is not None:
            yield from _untold(version, version.declared) if given.run_state.of_state else _changed(version)
    yield from _unmatched(given)
    yield from (Violation(None, level.problem) for level in given.run_state.levels if level.problem is not None)


def _changed(version: DeployedVersion) -> Iterator[Violation]:
    """A published version whose answer from Azure a preview does not show, since the preview changes something of it.

    The provider foresees its outputs from the inputs, and keeps the name alone. Below the component Azure was asked.
    """
    if version.is_changed:
        yield version.violation(
            version.as_deployed,
            _("it is published already and this preview changes it, so its size as Azure shows it is not known"),
            may_be_too_large(),
            _(
                "Run `pulumi up --skip-preview`, which judges what Azure answers; or declare the image with the "
                "LabImage component, which asks Azure before"
            ),
        )


def _untold(version: DeployedVersion, declared: Image) -> Iterator[Violation]:
    """A version in a state without an answer from Azure, whose disks no tag tells either."""
    for each in declared.readable_versions:
        if each.os_disk_size_gb is not None and each.data_disk_count is not None:
            continue
        cause = _("neither Azure's answer nor the tag {tag} shows the size of its OS disk", tag=SIZE_TAG)
        if each.os_disk_size_gb is not None:
            cause = _("neither Azure's answer nor the tag {tag} shows the number of its data disks", tag=DATA_DISKS_TAG)
        yield version.violation(
            _("{version}, in this state", version=version.name),
            cause,
            _("It may be an image that no teacher would ever see, so it is refused"),
            _("Run `pulumi refresh`, and analyze the state again"),
        )


def _sources(version: DeployedVersion, sources: Iterable[Source], limit_gb: float) -> Iterator[Violation]:
    """What is wrong with disks, snapshots, images and machines of this stack that the version will be made from.

    A source without a size is left to the policies of the version itself. A published version does not change with
    its source.
    """
    for source, with_data_disks in sources:
        size, count = disks_of(source)
        name = shown_text(source.name)
        subject = _("{version}, made from {source}", version=version.name, source=name)
        if os_disk_fault(size, limit_gb) is Fault.TOO_LARGE:
            advice = _(
                "Give {source} {size}, or make the version from another disk", source=name, size=small_enough(limit_gb)
            )
            yield version.violation(subject, *too_large(size, limit_gb), advice)
        if with_data_disks and data_disk_fault(count) is Fault.TOO_MANY:
            advice = _("Take the data disks out of {source}", source=name)
            yield version.violation(subject, *too_many(count), advice)


def _unmatched(given: PolicyInput) -> Iterator[Violation]:
    """Exemptions of any policy that name no image of this stack."""
    images = given.run_state.names()
    images |= {resource.name.lower() for resource in given.resources if resource.kind is ResourceKind.LAB_IMAGE}
    for exemption in given.run_state.exemptions():
        if exemption.image.lower() not in images:
            yield Violation(None, exemption.unmatched())


POLICY = Policy(
    name="deployed-image-disks",
    title="Disks of published versions",
    severity="critical",
    description=f"Every published version has one disk of less than {OS_DISK_LIMIT_GB} GB; levels and exemptions hold.",
    refuses=f"a published version whose OS disk has {OS_DISK_LIMIT_GB} GB or more or that has a data disk, as Azure "
    "shows it; a version made from a disk, snapshot, machine, image or version of the same stack with such disks; an "
    "exemption that names no image, and a level that is lowered without reason and last day",
    why="An image that was swapped behind Pulumi's back is found after the next refresh, and in a state file",
    fix="Publish the reviewed image under a new version number and remove the wrong one",
    url="https://learn.microsoft.com/azure/lab-services/how-to-attach-detach-shared-image-gallery",
    kinds=DECLARING | SOURCES,
    validate=validate,
    settings=(OS_DISK_LIMIT, EXEMPTIONS),
    locked=True,
    whole_stack=True,
)
