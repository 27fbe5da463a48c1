"""The policy `image-os-disk-below-128-gb`."""

from __future__ import annotations

from collections.abc import Iterator

from lab_image_policies.config.setting import EXEMPTIONS, OS_DISK_LIMIT
from lab_image_policies.disk_findings import (
    another_image,
    how_to_declare,
    instead_of,
    may_be_too_large,
    small_enough,
    too_large,
)
from lab_image_policies.image_check import Finding, differing, disagreement, for_lab_services
from lab_image_policies.messages import gigabytes, shown
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version
from lab_image_policies.names import OS_DISK_POLICY
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.from_child import is_raw, is_unlisted, same_source
from lab_image_policies.reading.from_raw_resource import SIZE_TAG
from lab_image_policies.reading.image_of import WITH_VERSIONS
from lab_image_policies.rules import OS_DISK_LIMIT_GB, disagrees, os_disk_fault
from lab_image_policies.translation import N_, _


@for_lab_services
def validate(given: PolicyInput, image: Image) -> Iterator[Finding]:
    """Refuse every version whose OS disk is too large or of unknown size."""
    limit_gb = given.setting(OS_DISK_LIMIT.key)
    for version in image.readable_versions:
        if version.restored not in (None, False):
            yield Finding(
                version.number,
                _(
                    "restore is {value}, so Azure brings back what was deleted under this number",
                    value=shown(version.restored),
                ),
                may_be_too_large(),
                _(
                    "Take restore out of {place}, and publish what was reviewed under a new version number",
                    place=version.place,
                ),
            )
        size, declared = version.os_disk_size_gb, version.declared_os_disk_size_gb
        if size is None and given.run_state.of_state and is_raw(image):
            continue  # what Azure shows of it is judged by deployed-image-disks
        fault = os_disk_fault(size, limit_gb)
        if fault is Fault.TOO_LARGE:
            advice = _(
                "Build the image on an OS disk of {size}, and {then}",
                size=small_enough(limit_gb),
                then=instead_of(image, version),
            )
            if is_raw(image):
                advice = _("{advice}, and its tag {tag} to the new size", advice=advice, tag=SIZE_TAG)
            yield Finding(version.number, *too_large(size, limit_gb), advice)
        elif fault is not None:
            yield _unknown(image, version, fault)
        if disagrees(size, declared):
            cause = _(
                "its OS disk is declared as {declared}, but what it is made from has {size}",
                declared=gigabytes(declared),
                size=gigabytes(size),
            )
            advice = _("Correct the declared size, or the source, of {place}", place=version.place)
            if version.is_existing:
                advice = _("Correct the declared size of {place}", place=version.place)
            yield Finding(version.number, cause, another_image(), advice)
    for version, entry in differing(image, lambda each: each.source_ids):
        if not same_source(version, entry):
            yield disagreement(version, N_("source"), entry)


def _unknown(image: Image, version: Version, fault: Fault) -> Finding:
    size = version.os_disk_size_gb
    cause = _("{value} is no size of an OS disk", value=shown(size))
    if fault in (Fault.UNKNOWN, Fault.MISSING):
        cause = _("the size of the OS disk is not known ({value})", value=shown(size))
    if is_unlisted(image, version):
        cause = _("its LabImage component does not list this version, so the size of the OS disk is not known")
    otherwise = _('or give {place} the tag {tag} with the size in GB, such as "64"', place=version.place, tag=SIZE_TAG)
    advice = how_to_declare(image, version, "os_disk_size_gb", otherwise)
    return Finding(version.number, cause, may_be_too_large(), advice)


POLICY = Policy(
    name=OS_DISK_POLICY,
    title=f"OS disk below {OS_DISK_LIMIT_GB} GB",
    severity="critical",
    description=f"The OS disk of every image is below {OS_DISK_LIMIT_GB} GB.",
    refuses=f"an OS disk of {OS_DISK_LIMIT_GB} GB or more, a size that nobody can tell, and a declared size that is "
    "not the real one",
    why=f"Lab Services lists only images with less than {OS_DISK_LIMIT_GB} GB of OS disk; others are missing without a "
    "word",
    fix=f"Build the image on an OS disk of {small_enough(OS_DISK_LIMIT_GB)} and publish it as a new version; declare "
    "`os_disk_size_gb` where Azure cannot be asked",
    url="https://learn.microsoft.com/azure/lab-services/how-to-attach-detach-shared-image-gallery",
    kinds=WITH_VERSIONS,
    validate=validate,
    settings=(OS_DISK_LIMIT, EXEMPTIONS),
    locked=True,
)
