"""The policy `deployed-image-notices`."""

from __future__ import annotations

from collections.abc import Iterator

from lab_image_policies.config.setting import OS_DISK_LIMIT
from lab_image_policies.disk_findings import disks_in_azure
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.from_outputs import KINDS, deployed_versions
from lab_image_policies.rules import OS_DISK_LIMIT_GB
from lab_image_policies.violation import Violation


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Report imported versions that no lab could use, and versions from VHDs of which Azure shows no size."""
    for version in filter(lambda each: each.is_deployed, deployed_versions(given)):
        if version.is_imported:
            yield from disks_in_azure(version, given.setting(OS_DISK_LIMIT.key))
        if version.is_vhd and version.os_disk_size_gb is None:
            yield version.violation(
                "as deployed",
                "it was made from a VHD, of which Azure shows no size",
                "Its declared size counts, and nobody can check it any more",
                "Look at a lab made from it, or publish it from a managed disk or snapshot, which show their size",
            )


POLICY = Policy(
    name="deployed-image-notices",
    title="Notices about published versions",
    level="advisory",
    severity="low",
    description="What should be known about a published version and stops nothing.",
    refuses="nothing; reports imported versions that no lab could use, and versions made from a VHD of which Azure "
    "shows no size",
    why="What others put into the gallery is not ours to refuse, and a size that Azure does not show cannot be checked",
    fix=f"Ask whoever made the image for one disk below {OS_DISK_LIMIT_GB} GB; publish from a disk or snapshot instead "
    "of a VHD",
    url="https://learn.microsoft.com/azure/lab-services/how-to-attach-detach-shared-image-gallery",
    kinds=KINDS,
    validate=validate,
    settings=(OS_DISK_LIMIT,),
    whole_stack=True,
)
