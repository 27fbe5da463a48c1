"""Where the storage profile of an image version names its source, which differs by kind."""

from __future__ import annotations

from pulumi_azure_native import compute

from plan.planned import PlannedSource


def storage_profile(source: PlannedSource) -> compute.GalleryImageVersionStorageProfileArgsDict:
    """The storage profile of a version made from `source`. Raises ValueError for a kind that it does not know.

    Source: Microsoft's examples GalleryImageVersion_Create_With… of api-version 2024-03-03.
    """
    match source.kind:
        case "vm":
            return {"source": {"virtual_machine_id": source.id}}
        case "managed_image" | "gallery_version":
            return {"source": {"id": source.id}}
        case "disk" | "snapshot":
            return {"os_disk_image": {"source": {"id": source.id}}}
        case "vhd":
            return {"os_disk_image": {"source": {"storage_account_id": source.id, "uri": source.uri}}}
        case "existing":
            # Taken over with whatever it was made from; an empty profile changes nothing (`VERSION_COMPARED`).
            return {}
    raise ValueError(f"no version is made from a source of kind {source.kind!r}")
