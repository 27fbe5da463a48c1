"""The policy `image-single-disk`."""

from __future__ import annotations

from collections.abc import Iterator

from lab_image_policies.disk_findings import ANOTHER_IMAGE, how_to_declare, instead_of, too_many
from lab_image_policies.image_check import Finding, for_lab_services
from lab_image_policies.messages import shown
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image
from lab_image_policies.names import SINGLE_DISK_POLICY
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.from_child import is_raw, is_unlisted
from lab_image_policies.reading.from_raw_resource import DATA_DISKS_TAG
from lab_image_policies.reading.image_of import WITH_VERSIONS
from lab_image_policies.rules import data_disk_fault, disagrees, number


@for_lab_services
def validate(given: PolicyInput, image: Image) -> Iterator[Finding]:
    """Refuse every version with a data disk, listed or taken over from its source, or with an unknown number."""
    for version in image.readable_versions:
        count, declared = version.data_disk_count, version.declared_data_disk_count
        if count is None and (is_unlisted(image, version) or (given.run_state.of_state and is_raw(image))):
            continue  # image-os-disk-below-128-gb refuses the one, deployed-image-disks judges the other
        fault = data_disk_fault(count)
        if fault is Fault.TOO_MANY and image.component is not None:
            yield Finding(version.number, *too_many(count), f"Take the dataDiskImages out of {version.place}")
        elif fault is Fault.TOO_MANY:
            advice = f"Move what is on them to the OS disk, and {instead_of(image, version)}"
            if is_raw(image):
                advice += (
                    f"; take the dataDiskImages out too, if there are any, and give it the tag {DATA_DISKS_TAG} as 0"
                )
            yield Finding(version.number, *too_many(count), advice)
        elif fault is not None:
            cause = f"the number of its data disks is not known ({shown(count)})"
            if fault is Fault.MALFORMED:
                cause = f"{shown(count)} is no number of data disks"
            otherwise = (
                "make the version from its OS disk alone (osDiskImage); or give "
                f'{version.place} the tag {DATA_DISKS_TAG} with their number, as "0"'
            )
            if not image.by_component and not isinstance(number(declared), Fault):
                otherwise = f"write the dataDiskImages of {version.place} as a plain list, or leave them out"
            consequence = "With a second disk no teacher would ever see it, so it is refused"
            yield Finding(
                version.number, cause, consequence, how_to_declare(image, version, "data_disk_count", otherwise)
            )
        told = not image.by_component and fault is Fault.TOO_MANY
        if image.component is None and not told and disagrees(count, declared):
            cause = f"{shown(declared)} data disks are declared, but what it is made from has {shown(count)}"
            what = "number" if version.is_existing else "number, or the source,"
            advice = f"Correct the declared {what} of {version.place}"
            yield Finding(version.number, cause, ANOTHER_IMAGE, advice)


POLICY = Policy(
    name=SINGLE_DISK_POLICY,
    title="One disk only",
    severity="critical",
    description="Every image has one disk only.",
    refuses="any data disk, listed in the version or taken over from its source, and a number that nobody can tell",
    why="Lab Services lists only images with a single disk; others are missing without a word",
    fix="Move the data to the OS disk, or leave the data disks out when the source is captured; declare "
    "`data_disk_count` where Azure cannot be asked",
    url="https://learn.microsoft.com/azure/lab-services/how-to-attach-detach-shared-image-gallery",
    kinds=WITH_VERSIONS,
    validate=validate,
    locked=True,
)
