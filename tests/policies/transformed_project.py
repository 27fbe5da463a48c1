"""This program with a transformation that changes resources on their way, and with resources of somebody else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.policies.findings import COMPLETE, KNOWN_ROUTE, LATEST, OS_DISK, REPLICAS, SINGLE, SUPPORTED
from tests.policies.inputs import LAB_IMAGE, VERSION, lab_image, version
from tests.policies.program_entries import (
    KOREA,
    SNAPSHOTS,
    TOO_LARGE,
    Resource,
    made_from,
    regions,
    resource,
)
from tests.support import ids
from tests.support.project import COMPUTE as API_VERSION
from tests.support.project import GALLERY, Project

_DECLARATION: Final = "components/declaration.py"
_FUNCTION: Final = "\n\ndef declare("
_TRANSFORMATION: Final = """
import json

from components.arm_object import ArmObject

with open("changed.json", encoding="utf-8") as file:
    CHANGED = json.load(file)


async def change(args):
    changes = CHANGED.get(f"{args.type_.rpartition(':')[2]} {args.name}")
    return pulumi.ResourceTransformResult({**args.props, **changes}, args.opts) if changes else None


def declare_below(images):
    images = dict(images)
    with open("below.json", encoding="utf-8") as file:
        for entry in json.load(file):
            kind, name, properties = entry["type"], entry["name"], entry["properties"]
            if kind.endswith(":LabImage"):
                images[name] = pulumi.ComponentResource(kind, name, properties)
            elif kind == "ArmObject":
                ArmObject(name, **properties)
            else:
                pulumi.CustomResource(kind, name, properties, pulumi.ResourceOptions(parent=images[entry["parent"]]))


pulumi.runtime.register_resource_transform(change)
"""
_BEFORE: Final = "    if not images:\n"


@dataclass(frozen=True)
class Changed:
    """A resource, by type and name, whose inputs the transformation changes, and the policies that refuse it."""

    resource: str
    refused_by: tuple[str, ...]
    changes: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The name of the resource in the program."""
        return self.resource.partition(" ")[2]


def _version(name: str, *refused_by: str, **changes: Any) -> Changed:
    return Changed(f"GalleryImageVersion {name}", refused_by, changes)


def _definition(name: str, *refused_by: str, **changes: Any) -> Changed:
    return Changed(f"GalleryImage {name}", refused_by, changes)


_SOUTH: Final = {"name": "koreasouth", "regionalReplicaCount": 1}
_FEATURES: Final = [{"name": "SecurityType", "value": "TrustedLaunch"}]
_DATABASES: Final = f"{SNAPSHOTS}/debian-12-databases-100"

CHANGED: Final = (
    _version(
        "ubuntu-2204-python:1.1.0",
        REPLICAS,
        publishingProfile=regions(KOREA, _SOUTH, {"name": "eastus", "regionalReplicaCount": 90}),
    ),
    _version("ubuntu-2204-python:1.0.0", REPLICAS, location="eastus"),
    _version("ubuntu-2204-ros:1.0.0", OS_DISK, storageProfile=made_from(TOO_LARGE)),
    _definition("ubuntu-2404-ml", SUPPORTED, hyperVGeneration="V2", features=_FEATURES),
    _version(
        "debian-12-databases:1.0.0",
        SINGLE,
        storageProfile={**made_from(_DATABASES), "dataDiskImages": [{"lun": 0, "source": {"id": TOO_LARGE}}]},
    ),
    # What its source holds is not known under another name, the data disks of a managed image neither.
    _version("rocky-9-hpc:1.0.0", OS_DISK, SINGLE, COMPLETE, galleryImageName="rocky-10"),
    _definition("rocky-9-hpc", SUPPORTED, location="eastus"),
    _definition("windows-2022-office", SUPPORTED, galleryImageName="windows"),
    _version(
        "windows-2022-engineering:1.0.0", LATEST, publishingProfile=regions(KOREA, _SOUTH, excludeFromLatest=True)
    ),
    _version("windows-2022-cad:1.0.0", COMPLETE, galleryName="elsewhere"),
)
"""What the transformation does to the shipped catalogue."""

_PLACE: Final = {"galleryName": "contoso_lab_images", "resourceGroupName": "galleries", "location": "koreacentral"}


def _published(name: str, parent: str, number: str) -> Resource:
    inputs = {
        "galleryImageName": "windows-2022-cad",
        "galleryImageVersionName": number,
        "storageProfile": made_from(TOO_LARGE),
        "publishingProfile": regions(KOREA, _SOUTH),
        "tags": {"lab-os-disk-size-gb": "64", "lab-data-disk-count": "0"},
    }
    return resource(name, VERSION, {**_PLACE, **inputs}, parent=parent)


def _arm(name: str, path: str) -> Resource:
    """A version that our own resource for any object of Azure makes."""
    body = {"storageProfile": made_from(TOO_LARGE)}
    inputs = {"resource_id": f"{ids.GALLERIES}/{path}", "api_version": "2024-03-03", "body": body}
    return resource(name, "ArmObject", inputs)


BELOW: Final = (
    (OS_DISK, _published("smuggled", "windows-2022-cad", "9.0.0")),
    (KNOWN_ROUTE, _arm("by-arm", "contoso_lab_images/Images/by-arm/Versions/1.0.0")),
    (KNOWN_ROUTE, _arm("by-arm-encoded", "contoso_lab_images/%69mages/by-arm/versions/2.0.0")),
)
"""What else the program declares: what its component does not list, and images by another route."""

SECOND: Final = (
    resource(
        "second",
        LAB_IMAGE,
        lab_image(
            version(version="9.0.1", source={"kind": "snapshot", "id": TOO_LARGE}),
            image="windows-2022-cad",
            osType="Windows",
        ),
    ),
    _published("of-second", "second", "9.0.1"),
)
"""A component for an image that another one declares, whose invented facts are those of the version below it."""


def let_it_change(project: Project, changed: Mapping[str, Mapping[str, Any]], *below: Resource) -> None:
    """Put the transformation into a copy of the project, with what it changes, by type and name of the resource."""
    call = "declare_below(images)\n"
    project.edit(_DECLARATION, (_FUNCTION, _TRANSFORMATION + _FUNCTION), (_BEFORE, f"    {call}{_BEFORE}"))
    project.write("changed.json", json.dumps(changed))
    project.write("below.json", json.dumps(below))


_SWAPPED: Final = f"{SNAPSHOTS}/debian-12-databases-100"
UNSEEN: Final = {
    "LabImage databases": {
        "versions": [
            version(
                source={"kind": "snapshot", "id": _SWAPPED},
                osDiskSizeGb=32,
                declaredOsDiskSizeGb=None,
                declaredDataDiskCount=None,
            )
        ]
    }
}
"""The component of the image in the small catalogue that is swapped, with the size that it had before."""


def swap_behind_pulumis_back(project: Project) -> None:
    """Replace the databases of the small catalogue by 256 GB, under the same number and from a source of one name."""
    version_id = f"{GALLERY}/images/databases/versions/1.0.0?{API_VERSION}"
    source = f"{_SWAPPED}?api-version=2024-03-02"
    published = project.arm("GET", version_id)
    for path in (version_id, source):
        project.arm("DELETE", path)
    large = {"osType": "Linux", "hyperVGeneration": "V1", "creationData": {"createOption": "Empty"}, "diskSizeGB": 256}
    project.arm("PUT", source, {"location": "koreacentral", "properties": large})
    publishing = published["properties"]["publishingProfile"]
    content = {"publishingProfile": publishing, "storageProfile": made_from(_SWAPPED)}
    project.arm("PUT", version_id, {"location": "koreacentral", "tags": published["tags"], "properties": content})
