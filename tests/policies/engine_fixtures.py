"""For previews on the real engine: images that must be refused, and a program without the component."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.policies.findings import LAB_REGIONS, LATEST, OS_DISK, REPLICAS, SINGLE, STORAGE, SUPPORTED
from tests.policies.inputs import COMPUTE
from tests.support.ids import SUBSCRIPTION


@dataclass(frozen=True)
class BadImage:
    """An entry of the catalogue, and what its preview must say: the policy, and words of its message."""

    name: str
    entry: Mapping[str, Any]
    policy: str
    words: tuple[str, ...]


def _bad(policy: str, words: str, version: Mapping[str, Any], **changes: Any) -> BadImage:
    """A bad image with one version, whose preview says `words`, parted by `; `."""
    sku = words.split(maxsplit=1)[0].rstrip(";")
    entry = {
        "os_type": "Linux",
        "os_state": "Generalized",
        "identifier": {"publisher": "contoso-university", "offer": "refused", "sku": sku},
        "versions": {"1.0.0": dict(version)},
        **changes,
    }
    return BadImage(sku, entry, policy, tuple(words.split("; ")))


def _snapshot(name: str = "ubuntu-2204-python-100", **changes: Any) -> dict[str, Any]:
    return {"source": {"snapshot": f"{COMPUTE}/snapshots/{name}"}, **changes}


MACHINE = {"source": {"vm": f"{COMPUTE}/virtualMachines/windows-2022-sql"}, "data_disk_count": 1}
MANAGED_IMAGE = {"source": {"managed_image": f"{COMPUTE}/images/windows-2019-two-disks"}, "data_disk_count": 1}
BAD_IMAGES: Final[Mapping[str, BadImage]] = {
    bad.name: bad
    for bad in (
        _bad(OS_DISK, "too-large 1.0.0; 256 GB", _snapshot("too-large-gis"), os_type="Windows"),
        _bad(OS_DISK, "exactly-128 1.0.0; 128 GB", _snapshot("exactly-128")),
        _bad(SINGLE, "two-disks 1.0.0; 1 data disk", MACHINE, os_type="Windows", os_state="Specialized"),
        _bad(SINGLE, "two-disks-in-an-image 1.0.0; 1 data disk", MANAGED_IMAGE, os_type="Windows"),
        _bad(SUPPORTED, 'generation-2; "V2"', _snapshot("gen2-snapshot"), hyper_v_generation="V2"),
        _bad(REPLICAS, "abroad 1.0.0; japaneast; Korea", _snapshot(target_regions=["koreacentral", "japaneast"])),
        _bad(LATEST, "never-latest; koreacentral", _snapshot(exclude_from_latest=True)),
        _bad(LAB_REGIONS, "not-where-labs-are; koreacentral", _snapshot(exclude_from_latest=["koreacentral"])),
        _bad(STORAGE, "costly 6,400 GB; size × replicas", _snapshot(replicas_per_region=50, os_disk_size_gb=64)),
    )
}
"""One image for each rule. `costly` is refused with a limit of 6,400 GB or less in the configuration."""

FOREIGN_PROGRAM: Final = f'''"""An image version that is declared without the component."""

from pulumi_azure_native import compute

PLACE = {{"gallery_name": "elsewhere", "resource_group_name": "galleries", "location": "koreacentral"}}
golden = compute.Disk(
    "golden",
    disk_name="golden",
    resource_group_name="image-build",
    location="koreacentral",
    disk_size_gb=256,
    creation_data={{"create_option": "Empty"}},
)
compute.GalleryImageVersion(
    "from-disk",
    gallery_image_name="foreign",
    gallery_image_version_name="1.0.0",
    storage_profile={{"os_disk_image": {{"source": {{"id": golden.id}}}}}},
    **PLACE,
)
compute.GalleryImageVersion(
    "from-machine",
    gallery_image_name="foreign",
    gallery_image_version_name="2.0.0",
    storage_profile={{"source": {{"virtual_machine_id": "{COMPUTE}/virtualMachines/windows-2022-sql"}}}},
    **PLACE,
)
compute.GalleryImageVersion(
    "tagged",
    gallery_image_name="foreign",
    gallery_image_version_name="3.0.0",
    storage_profile={{"source": {{"id": "{COMPUTE}/images/rocky-9-hpc"}}}},
    tags={{"lab-os-disk-size-gb": "40", "lab-data-disk-count": "0"}},
    **PLACE,
)
'''


def write_foreign_program(folder: Path, virtualenv: Path) -> None:
    """A project with the program above and a stack `dev`, run with the packages of `virtualenv`.

    Refused are `from-disk` (image-os-disk-below-128-gb: not known; deployed-image-disks: 256 GB of `golden`) and
    `from-machine` (both disk policies: not known); `tagged` passes.
    """
    project = {"name": "foreign", "runtime": {"name": "python", "options": {"virtualenv": str(virtualenv)}}}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Pulumi.yaml").write_text(json.dumps(project), encoding="utf-8")
    config = {"config": {"azure-native:subscriptionId": SUBSCRIPTION}}
    (folder / "Pulumi.dev.yaml").write_text(json.dumps(config), encoding="utf-8")
    (folder / "__main__.py").write_text(FOREIGN_PROGRAM, encoding="utf-8")
