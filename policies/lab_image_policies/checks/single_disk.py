"""`image-single-disk`."""

from __future__ import annotations

from collections.abc import Iterator

from lab_image_policies.config.setting import EXEMPTIONS
from lab_image_policies.messages import UNSEEN, message, shown
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.from_raw_resource import DATA_DISKS_TAG, visible_data_disks
from lab_image_policies.reading.image_of import WITH_VERSIONS, image_for_labs, image_of, subject, unreadable_versions
from lab_image_policies.rules import data_disk_fault, disagrees
from lab_image_policies.violation import Violation


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Refuse every version with a data disk, explicit or implied by its source, or with an unknown number of them."""
    resource = given.resources[0]
    if resource.kind is ResourceKind.VERSION_OF_COMPONENT:
        yield from _added_to_component(resource)
        return
    image = image_for_labs(resource)
    if image is None:
        return
    yield from unreadable_versions(image)
    for version in () if isinstance(image.versions, Fault) else image.versions:
        for text in _faults(image, version):
            yield Violation(image.name, text)


def too_many(who: str, count: object, advice: str) -> str:
    """The violation of data disks, also of those that are deployed already."""
    many = "1 data disk" if count == 1 else f"{shown(count)} data disks"
    return message(who, f"it has {many} beside the OS disk, and labs take images with one disk only", UNSEEN, advice)


def _faults(image: Image, version: Version) -> Iterator[str]:
    who, count = subject(image, version), version.data_disk_count
    fault = data_disk_fault(count)
    if fault is Fault.TOO_MANY:
        advice = f"Move what is on them to the OS disk, and change the source of {version.place} to that one disk"
        yield too_many(who, count, advice)
    elif fault is not None:
        cause = f"the number of its data disks is not known ({shown(count)})"
        if fault is Fault.MALFORMED:
            cause = f"{shown(count)} is no number of data disks"
        consequence = "With a second disk no teacher would ever see it, so it is refused"
        yield message(who, cause, consequence, _how_to_tell(image, version))
    declared = version.declared_data_disk_count
    if disagrees(count, declared):
        yield message(
            who,
            f"{shown(declared)} data disks are declared, but what it is made from has {shown(count)}",
            "One of the two is wrong, and teachers would get another image than the one that was reviewed",
            f"Correct the declared number, or the source, of {version.place}",
        )


def _added_to_component(resource: Resource) -> Iterator[Violation]:
    """A data disk on a version below the component, which never writes one: something else added it."""
    count = visible_data_disks(resource.properties.get("storageProfile"))
    if data_disk_fault(0.0 if count is None else count) is None:
        return
    image = image_of(resource)
    version = image.versions[0] if isinstance(image.versions, tuple) else None
    who = subject(image, version) if version else image.name
    yield Violation(image.name, too_many(who, count, f"Take the dataDiskImages out of {image.place}"))


def _how_to_tell(image: Image, version: Version) -> str:
    if image.by_component:
        return (
            f"Write data_disk_count at {version.place}, or see that Azure can be asked: that the source exists and "
            "your sign-in may read it"
        )
    return (
        "Declare the image with this program's LabImage component, which brings the facts along; make the version from "
        f'its OS disk alone (osDiskImage); or give {version.place} the tag {DATA_DISKS_TAG} with their number, as "0"'
    )


POLICY = Policy(
    name="image-single-disk",
    title="One disk only",
    level="mandatory",
    severity="critical",
    description="Every image has one disk only.",
    refuses="any data disk, listed in the version or taken over from its source, and a number that nobody can tell",
    why="Lab Services lists only images with a single disk; others are missing without a word",
    fix="Move the data to the OS disk, or leave the data disks out when the source is captured; declare "
    "`data_disk_count` where Azure cannot be asked",
    url="https://learn.microsoft.com/azure/lab-services/how-to-attach-detach-shared-image-gallery",
    kinds=WITH_VERSIONS | {ResourceKind.VERSION_OF_COMPONENT},
    validate=validate,
    settings=(EXEMPTIONS,),
    locked=True,
)
