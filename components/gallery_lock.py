"""The lock on the gallery."""

from __future__ import annotations

from collections.abc import Sequence

from pulumi import Resource, ResourceOptions

from components.azure_resource import AzureResource
from plan.planned import PlannedLock


def gallery_lock(lock: PlannedLock, gallery: str, after: Sequence[Resource], opts: ResourceOptions) -> AzureResource:
    """Declare the lock on `gallery` (its id). It comes after everything else, so that it goes before it.

    Everything in the gallery inherits it, and Azure refuses to delete what is locked.
    """
    own = ResourceOptions(
        depends_on=list(after),
        import_=lock.import_id,
        # An import spells the scope without its first slash, and another scope would be another lock.
        ignore_changes=["scope"] if lock.exists else None,
        delete_before_replace=True,
    )
    return AzureResource(
        "authorization:ManagementLockByScope",
        "lock",
        {"lockName": lock.name, "scope": gallery, "level": lock.level, "notes": lock.notes},
        ResourceOptions.merge(opts, own),
    )
