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
from lab_image_policies.storage_findings import LIMIT, if_meant, stored_gb
from lab_image_policies.translation import _
from lab_image_policies.violation import Violation


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Refuse a gallery whose replicas occupy too much, or an unknown amount."""
    resource, limit = given.resources[0], given.setting(LIMIT.key)
    if resource.kind is ResourceKind.VERSION:
        found = list(_version(given.image, limit))
    else:
        found = list(_gallery(resource, limit) if resource.kind is ResourceKind.GALLERY else _part(resource, limit))
    stored = given.run_state.stored_gb
    if found:
        given.run_state.first_time(STORAGE_POLICY)
    elif storage_is_reached(stored, limit) and given.run_state.first_time(STORAGE_POLICY):
        found = [
            _(
                "{name}: with it the replicas of this stack occupy up to {stored} (OS disk size × replicas), and the "
                "limit is below {limit}. Lower the replicas or narrow the target regions of the versions, or retire "
                "old ones; {if_meant}.",
                name=shown_text(resource.name),
                stored=gigabytes(stored),
                limit=gigabytes(limit),
                if_meant=if_meant(),
            )
        ]
    yield from (Violation(None, text) for text in found)


def _gallery(resource: Resource, limit_gb: float) -> Iterator[str]:
    given = resource.properties.get("replicaStorageGb")
    stored = number(given)
    if isinstance(stored, Fault) or stored < 0:
        yield _unknown(_("gallery"), given, limit_gb)
    elif storage_is_reached(stored, limit_gb):
        yield _(
            "gallery: the replicas of this stack{largest} occupy up to {stored} (OS disk size × replicas), and the "
            "limit is below {limit}. Lower replicas_per_region, narrow target_regions, or retire old versions in the "
            "catalogue; {if_meant}.",
            largest=_largest(resource),
            stored=gigabytes(stored),
            limit=gigabytes(limit_gb),
            if_meant=if_meant(),
        )


def _part(resource: Resource, limit_gb: float) -> Iterator[str]:
    """An image whose gallery does not count it says what its replicas occupy; of others the gallery does."""
    given = resource.properties.get("replicaStorageGb")
    stored = number(given)
    if given is not None and (isinstance(stored, Fault) or stored < 0):
        yield _unknown(shown_text(resource.name), given, limit_gb)


def _unknown(subject: str, given: object, limit_gb: float) -> str:
    return message(
        subject,
        _("nobody can tell what its replicas occupy ({value})", value=shown(given)),
        _("It may be more than the limit of {limit}, so it is refused", limit=gigabytes(limit_gb)),
        _(
            "Write os_disk_size_gb at every version of the catalogue whose source Azure cannot be asked about; "
            "versions that others publish must come from what Azure shows the size of"
        ),
    )


def _version(image: Image, limit_gb: float) -> Iterator[str]:
    """A version declared without the component: its own replicas alone.

    What is not known here is refused by image-os-disk-below-128-gb and image-replicas-within-geography.
    """
    for version in image.readable_versions:
        stored = stored_gb(version)
        if image.component is None and storage_is_reached(stored, limit_gb):
            yield _(
                "{version}: its replicas occupy up to {stored} (OS disk size × replicas), and the limit is below "
                "{limit}. Lower the replicas or narrow the target regions of it; {if_meant}.",
                version=subject(image, version.number),
                stored=gigabytes(stored),
                limit=gigabytes(limit_gb),
                if_meant=if_meant(),
            )


def _largest(resource: Resource) -> str:
    entries = listed(resource.properties.get("largestImages"))
    named = []
    for entry in () if isinstance(entries, Fault) else entries:
        name, size = mapping(entry).get("image"), number(mapping(entry).get("storageGb"))
        if isinstance(name, str) and not isinstance(size, Fault):
            named.append(f"{shown_text(name)} {gigabytes(size)}")
    return _(" (most in {images})", images=", ".join(named)) if named else ""


POLICY = Policy(
    name=STORAGE_POLICY,
    title="Storage of all replicas",
    severity="medium",
    description="The replicas of all images occupy less than the agreed limit.",
    refuses=f"{STORAGE_LIMIT_GB:,} GB or more over all replicas of a stack (configurable), and an unknown sum",
    why="Every replica is billed as a snapshot: one more region or replica for all images can double the bill",
    fix="Lower `replicas_per_region`, narrow `target_regions`, retire old versions, or agree on a higher `limitGb`",
    url="https://learn.microsoft.com/azure/virtual-machines/azure-compute-gallery#billing",
    kinds=frozenset({ResourceKind.GALLERY, ResourceKind.LAB_IMAGE, ResourceKind.VERSION}),
    validate=validate,
    settings=(LIMIT,),
    free_level=True,
)
