"""The sandbox's own stack with its gallery filled by requests, as a deployment leaves it, in a folder of its own."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import yaml

from sandbox.emulator.process.lease import lease
from tests.support.emulator_client import Client
from tests.support.project import CATALOGUE, COMPUTE, GALLERY, LAB_ACCOUNT, Project

REGIONS = ("koreacentral", "koreasouth")
MINE = {"tags": {"lab-image-gallery": "lab-image-gallery/dev"}}


def filled(folder: Path) -> tuple[Project, dict[str, Any]]:
    """A copy of the project in `folder`, and the images of its catalogue, which its Azure has."""
    project = Project.copy_to(folder)
    images: dict[str, Any] = yaml.safe_load(project.read(CATALOGUE))["images"]
    _fill(project, images)
    return project, images


def _fill(project: Project, images: dict[str, Any]) -> None:
    """Publish the images of the catalogue over both regions, and attach the gallery to the lab account."""
    with lease(project.path / ".sandbox") as held, closing(Client(held.endpoint)) as client:

        def put(path: str, body: dict[str, Any]) -> None:
            reply = client.put(path, body)
            assert reply.status in {200, 201}, reply.body

        put(f"{GALLERY}?{COMPUTE}", {"location": REGIONS[0], **MINE})
        for name, image in images.items():
            put(
                f"{GALLERY}/images/{name}?{COMPUTE}", {"location": REGIONS[0], "properties": _definition(image), **MINE}
            )
            for number, version in image["versions"].items():
                properties = _version(version["source"], version.get("replicas_per_region", {}))
                path = f"{GALLERY}/images/{name}/versions/{number}?{COMPUTE}"
                put(path, {"location": REGIONS[0], "properties": properties, **MINE})
        put(f"{LAB_ACCOUNT}/sharedGalleries/contoso_lab_images", {"properties": {"galleryId": GALLERY}})


def _definition(image: dict[str, Any]) -> dict[str, Any]:
    return {
        "osType": image["os_type"],
        "osState": image["os_state"],
        "hyperVGeneration": image.get("hyper_v_generation", "V1"),
        "identifier": image["identifier"],
    }


def _version(source: dict[str, str], replicas: dict[str, int]) -> dict[str, Any]:
    ((kind, found),) = source.items()
    storage = {
        "vm": {"source": {"virtualMachineId": found}},
        "managed_image": {"source": {"id": found}},
    }.get(kind, {"osDiskImage": {"source": {"id": found}}})
    targets = [{"name": name, "regionalReplicaCount": replicas.get(name, 1)} for name in REGIONS]
    return {"publishingProfile": {"targetRegions": targets}, "storageProfile": storage}
