"""The policy `replica-storage-below-limit`."""

from __future__ import annotations

from collections.abc import Iterator

from lab_image_policies.config.exemption import FILE
from lab_image_policies.config.setting import Setting
from lab_image_policies.messages import gigabytes, message, shown, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import listed, mapping
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.image_of import image_of, subject
from lab_image_policies.rules import STORAGE_LIMIT_GB, dollars_a_month, number, storage_is_reached
from lab_image_policies.violation import Violation

LIMIT = Setting(
    "limitGb",
    "The replicas of one stack must occupy less than this many GB, counted as OS disk size × replicas.",
    STORAGE_LIMIT_GB,
    {"type": "number", "minimum": 1},
)


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Refuse a gallery whose replicas occupy too much, or an unknown amount."""
    resource, limit = given.resources[0], given.setting(LIMIT.key)
    check = _gallery if resource.kind is ResourceKind.GALLERY else _version
    yield from (Violation(None, text) for text in check(resource, limit))


def _gallery(resource: Resource, limit_gb: float) -> Iterator[str]:
    given = resource.properties.get("replicaStorageGb")
    stored = number(given)
    if isinstance(stored, Fault) or stored < 0:
        yield message(
            "gallery",
            f"nobody can tell what its replicas occupy ({shown(given)})",
            f"It may be more than the limit of {gigabytes(limit_gb)}, so it is refused",
            "Write os_disk_size_gb at every version of the catalogue whose source Azure cannot be asked about",
        )
    elif storage_is_reached(stored, limit_gb):
        yield _too_much("gallery: the replicas of this stack", stored, limit_gb, _largest(resource))


def _version(resource: Resource, limit_gb: float) -> Iterator[str]:
    """A version declared without the component: its own replicas only, since nothing sums up those of the stack.

    What is not known here is refused by image-os-disk-below-128-gb and image-replicas-within-geography.
    """
    image = image_of(resource)
    for version in image.readable_versions:
        size = number(version.os_disk_size_gb)
        regions = () if isinstance(version.target_regions, Fault) else version.target_regions
        counts = [count for region in regions if not isinstance(count := number(region.replicas), Fault)]
        if not isinstance(size, Fault) and storage_is_reached(size * sum(counts), limit_gb):
            yield _too_much(f"{subject(image, version.number)}: its replicas", size * sum(counts), limit_gb, "")


def _too_much(whose: str, stored_gb: float, limit_gb: float, largest: str) -> str:
    return (
        f"{whose} occupy up to {gigabytes(stored_gb)} (OS disk size × replicas), and the limit is "
        f"below {gigabytes(limit_gb)}. "
        f"That is about {dollars_a_month(stored_gb):,.0f} USD a month for standard snapshots{largest}. "
        "Lower replicas_per_region, narrow target_regions, or retire old versions in the catalogue; if it is meant "
        f"to be, raise limitGb of replica-storage-below-limit in {FILE}."
    )


def _largest(resource: Resource) -> str:
    entries = listed(resource.properties.get("largestImages"))
    named = []
    for entry in () if isinstance(entries, Fault) else entries:
        name, size = mapping(entry).get("image"), number(mapping(entry).get("storageGb"))
        if isinstance(name, str) and not isinstance(size, Fault):
            named.append(f"{shown_text(name)} {gigabytes(size)}")
    return f"; most of it is in {', '.join(named)}" if named else ""


POLICY = Policy(
    name="replica-storage-below-limit",
    title="Storage of all replicas",
    severity="medium",
    description="The replicas of all images occupy less than the agreed limit.",
    refuses=f"{STORAGE_LIMIT_GB:,} GB or more over all replicas of a stack (configurable), and an unknown sum",
    why="Every replica is billed as a snapshot: one more region or replica for all images can double the bill",
    fix="Lower `replicas_per_region`, narrow `target_regions`, retire old versions, or agree on a higher `limitGb`",
    url="https://learn.microsoft.com/azure/virtual-machines/azure-compute-gallery#billing",
    kinds=frozenset({ResourceKind.GALLERY, ResourceKind.VERSION}),
    validate=validate,
    settings=(LIMIT,),
    free_level=True,
)
