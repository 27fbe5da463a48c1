"""Good inputs of every resource that policies validate; tests change one thing."""

from __future__ import annotations

from typing import Any

from tests.support import ids

LAB_IMAGE = "lab-image-gallery:index:LabImage"
GALLERY = "lab-image-gallery:index:Gallery"
ATTACHMENT = "lab-image-gallery:index:LabAccountAttachment"
LAB_PLAN = "lab-image-gallery:index:LabPlan"
VERSION = "azure-native:compute:GalleryImageVersion"
DEFINITION = "azure-native:compute:GalleryImage"
COMPUTE = ids.BUILD
SNAPSHOT = f"{COMPUTE}/snapshots/gis-100"


def region(name: object = "koreacentral", **changes: Any) -> dict[str, Any]:
    """A target region of a component's version."""
    return {"name": name, "replicas": 1, "excludeFromLatest": False, **changes}


def version(**changes: Any) -> dict[str, Any]:
    """A version as the component passes it."""
    return {
        "version": "1.0.0",
        "source": {"kind": "snapshot", "id": SNAPSHOT},
        "osDiskSizeGb": 64,
        "dataDiskCount": 0,
        "declaredOsDiskSizeGb": 64,
        "declaredDataDiskCount": 0,
        "targetRegions": [region(), region("koreasouth")],
        "excludeFromLatest": False,
        "endOfLife": None,
        **changes,
    }


def lab_image(*versions: Any, **changes: Any) -> dict[str, Any]:
    """Inputs of the component `LabImage`; without versions one good one."""
    return {
        "image": "gis",
        "osType": "Linux",
        "osState": "Generalized",
        "hyperVGeneration": "V1",
        "architecture": "x64",
        "securityType": "Standard",
        "consumers": ["lab_services"],
        "homeRegion": "koreacentral",
        "versions": list(versions) or [version()],
        **changes,
    }


def gallery(**changes: Any) -> dict[str, Any]:
    """Inputs of the component `Gallery`."""
    largest = [{"image": "gis", "storageGb": 128}]
    return {"location": "koreacentral", "replicaStorageGb": 128, "largestImages": largest, **changes}


def attachment(**changes: Any) -> dict[str, Any]:
    """Inputs of `LabAccountAttachment` and `LabPlan`."""
    images = {"gis": ["koreacentral", "koreasouth"]}
    return {"labRegions": ["koreacentral"], "galleryLocation": "koreacentral", "imageRegions": images, **changes}


def raw_version(**changes: Any) -> dict[str, Any]:
    """A `GalleryImageVersion` that any program may declare, with the two tags."""
    return {
        "galleryImageName": "gis",
        "galleryImageVersionName": "1.0.0",
        "galleryName": "images",
        "location": "koreacentral",
        "publishingProfile": {"targetRegions": [{"name": "Korea Central", "regionalReplicaCount": 1}]},
        "storageProfile": {"osDiskImage": {"source": {"id": SNAPSHOT}}},
        "tags": {"lab-os-disk-size-gb": "64", "lab-data-disk-count": "0"},
        **changes,
    }


def raw_definition(**changes: Any) -> dict[str, Any]:
    """A `GalleryImage` that any program may declare."""
    return {
        "galleryImageName": "gis",
        "galleryName": "images",
        "osType": "Linux",
        "osState": "Generalized",
        "hyperVGeneration": "V1",
        "architecture": "x64",
        "features": [{"name": "SecurityType", "value": "Standard"}],
        **changes,
    }
