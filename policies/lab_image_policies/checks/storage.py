"""The policy `replica-storage-below-limit`."""

from __future__ import annotations

from collections.abc import Iterator

from lab_image_policies.messages import gigabytes, message, shown, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, listed, mapping
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.names import STORAGE_POLICY
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.image_of import subject
from lab_image_policies.rules import STORAGE_LIMIT_GB, number, storage_is_reached
from lab_image_policies.storage_findings import LIMIT, stored_gb, too_much_stored
from lab_image_policies.violation import Violation


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Refuse a gallery whose replicas occupy too much, or an unknown amount."""
    resource, limit = given.resources[0], given.setting(LIMIT.key)
    found = list(_gallery(resource, limit) if resource.kind is ResourceKind.GALLERY else _version(given.image, limit))
    stored = given.run_state.stored_gb
    if found:
        given.run_state.first_time(STORAGE_POLICY)
    elif storage_is_reached(stored, limit) and given.run_state.first_time(STORAGE_POLICY):
        advice = "Lower the replicas or narrow the target regions of the versions, or retire old ones"
        whose = f"{shown_text(resource.name)}: with it the replicas of this stack"
        found = [too_much_stored(whose, stored, limit, advice)]
    yield from (Violation(None, text) for text in found)


def _gallery(resource: Resource, limit_gb: float) -> Iterator[str]:
    given = resource.properties.get("replicaStorageGb")
    stored = number(given)
    if isinstance(stored, Fault) or stored < 0:
        yield message(
            "gallery",
            f"nobody can tell what its replicas occupy ({shown(given)})",
            f"It may be more than the limit of {gigabytes(limit_gb)}, so it is refused",
            "Write os_disk_size_gb at every version of the catalogue whose source Azure cannot be asked about; "
            "versions that others publish must come from what Azure shows the size of",
        )
    elif storage_is_reached(stored, limit_gb):
        advice = "Lower replicas_per_region, narrow target_regions, or retire old versions in the catalogue"
        whose = f"gallery: the replicas of this stack{_largest(resource)}"
        yield too_much_stored(whose, stored, limit_gb, advice)


def _version(image: Image, limit_gb: float) -> Iterator[str]:
    """A version declared without the component: its own replicas alone.

    What is not known here is refused by image-os-disk-below-128-gb and image-replicas-within-geography.
    """
    for version in image.readable_versions:
        stored = stored_gb(version)
        if image.component is None and storage_is_reached(stored, limit_gb):
            whose = f"{subject(image, version.number)}: its replicas"
            yield too_much_stored(whose, stored, limit_gb, "Lower the replicas or narrow the target regions of it")


def _largest(resource: Resource) -> str:
    entries = listed(resource.properties.get("largestImages"))
    named = []
    for entry in () if isinstance(entries, Fault) else entries:
        name, size = mapping(entry).get("image"), number(mapping(entry).get("storageGb"))
        if isinstance(name, str) and not isinstance(size, Fault):
            named.append(f"{shown_text(name)} {gigabytes(size)}")
    return f" (most in {', '.join(named)})" if named else ""


POLICY = Policy(
    name=STORAGE_POLICY,
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
