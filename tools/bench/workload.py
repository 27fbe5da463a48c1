"""The catalogue that is measured, of any size: images of three versions, each made from a snapshot of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
SOURCES = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/bench-sources/providers/Microsoft.Compute/snapshots"
LOCATION = "koreacentral"
OS_DISK_SIZE_GB = 32
VERSIONS_PER_IMAGE = 3


@dataclass(frozen=True, slots=True)
class Workload:
    """`versions` in all, three an image; the last image has fewer where that does not come out even."""

    versions: int

    @property
    def images(self) -> dict[str, list[str]]:
        """Version numbers by name of image."""
        found: dict[str, list[str]] = {}
        for index in range(self.versions):
            image, patch = divmod(index, VERSIONS_PER_IMAGE)
            found.setdefault(f"bench-image-{image:03}", []).append(f"1.0.{patch}")
        return found

    def catalogue(self) -> dict[str, Any]:
        """The content of `images.yaml`, with every fact declared."""
        return {
            "images": {
                name: {
                    "description": f"Image {name} of a measurement",
                    "os_type": "Linux",
                    "os_state": "Generalized",
                    "identifier": {"publisher": "contoso-university", "offer": "bench", "sku": name},
                    "recommended": {"vcpus": [2, 8], "memory_gb": [4, 32]},
                    "consumers": ["lab_services"],
                    "versions": {number: _version(name, number) for number in numbers},
                }
                for name, numbers in self.images.items()
            }
        }

    def catalogue_text(self) -> str:
        """The catalogue as a file."""
        return yaml.safe_dump(self.catalogue(), sort_keys=False)

    def seed(self) -> dict[str, Any]:
        """What the sandbox needs for it: a resource group with the snapshots, in the form of `sandbox/seed.yaml`."""
        snapshots = {
            snapshot_name(name, number): {"osType": "Linux", "sizeGB": OS_DISK_SIZE_GB}
            for name, numbers in self.images.items()
            for number in numbers
        }
        groups = {"bench-sources": {"location": LOCATION, "snapshots": snapshots}}
        return {
            "subscriptions": {SUBSCRIPTION: {"displayName": "Contoso University (pretend)", "resourceGroups": groups}}
        }


def snapshot_name(image: str, number: str) -> str:
    """Name of the snapshot that a version is made from."""
    return f"{image}-{number.replace('.', '-')}"


def _version(image: str, number: str) -> dict[str, Any]:
    return {
        "source": {"snapshot": f"{SOURCES}/{snapshot_name(image, number)}"},
        "os_disk_size_gb": OS_DISK_SIZE_GB,
        "data_disk_count": 0,
    }
