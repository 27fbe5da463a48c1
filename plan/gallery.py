"""The gallery, its resource group where the stack makes it, and how much its replicas occupy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from plan.conflict import Conflict
from plan.external import stored_by_others
from plan.gallery_conflicts import gallery_conflicts
from plan.planned import PlannedGallery, PlannedImage
from plan.stack import Stack
from plan.storage import replica_count, stored_gb

LARGEST_SHOWN: Final = 3


def plan_gallery(images: Sequence[PlannedImage], stack: Stack, conflicts: list[Conflict]) -> PlannedGallery:
    """The gallery to declare for `images`; appends what keeps it from being declared."""
    conflicts += gallery_conflicts(stack)
    sizes = {
        image.name: [
            *(stored_gb(it.os_disk_size_gb, replica_count(it.target_regions)) for it in image.versions),
            *(stored_by_others(stack.definition(image.name)) if image.external is not None else ()),
        ]
        for image in images
    }
    unknown = any(None in found for found in sizes.values())
    stored = {name: sum(size or 0 for size in found) for name, found in sizes.items() if found}
    largest = sorted(stored.items(), key=lambda item: (-item[1], item[0]))[:LARGEST_SHOWN]
    settings, observed = stack.settings, stack.observed
    take_over = settings.import_existing
    return PlannedGallery(
        name=settings.gallery_name,
        id=stack.gallery_id,
        resource_group=settings.resource_group_name,
        create_resource_group=settings.create_resource_group,
        location=settings.location,
        description=settings.gallery_description,
        tags=stack.tags(),
        protect=settings.protect,
        replica_storage_gb=None if unknown else sum(stored.values()),
        largest=tuple(largest),
        import_id=stack.gallery_id if observed.gallery and take_over else None,
        resource_group_import_id=stack.resource_group_id if observed.resource_group and take_over else None,
        soft_delete=_soft_delete(stack),
    )


def _soft_delete(stack: Stack) -> bool | None:
    """Whether deleted versions are kept; None leaves it as it is.

    Azure refuses the policy, switched off too, in a subscription without the feature; a gallery without one keeps
    nothing. Source: "Soft delete in Azure Compute Gallery", a preview to register for.
    """
    wanted, gallery = stack.settings.soft_delete, stack.observed.gallery
    has_policy = gallery is not None and gallery.soft_delete is not None
    return wanted if wanted or has_policy else None
