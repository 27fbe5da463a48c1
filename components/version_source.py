"""Where the storage profile of an image version names its source, which differs by kind."""

from __future__ import annotations

from typing import Any

from plan.planned import PlannedSource


def storage_profile(source: PlannedSource) -> dict[str, Any]:
    """The storage profile of a version made from `source`. Raises ValueError for a kind that it does not know.

    Source: Microsoft's examples GalleryImageVersion_Create_With… of api-version 2024-03-03.
    """
    match source.kind:
        case "vm":
            return {"source": {"virtualMachineId": source.id}}
        case "managed_image" | "gallery_version":
            return {"source": {"id": source.id}}
        case "disk" | "snapshot":
            return {"osDiskImage": {"source": {"id": source.id}}}
        case "vhd":
            return {"osDiskImage": {"source": {"storageAccountId": source.id, "uri": source.uri}}}
        case "existing":
            # Taken over with whatever it was made from; an empty profile changes nothing (`VERSION_COMPARED`).
            return {}
    raise ValueError(f"no version is made from a source of kind {source.kind!r}")
