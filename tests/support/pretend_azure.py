"""The sandbox's Azure for tests of look-ups, which write to it by requests."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from catalog.images.catalogue import Catalogue
from catalog.stacks.settings import Settings, read_settings
from sandbox.emulator.process.lease import lease

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
SECOND = "00000000-0000-0000-0000-000000000002"
BUILD = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/image-build/providers/Microsoft.Compute"
GALLERY = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/galleries/providers/Microsoft.Compute/galleries/lab_images"
LABS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/labs/providers/Microsoft.LabServices/labaccounts"
GALLERY_VERSION = "2024-03-03"
LAB_VERSION = "2019-01-01-preview"
SOURCES = {"vm": "virtualMachines", "managed_image": "images", "disk": "disks", "snapshot": "snapshots"}


def source(kind: str, name: str) -> dict[str, str]:
    """A source of the image-build group as the catalogue has it."""
    return {kind: f"{BUILD}/{SOURCES[kind]}/{name}"}


class PretendAzure:
    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """One request; returns the JSON answer, raises urllib.error.HTTPError for a refusal."""
        request = urllib.request.Request(
            f"{self.endpoint}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "Bearer test", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def fault(self, path: str, status: int, **more: Any) -> None:
        self.send("POST", "/sandbox/faults", {"method": "GET", "path": path, "status": status, "times": 100, **more})

    def asked(self) -> list[str]:
        """Paths of the GETs so far, without their queries."""
        entries = self.send("GET", "/sandbox/requests")
        return [entry["path"].partition("?")[0] for entry in entries if entry["method"] == "GET"]

    def gallery(self, **tags: str) -> None:
        self.send("PUT", f"{GALLERY}?api-version={GALLERY_VERSION}", {"location": "koreacentral", "tags": tags})

    def definition(self, name: str, **properties: Any) -> None:
        body = {
            "location": "koreacentral",
            "properties": {
                "osType": "Linux",
                "osState": "Generalized",
                "identifier": {"publisher": "contoso", "offer": "labs", "sku": name},
                **properties,
            },
        }
        self.send("PUT", f"{GALLERY}/images/{name}?api-version={GALLERY_VERSION}", body)

    def version(self, name: str, number: str, snapshot: str, regions: list[dict[str, Any]]) -> None:
        body = {
            "location": "koreacentral",
            "properties": {
                "storageProfile": {"osDiskImage": {"source": {"id": f"{BUILD}/snapshots/{snapshot}"}}},
                "publishingProfile": {"targetRegions": regions},
            },
        }
        self.send("PUT", f"{GALLERY}/images/{name}/versions/{number}?api-version={GALLERY_VERSION}", body)


@contextmanager
def pretend_azure(directory: Path) -> Iterator[PretendAzure]:
    with lease(directory) as held:
        yield PretendAzure(held.endpoint)


def settings(**changes: object) -> Settings:
    values: dict[str, object] = {
        "azure-native:subscriptionId": SUBSCRIPTION,
        "galleryName": "lab_images",
        "resourceGroupName": "galleries",
        "location": "koreacentral",
        "labAccountIds": [f"{LABS}/contoso-labs"],
    }
    return read_settings({**values, **changes}, project="lab-image-gallery", stack="test")


def catalogue(**versions: dict[str, dict[str, Any]]) -> Catalogue:
    """A catalogue of images by name, each with its versions; nothing is declared about disks."""
    return Catalogue.model_validate(
        {
            "images": {
                name: {
                    "os_type": "Linux",
                    "os_state": "Generalized",
                    "identifier": {"publisher": "contoso", "offer": "labs", "sku": name},
                    "versions": numbered,
                }
                for name, numbered in versions.items()
            }
        }
    )
