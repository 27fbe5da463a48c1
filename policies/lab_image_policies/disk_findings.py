"""Findings about disks that the policies of declared and of deployed versions share, and their texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lab_image_policies.config.exemption import FILE
from lab_image_policies.messages import component, gigabytes, shown, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version
from lab_image_policies.names import OS_DISK_POLICY, SINGLE_DISK_POLICY
from lab_image_policies.policy import PolicyInput
from lab_image_policies.reading.from_outputs import DeployedVersion
from lab_image_policies.rules import OS_DISK_LIMIT_GB, data_disk_fault, os_disk_fault
from lab_image_policies.translation import N_, _, n_
from lab_image_policies.violation import Violation

_UNSEEN: Final = N_("Such an image is left out of the list without a word, so no teacher would find it")


def may_be_too_large() -> str:
    """The consequence of a size that is not known."""
    return _("It may be {limit} GB or more, which no teacher would ever see, so it is refused", limit=OS_DISK_LIMIT_GB)


def another_image() -> str:
    """The consequence of a declared fact that is not the real one."""
    return _("One of the two is wrong, and teachers would get another image than the one that was reviewed")


def too_large(size: object, limit_gb: float) -> tuple[str, str]:
    """Cause and consequence of an OS disk that reaches the limit."""
    sizes = {"size": gigabytes(size), "limit": gigabytes(limit_gb)}
    if size == OS_DISK_LIMIT_GB:
        cause = _(
            "the OS disk has {size}, and Azure Lab Services shows only images below {limit} (at exactly {bound} GB "
            "Microsoft's texts disagree, “less than {bound} GB” here and “not greater than {bound} GB” there; {right} "
            "GB is right by all of them)",
            bound=OS_DISK_LIMIT_GB,
            right=OS_DISK_LIMIT_GB - 1,
            **sizes,
        )
        return cause, _(_UNSEEN)
    if isinstance(size, float) and size < OS_DISK_LIMIT_GB:
        cause = _("the OS disk has {size}, and limitGb in {file} asks for less than {limit}", file=FILE, **sizes)
        return cause, _("Your own limit refuses it, although Lab Services would show it")
    cause = _("the OS disk has {size}, and Azure Lab Services shows only images below {limit}", **sizes)
    return cause, _(_UNSEEN)


def small_enough(limit_gb: float) -> str:
    """The sizes that pass, in words."""
    if limit_gb == OS_DISK_LIMIT_GB:
        return _("{size} GB or less", size=OS_DISK_LIMIT_GB - 1)
    return _("less than {size}", size=gigabytes(limit_gb))


def instead_of(image: Image, version: Version) -> str:
    """What to do with a version that has the wrong disks, once there is a source with the right ones.

    An instruction by itself, which follows another one: "build the image on another disk, and …".
    """
    if version.is_external:
        return _(
            "have it published as the next version of {image}: this one cannot change", image=shown_text(image.name)
        )
    if not version.is_existing:
        return _("change the source of {place} to it", place=version.place)
    return _(
        "publish that under the next version number: this one exists already and cannot change; if no lab uses the "
        "image, name its consumers at {place} without lab_services",
        place=image.place,
    )


def too_many(count: object) -> tuple[str, str]:
    """Cause and consequence of data disks."""
    cause = n_(
        "it has 1 data disk beside the OS disk, and labs take images with one disk only",
        "it has {count} data disks beside the OS disk, and labs take images with one disk only",
        1 if count == 1 else 2,
        count=shown(count),
    )
    return cause, _(_UNSEEN)


def how_to_declare(image: Image, version: Version, key: str, without_component: str) -> str:
    """Advice for a fact that is not known; `without_component` is an instruction by itself."""
    if image.component is not None:
        return _(
            "Add the version at {place}, which brings the facts along, or take the resource out",
            place=image.component.place,
        )
    if version.is_external:
        return _(
            "Have the next version of {image} published from a disk, snapshot, virtual machine or managed image, of "
            "which Azure shows it",
            image=shown_text(image.name),
        )
    if image.by_component:
        return _(
            "Write {key} at {place}, or see that Azure can be asked: that the source exists and your sign-in may read "
            "it",
            key=key,
            place=version.place,
        )
    return _(
        "Declare the image with {component}, which brings the facts along; {otherwise}",
        component=component(),
        otherwise=without_component,
    )


def disks_in_azure(given: PolicyInput, version: DeployedVersion, limit_gb: float) -> Iterator[Violation]:
    """What is wrong with the disks of a version, as Azure shows them, if it is not refused for them as declared."""
    refused, entry = given.run_state.is_refused, version.entry
    advice = _(
        "If it is not what was published, somebody replaced it: publish the reviewed image under a new version number. "
        "Else build it on one disk of {size}, publish that, and remove this version",
        size=small_enough(limit_gb),
    )
    size = version.os_disk_size_gb
    fault = os_disk_fault(size, limit_gb)
    if entry is not None and os_disk_fault(entry.os_disk_size_gb, limit_gb) is not None:
        fault = None if refused(OS_DISK_POLICY, version.known_name, version.number) else fault
    if fault is Fault.TOO_LARGE:
        yield version.violation(version.as_deployed, *too_large(size, limit_gb), advice)
    elif fault is not None and not (size is None and version.is_vhd):
        yield version.violation(
            version.as_deployed,
            _("Azure shows no usable size of its OS disk ({value})", value=shown(size)),
            may_be_too_large(),
            _("Run `pulumi refresh`; if that does not help, publish the image again under a new version number"),
        )
    is_single = data_disk_fault(version.data_disk_count) is None
    if entry is not None and data_disk_fault(entry.data_disk_count) is not None:
        is_single = is_single or refused(SINGLE_DISK_POLICY, version.known_name, version.number)
    if not is_single:
        yield version.violation(version.as_deployed, *too_many(version.data_disk_count), advice)
