"""The sandbox's Azure for tests of look-ups, which write to it by requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from catalog.images.catalogue import Catalogue
from catalog.stacks.settings import Settings
from tests.support import builders, ids
from tests.support.emulator_client import BUILD, Client, definition, version
from tests.support.emulator_thread import emulator

SECOND, LABS, GALLERY = ids.SECOND, ids.LAB_ACCOUNTS, f"{ids.GALLERIES}/lab_images"
SOURCES = {"vm": "virtualMachines", "managed_image": "images", "disk": "disks", "snapshot": "snapshots"}


def source(kind: str, name: str) -> dict[str, str]:
    """A source of the image-build group as the catalogue has it."""
    return {kind: f"{BUILD}/{SOURCES[kind]}/{name}"}


class PretendAzure:
    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """One request that must succeed; returns the JSON answer."""
        client = Client(self.endpoint)
        reply = client.send(method, path, body)
        client.close()
        assert reply.status < 400, reply.body
        return reply.body

    def fault(self, path: str, status: int, **more: Any) -> None:
        self.send("POST", "/sandbox/faults", {"method": "GET", "path": path, "status": status, "times": 100, **more})

    def asked(self) -> list[str]:
        """Paths of the GETs so far, without their queries."""
        entries = self.send("GET", "/sandbox/requests")
        return [entry["path"].partition("?")[0] for entry in entries if entry["method"] == "GET"]

    def gallery(self, **tags: str) -> None:
        self.send("PUT", GALLERY, {"location": "koreacentral", "tags": tags})

    def definition(self, name: str, **properties: Any) -> None:
        identifier = {"publisher": "contoso", "offer": "labs", "sku": name}
        self.send("PUT", f"{GALLERY}/images/{name}", definition(identifier=identifier, **properties))

    def version(self, name: str, number: str, snapshot: str, regions: list[dict[str, Any]]) -> None:
        self.send("PUT", f"{GALLERY}/images/{name}/versions/{number}", version(f"snapshots/{snapshot}", regions))


@contextmanager
def pretend_azure(directory: Path) -> Iterator[PretendAzure]:
    with emulator(directory) as running:
        yield PretendAzure(running.endpoint)


def settings(**changes: object) -> Settings:
    """Settings of a stack whose gallery is GALLERY."""
    return builders.settings(**{"galleryName": "lab_images", "labAccountIds": [f"{LABS}/contoso-labs"], **changes})


def catalogue(**versions: dict[str, dict[str, Any]]) -> Catalogue:
    """A catalogue of images by name, each with its versions; nothing is declared about disks."""
    identifier = {"publisher": "contoso", "offer": "labs"}
    images = {
        name: builders.image(identifier={**identifier, "sku": name}, versions=numbered)
        for name, numbered in versions.items()
    }
    return builders.catalogue(**images)
