"""Entries for the programs of foreign projects: honest definitions, versions and sources, to change one thing of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tests.policies.inputs import COMPUTE, DEFINITION, VERSION, raw_definition, raw_version
from tests.support.ids import GALLERIES

GALLERY: Final = "elsewhere"
DISK, SOURCE = "azure-native:compute:Disk", "azure-native:compute:Snapshot"
SNAPSHOTS: Final = f"{COMPUTE}/snapshots"
TOO_LARGE: Final = f"{SNAPSHOTS}/too-large-gis"
FITTING: Final = f"{SNAPSHOTS}/ubuntu-2204-python-100"
TAGS: Final = {"lab-os-disk-size-gb": "64", "lab-data-disk-count": "0"}
LARGE_TAGS: Final = {**TAGS, "lab-os-disk-size-gb": "256"}
Resource = dict[str, Any]


def resource(name: str, kind: str, properties: Mapping[str, Any], **options: Any) -> Resource:
    """An entry of the program's list."""
    return {"name": name, "type": kind, "properties": dict(properties), **options}


def made_from(source: object) -> dict[str, Any]:
    """The storage profile of a version that has one source."""
    return {"osDiskImage": {"source": {"id": source}}}


def regions(*targets: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A publishing profile."""
    return {"targetRegions": list(targets), **changes}


KOREA: Final = {"name": "koreacentral", "regionalReplicaCount": 1}


def gallery() -> Resource:
    """The gallery of all images here."""
    place = {"resourceGroupName": "galleries", "location": "koreacentral"}
    return resource("gallery", "azure-native:compute:Gallery", {"galleryName": GALLERY, **place})


def definition(image: str, *, kind: str = DEFINITION, name: str = "", **changes: Any) -> Resource:
    """A definition; without changes an honest one."""
    identifier = {"publisher": "contoso", "offer": "foreign", "sku": image}
    place = {"galleryName": GALLERY, "resourceGroupName": "galleries", "location": "koreacentral"}
    inputs = raw_definition(galleryImageName=image, identifier=identifier, **place)
    return resource(name or image, kind, {**inputs, **changes})


def version(name: str, image: object, number: str, *, kind: str = VERSION, **changes: Any) -> Resource:
    """A version; without changes an honest one, made from a snapshot of 64 GB."""
    place = {"galleryName": GALLERY, "resourceGroupName": "galleries"}
    inputs = raw_version(galleryImageName=image, galleryImageVersionName=number, storageProfile=made_from(FITTING))
    inputs |= {"publishingProfile": regions(KOREA), **place}
    return resource(name, kind, {**inputs, **changes})


def disk(name: str, size: int, *, kind: str = DISK) -> Resource:
    """A managed disk."""
    place = {"resourceGroupName": "image-build", "location": "koreacentral"}
    inputs = {"diskName": name, "diskSizeGB": size, "creationData": {"createOption": "Empty"}, **place}
    return resource(name, kind, inputs)


def snapshot(name: str, source: object, *, kind: str = SOURCE) -> Resource:
    """A snapshot of `source`, which tells no size itself."""
    place = {"resourceGroupName": "image-build", "location": "koreacentral"}
    creation = {"createOption": "Copy", "sourceResourceId": source}
    return resource(name, kind, {"snapshotName": name, "creationData": creation, **place})


def lab_plan() -> Resource:
    """A lab plan whose labs are in Korea Central, with the gallery of the images."""
    place = {"resourceGroupName": "labs", "location": "koreacentral", "allowedRegions": ["koreacentral"]}
    shared = {"labPlanName": "winter", "sharedGalleryId": f"{GALLERIES}/{GALLERY}"}
    return resource("winter", "azure-native:labservices:LabPlan", {**shared, **place})


def managed_image(name: str, source: object) -> Resource:
    """A managed image of a disk, which tells no size itself."""
    place = {"resourceGroupName": "image-build", "location": "koreacentral"}
    disk_of_image = {"osType": "Windows", "osState": "Generalized", "managedDisk": {"id": source}}
    return resource(
        name, "azure-native:compute:Image", {"imageName": name, "storageProfile": {"osDisk": disk_of_image}, **place}
    )


def machine(name: str, source: object) -> Resource:
    """A machine with an attached disk, which tells no size itself."""
    place = {"resourceGroupName": "image-build", "location": "koreacentral"}
    attached = {"createOption": "Attach", "osType": "Windows", "managedDisk": {"id": source}}
    return resource(
        name, "azure-native:compute:VirtualMachine", {"vmName": name, "storageProfile": {"osDisk": attached}, **place}
    )
