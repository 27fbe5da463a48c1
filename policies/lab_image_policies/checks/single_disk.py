"""The policy `image-single-disk`."""

from __future__ import annotations

from collections.abc import Iterator

from lab_image_policies.disk_findings import another_image, how_to_declare, instead_of, too_many
from lab_image_policies.image_check import Finding, for_lab_services
from lab_image_policies.messages import shown
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version
from lab_image_policies.names import SINGLE_DISK_POLICY
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.from_child import is_raw, is_unlisted
from lab_image_policies.reading.from_raw_resource import DATA_DISKS_TAG
from lab_image_policies.reading.image_of import WITH_VERSIONS
from lab_image_policies.rules import data_disk_fault, disagrees, number
from lab_image_policies.translation import _


@for_lab_services
def validate(given: PolicyInput, image: Image) -> Iterator[Finding]:
    """Refuse every version with a data disk, listed or taken over from its source, or with an unknown number."""
    for version in image.readable_versions:
        count, declared = version.data_disk_count, version.declared_data_disk_count
        if count is None and (is_unlisted(image, version) or (given.run_state.of_state and is_raw(image))):
            continue  # image-os-disk-below-128-gb refuses the one, deployed-image-disks judges the other
        fault = data_disk_fault(count)
        if fault is Fault.TOO_MANY and image.component is not None:
            yield Finding(
                version.number, *too_many(count), _("Take the dataDiskImages out of {place}", place=version.place)
            )
        elif fault is Fault.TOO_MANY:
            advice = _("Move what is on them to the OS disk, and {then}", then=instead_of(image, version))
            if is_raw(image):
                advice = _(
                    "{advice}; take the dataDiskImages out too, if there are any, and give it the tag {tag} as 0",
                    advice=advice,
                    tag=DATA_DISKS_TAG,
                )
            yield Finding(version.number, *too_many(count), advice)
        elif fault is not None:
            cause = _("the number of its data disks is not known ({value})", value=shown(count))
            if fault is Fault.MALFORMED:
                cause = _("{value} is no number of data disks", value=shown(count))
            consequence = _("With a second disk no teacher would ever see it, so it is refused")
            otherwise = _without_component(image, version)
            yield Finding(
                version.number, cause, consequence, how_to_declare(image, version, "data_disk_count", otherwise)
            )
        told = not image.by_component and fault is Fault.TOO_MANY
        if image.component is None and not told and disagrees(count, declared):
            cause = _(
                "{declared} data disks are declared, but what it is made from has {count}",
                declared=shown(declared),
                count=shown(count),
            )
            advice = _("Correct the declared number, or the source, of {place}", place=version.place)
            if version.is_existing:
                advice = _("Correct the declared number of {place}", place=version.place)
            yield Finding(version.number, cause, another_image(), advice)


def _without_component(image: Image, version: Version) -> str:
    if not image.by_component and not isinstance(number(version.declared_data_disk_count), Fault):
        return _("write the dataDiskImages of {place} as a plain list, or leave them out", place=version.place)
    return _(
        "make the version from its OS disk alone (osDiskImage); or give {place} the tag {tag} with their number, as "
        '"0"',
        place=version.place,
        tag=DATA_DISKS_TAG,
    )


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
