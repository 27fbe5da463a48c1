"""Findings about disks that the policies of declared and of deployed versions share, and their texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lab_image_policies.config.exemption import FILE
from lab_image_policies.messages import COMPONENT, gigabytes, shown, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version
from lab_image_policies.names import OS_DISK_POLICY, SINGLE_DISK_POLICY
from lab_image_policies.policy import PolicyInput
from lab_image_policies.reading.from_outputs import DeployedVersion
from lab_image_policies.rules import OS_DISK_LIMIT_GB, data_disk_fault, os_disk_fault
from lab_image_policies.violation import Violation

UNSEEN: Final = "Such an image is left out of the list without a word, so no teacher would find it"
MAY_BE_TOO_LARGE: Final = f"It may be {OS_DISK_LIMIT_GB} GB or more, which no teacher would ever see, so it is refused"
ANOTHER_IMAGE: Final = "One of the two is wrong, and teachers would get another image than the one that was reviewed"


def too_large(size: object, limit_gb: float) -> tuple[str, str]:
    """Cause and consequence of an OS disk that reaches the limit."""
    cause = f"the OS disk has {gigabytes(size)}, and Azure Lab Services shows only images below {gigabytes(limit_gb)}"
    if size == OS_DISK_LIMIT_GB:
        cause += (
            f" (at exactly {OS_DISK_LIMIT_GB} GB Microsoft's texts disagree, “less than {OS_DISK_LIMIT_GB} GB” here "
            f"and “not greater than {OS_DISK_LIMIT_GB} GB” there; {OS_DISK_LIMIT_GB - 1} GB is right by all of them)"
        )
    elif isinstance(size, float) and size < OS_DISK_LIMIT_GB:
        cause = f"the OS disk has {gigabytes(size)}, and limitGb in {FILE} asks for less than {gigabytes(limit_gb)}"
        return cause, "Your own limit refuses it, although Lab Services would show it"
    return cause, UNSEEN


def small_enough(limit_gb: float) -> str:
    """The sizes that pass, in words."""
    return f"{limit_gb - 1:g} GB or less" if limit_gb == OS_DISK_LIMIT_GB else f"less than {gigabytes(limit_gb)}"


def instead_of(image: Image, version: Version) -> str:
    """What to do with a version that has the wrong disks, once there is a source with the right ones."""
    if version.is_external:
        return f"have it published as the next version of {shown_text(image.name)}: this one cannot change"
    if not version.is_existing:
        return f"change the source of {version.place} to it"
    return (
        "publish that under the next version number: this one exists already and cannot change; if no lab uses the "
        f"image, name its consumers at {image.place} without lab_services"
    )


def too_many(count: object) -> tuple[str, str]:
    """Cause and consequence of data disks."""
    many = "1 data disk" if count == 1 else f"{shown(count)} data disks"
    return f"it has {many} beside the OS disk, and labs take images with one disk only", UNSEEN


def how_to_declare(image: Image, version: Version, key: str, without_component: str) -> str:
    """Advice for a fact that is not known."""
    if image.component is not None:
        return f"Add the version at {image.component.place}, which brings the facts along, or take the resource out"
    if version.is_external:
        return (
            f"Have the next version of {shown_text(image.name)} published from a disk, snapshot, virtual machine or "
            "managed image, of which Azure shows it"
        )
    if image.by_component:
        return (
            f"Write {key} at {version.place}, or see that Azure can be asked: that the source exists and your sign-in "
            "may read it"
        )
    return f"Declare the image with {COMPONENT}, which brings the facts along; {without_component}"


def disks_in_azure(given: PolicyInput, version: DeployedVersion, limit_gb: float) -> Iterator[Violation]:
    """What is wrong with the disks of a version, as Azure shows them, if it is not refused for them as declared."""
    refused, entry = given.run_state.is_refused, version.entry
    advice = (
        "If it is not what was published, somebody replaced it: publish the reviewed image under a new version number. "
        f"Else build it on one disk of {small_enough(limit_gb)}, publish that, and remove this version"
    )
    size = version.os_disk_size_gb
    fault = os_disk_fault(size, limit_gb)
    if entry is not None and os_disk_fault(entry.os_disk_size_gb, limit_gb) is not None:
        fault = None if refused(OS_DISK_POLICY, version.known_name, version.number) else fault
    if fault is Fault.TOO_LARGE:
        yield version.violation("as deployed", *too_large(size, limit_gb), advice)
    elif fault is not None and not (size is None and version.is_vhd):
        yield version.violation(
            "as deployed",
            f"Azure shows no usable size of its OS disk ({shown(size)})",
            MAY_BE_TOO_LARGE,
            "Run `pulumi refresh`; if that does not help, publish the image again under a new version number",
        )
    is_single = data_disk_fault(version.data_disk_count) is None
    if entry is not None and data_disk_fault(entry.data_disk_count) is not None:
        is_single = is_single or refused(SINGLE_DISK_POLICY, version.known_name, version.number)
    if not is_single:
        yield version.violation("as deployed", *too_many(version.data_disk_count), advice)
