"""Why teachers do not see a version in the gallery."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from catalog.images.version import version_key, version_problem
from catalog.stacks.settings import Settings
from lifecycle.lab_services_limits import MOST_DATA_DISKS, OS_DISK_LIMIT_GB, SUPPORTED
from plan.latest import latest_usable
from plan.observed import Observed, ObservedDefinition, ObservedVersion
from plan.take_over import USABLE


def hidden_because(definition: ObservedDefinition, number: str, lab_regions: Collection[str] | None) -> tuple[str, ...]:
    """Why teachers do not see version `number` of `definition`; empty if they do.

    `lab_regions` are the regions where labs are made (canonical names): empty if the gallery is attached to no lab
    account of the stack, None if that is unknown.
    """
    version = definition.versions[number]
    return (
        *_state(version),
        *disk_reasons(version.os_disk_size_gb, version.data_disk_count),
        *machine_reasons({key: getattr(definition.definition, key) for key in SUPPORTED}),
        *_regions(version, lab_regions),
        *_newer(definition, number),
    )


def lab_regions(settings: Settings, observed: Observed) -> frozenset[str] | None:
    """Regions of the stack's lab accounts that show its gallery; None if an account could not be read."""
    found: set[str] = set()
    gallery = observed.gallery.id.lower() if observed.gallery else ""
    for account in settings.lab_account_ids:
        seen = observed.labs.get(account.lower())
        if seen is None or seen.failure or seen.region is None:
            return None
        if gallery in map(str.lower, seen.attachments.values()):
            found.add(seen.region)
    return frozenset(found)


def _state(version: ObservedVersion) -> Iterator[str]:
    if version.provisioning_state not in USABLE:
        yield f"its state is {version.provisioning_state or 'not known'}"


def disk_reasons(size: int | None, data_disks: int | None) -> Iterator[str]:
    """Why teachers do not see an image with an OS disk of `size` GB and this number of other disks."""
    if size is None:
        yield "the size of its OS disk is not known"
    elif size >= OS_DISK_LIMIT_GB:
        yield f"its OS disk has {size} GB, and only images below {OS_DISK_LIMIT_GB} GB are shown"
    if data_disks is not None and data_disks > MOST_DATA_DISKS:
        yield f"it has {data_disks + 1} disks, and only images with one are shown"


def machine_reasons(definition: Mapping[str, str]) -> Iterator[str]:
    """Why labs do not take machines of an image; `definition` are its values by key, left out if they are usual."""
    nouns = {"hyper_v_generation": "generation", "architecture": "architecture", "security_type": "security type"}
    for key, noun in nouns.items():
        value = definition.get(key, SUPPORTED[key])
        if value != SUPPORTED[key]:
            yield f"its {noun} is {value}, and labs take {SUPPORTED[key]}"


def _regions(version: ObservedVersion, lab_regions: Collection[str] | None) -> Iterator[str]:
    if lab_regions is None:
        return
    if not lab_regions:
        yield "the gallery is attached to no lab account of this stack"
    excluded = {replica.region: replica.exclude_from_latest for replica in version.replicas}
    missing = sorted(set(lab_regions) - excluded.keys())
    if missing:
        yield f"it has no replica in {', '.join(missing)}, where labs are made"
    passed = sorted(region for region in lab_regions if excluded.get(region))
    if passed:
        yield f"it is excluded from latest in {', '.join(passed)}"


def _newer(definition: ObservedDefinition, number: str) -> Iterator[str]:
    """Teachers pick an image and get its latest version. Source: "Attach or detach a compute gallery …"."""
    newest = latest_usable(definition.versions)
    if newest is not None and version_problem(number) is None and version_key(number) < version_key(newest):
        yield f"labs take the latest version, {newest}"
