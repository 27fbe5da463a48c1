"""`image-os-disk-below-128-gb`."""

from __future__ import annotations

from collections.abc import Iterator

from lab_image_policies.config.exemption import FILE
from lab_image_policies.config.setting import EXEMPTIONS, Setting
from lab_image_policies.messages import UNSEEN, gigabytes, message, shown
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.from_raw_resource import SIZE_TAG
from lab_image_policies.reading.image_of import WITH_VERSIONS, image_for_labs, subject, unreadable_versions
from lab_image_policies.rules import OS_DISK_LIMIT_GB, disagrees, os_disk_fault
from lab_image_policies.violation import Violation

LIMIT = Setting(
    "limitGb",
    "OS disks of this size in GB and larger are refused. It can only be lowered.",
    OS_DISK_LIMIT_GB,
    {"type": "number", "minimum": 1, "maximum": OS_DISK_LIMIT_GB},
)


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Refuse every version whose OS disk is too large, or whose size nobody can tell."""
    image = image_for_labs(given.resources[0])
    if image is None:
        return
    yield from unreadable_versions(image)
    for version in () if isinstance(image.versions, Fault) else image.versions:
        for text in _faults(image, version, given.setting(LIMIT.key)):
            yield Violation(image.name, text)


def too_large(who: str, size: object, limit_gb: float, advice: str) -> str:
    """The violation of an OS disk that reaches the limit, also of one that is deployed already."""
    cause = f"the OS disk has {gigabytes(size)}, and Azure Lab Services shows only images below {gigabytes(limit_gb)}"
    if size == OS_DISK_LIMIT_GB:
        cause += (
            " (at exactly 128 GB Microsoft's texts disagree, “less than 128 GB” here and “not greater than 128 GB” "
            "there; 127 GB is right by all of them)"
        )
    elif isinstance(size, float) and size < OS_DISK_LIMIT_GB:
        cause = f"the OS disk has {gigabytes(size)}, and limitGb in {FILE} asks for less than {gigabytes(limit_gb)}"
        return message(who, cause, "Your own limit refuses it, although Lab Services would show it", advice)
    return message(who, cause, UNSEEN, advice)


def small_enough(limit_gb: float) -> str:
    """The sizes that pass, in words."""
    return "127 GB or less" if limit_gb == OS_DISK_LIMIT_GB else f"less than {gigabytes(limit_gb)}"


def _faults(image: Image, version: Version, limit_gb: float) -> Iterator[str]:
    who, size, declared = subject(image, version), version.os_disk_size_gb, version.declared_os_disk_size_gb
    fault = os_disk_fault(size, limit_gb)
    if fault is Fault.TOO_LARGE:
        advice = (
            f"Build the image on an OS disk of {small_enough(limit_gb)}, and change the source of {version.place} to it"
        )
        yield too_large(who, size, limit_gb, advice)
    elif fault is not None:
        untold = fault in (Fault.UNKNOWN, Fault.MISSING)
        cause = f"the size of the OS disk is not known ({shown(size)})"
        cause = cause if untold else f"{shown(size)} is no size of an OS disk"
        consequence = "It may be 128 GB or more, which no teacher would ever see, so it is refused"
        yield message(who, cause, consequence, _how_to_tell(image, version))
    if disagrees(size, declared):
        yield message(
            who,
            f"its OS disk is declared as {gigabytes(declared)}, but what it is made from has {gigabytes(size)}",
            "One of the two is wrong, and teachers would get another image than the one that was reviewed",
            f"Correct the declared size, or the source, of {version.place}",
        )


def _how_to_tell(image: Image, version: Version) -> str:
    if image.by_component:
        return (
            f"Write os_disk_size_gb at {version.place}, or see that Azure can be asked: that the source exists and "
            "your sign-in may read it"
        )
    return (
        f"Declare the image with this program's LabImage component, which brings the facts along; or give "
        f'{version.place} the tag {SIZE_TAG} with the size in GB, such as "64"'
    )


POLICY = Policy(
    name="image-os-disk-below-128-gb",
    title="OS disk below 128 GB",
    level="mandatory",
    severity="critical",
    description="The OS disk of every image is below 128 GB.",
    refuses="an OS disk of 128 GB or more, a size that nobody can tell, and a declared size that is not the real one",
    why="Lab Services lists only images with less than 128 GB of OS disk; others are missing without a word",
    fix="Build the image on an OS disk of 127 GB or less and publish it as a new version; declare `os_disk_size_gb` "
    "where Azure cannot be asked",
    url="https://learn.microsoft.com/azure/lab-services/how-to-attach-detach-shared-image-gallery",
    kinds=WITH_VERSIONS,
    validate=validate,
    settings=(LIMIT, EXEMPTIONS),
    locked=True,
)
