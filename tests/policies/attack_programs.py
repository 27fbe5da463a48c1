"""Resources by which programs without the component try to get an image past the policies, beside honest ones."""

from __future__ import annotations

from typing import Any, Final

from tests.policies.findings import COMPLETE, DEPLOYED_DISKS, OS_DISK, REPLICAS, SINGLE, STORAGE, SUPPORTED
from tests.policies.foreign_project import OLDER_PACKAGE, PACKAGE
from tests.policies.inputs import COMPUTE, SNAPSHOT, VERSION
from tests.policies.program_entries import (
    FITTING,
    KOREA,
    LARGE_TAGS,
    SNAPSHOTS,
    TAGS,
    TOO_LARGE,
    Resource,
    definition,
    disk,
    gallery,
    lab_plan,
    machine,
    made_from,
    managed_image,
    regions,
    resource,
    snapshot,
    version,
)
from tests.support.ids import GALLERIES
from tests.support.project import COMPUTE as API_VERSION
from tests.support.project import Project


def _bulky(name: str, number: str) -> Resource:
    """A version that occupies 12,700 GB: one stays below the limit of the configuration, two do not."""
    tags = {**TAGS, "lab-os-disk-size-gb": "127"}
    everywhere = regions({**KOREA, "regionalReplicaCount": 100})
    return version(name, "bulky", number, publishingProfile=everywhere, tags=tags)


_V = "azure-native:compute/v20240303"
_CONFIDENTIAL = {"osDiskImage": {"securityProfile": {"confidentialVMEncryptionType": "EncryptedWithPmk"}}}
_UEFI = {"uefiSettings": {"signatureTemplateNames": ["NoSignatureTemplate"]}}

HONEST: Final = (
    gallery(),
    definition("gis"),
    version("gis-1", "gis", "1.0.0"),
    version("gis-by-api-version", "gis", "1.1.0", kind=f"{_V}:GalleryImageVersion"),
    version("gis-by-package", "gis", "1.2.0", kind=f"{PACKAGE}:compute:GalleryImageVersion"),
    disk("small", 64),
    snapshot("of-small", {"$id": "small"}),
    version("gis-of-small", "gis", "1.3.0", storageProfile=made_from({"$id": "of-small"})),
    version("gis-by-output", {"$name": "gis"}, "1.4.0"),
    definition("desktop", tags={"lab-consumers": "other"}),
    version(
        "desktop-1",
        "desktop",
        "1.0.0",
        storageProfile=made_from(TOO_LARGE),
        tags={**LARGE_TAGS, "Lab-Consumers": "other"},
    ),
    lab_plan(),
)
"""What every policy lets through."""

ATTACKS: Final[tuple[tuple[str, Resource], ...]] = (
    (OS_DISK, version("large-by-api-version", "gis", "2.0.0", kind=f"{_V}:GalleryImageVersion", tags=LARGE_TAGS)),
    (
        OS_DISK,
        version("large-by-package", "gis", "2.0.1", kind=f"{PACKAGE}:compute:GalleryImageVersion", tags=LARGE_TAGS),
    ),
    (
        SUPPORTED,
        definition("second-generation", kind=f"{PACKAGE}:compute:GalleryImage", hyperVGeneration="V2"),
    ),
    (
        SUPPORTED,
        definition("launch", features=[{"name": "SecurityType", "value": "TrustedLaunch"}]),
    ),
    (
        SUPPORTED,
        definition(
            "two-answers",
            features=[
                {"name": "SecurityType", "value": "Standard"},
                {"name": "securitytype", "value": "TrustedLaunch"},
            ],
        ),
    ),
    (SUPPORTED, version("own-keys", "gis", "2.0.2", securityProfile=_UEFI)),
    (
        SUPPORTED,
        version("confidential", "gis", "2.0.3", publishingProfile=regions({**KOREA, "encryption": _CONFIDENTIAL})),
    ),
    (
        SINGLE,
        version(
            "second-disk",
            "gis",
            "2.0.4",
            storageProfile={**made_from(FITTING), "dataDiskImages": [{"lun": 0, "source": {"id": SNAPSHOT}}]},
        ),
    ),
    (
        REPLICAS,
        version(
            "abroad",
            "gis",
            "2.0.5",
            publishingProfile=regions(KOREA, {"name": "eastus", "regionalReplicaCount": 90}),
            tags={**TAGS, "lab-os-disk-size-gb": "1"},
        ),
    ),
    (
        REPLICAS,
        version(
            "at-the-edge",
            "gis",
            "2.0.6",
            publishingProfile=regions(
                KOREA,
                targetExtendedLocations=[
                    {"name": "eastus", "extendedLocation": {"name": "microsoftlosangeles1", "type": "EdgeZone"}}
                ],
            ),
        ),
    ),
    (
        OS_DISK,
        version(
            "large-by-older-package",
            "gis",
            "2.2.0",
            kind=f"{OLDER_PACKAGE}:compute/latest:GalleryImageVersion",
            tags=LARGE_TAGS,
        ),
    ),
    (OS_DISK, version("secret", "gis", "2.2.1", tags={"$secret": LARGE_TAGS})),
    (OS_DISK, version("known-later", "gis", "2.2.2", tags={**TAGS, "lab-os-disk-size-gb": {"$id": "large"}})),
    (
        REPLICAS,
        version("somewhere", "gis", "2.2.3", publishingProfile=regions(KOREA, {"name": {"$id": "large"}})),
    ),
    (COMPLETE, version("some-image", {"$id": "large"}, "2.2.4")),
    (STORAGE, _bulky("bulky-2", "1.1.0")),
    (OS_DISK, version("untold", "gis", "2.0.7", tags={"lab-data-disk-count": "0"})),
    (OS_DISK, version("tagged-twice", "gis", "2.0.8", tags={**TAGS, "LAB-OS-DISK-SIZE-GB": "256"})),
    (OS_DISK, version("misspelt", "gis", "2.0.9", tags={**LARGE_TAGS, "lab-consumers": "virtual-desktop"})),
    (DEPLOYED_DISKS, version("end-of-chain", "gis", "2.1.0", storageProfile=made_from({"$id": "of-large"}))),
    (
        DEPLOYED_DISKS,
        version("by-plain-id", "gis", "2.1.1", storageProfile=made_from(f"{SNAPSHOTS}/OF-LARGE-BY-PACKAGE")),
    ),
    (DEPLOYED_DISKS, version("of-image", "gis", "2.2.5", storageProfile={"source": {"id": {"$id": "managed"}}})),
    (
        DEPLOYED_DISKS,
        version("of-machine", "gis", "2.2.6", storageProfile={"source": {"virtualMachineId": {"$id": "machine"}}}),
    ),
    (DEPLOYED_DISKS, version("of-desktop", "gis", "2.2.7", storageProfile={"source": {"id": {"$id": "desktop-1"}}})),
    (OS_DISK, version("undecided", "gis", "2.2.8", tags={**LARGE_TAGS, "lab-consumers": {"$id": "large"}})),
    (COMPLETE, version("without-definition", "nowhere", "1.0.0")),
    (COMPLETE, version("twin", "GIS", "1.0.0")),
    (COMPLETE, version("not-for-labs", "gis", "2.1.2", tags={**TAGS, "lab-consumers": "virtual_desktop"})),
    (COMPLETE, version("never-latest", "hidden", "1.0.0", publishingProfile=regions(KOREA, excludeFromLatest=True))),
    (
        COMPLETE,
        version(
            "far-from-labs",
            "far",
            "1.0.0",
            location="koreasouth",
            publishingProfile=regions({"name": "koreasouth", "regionalReplicaCount": 1}),
        ),
    ),
)
"""Each with the one policy that refuses it."""

SUPPORTING: Final = (
    disk("large", 256),
    snapshot("of-large", {"$id": "large"}),
    disk("large-by-package", 256, kind=f"{PACKAGE}:compute:Disk"),
    snapshot("of-large-by-package", f"{COMPUTE}/disks/large-by-package", kind=f"{PACKAGE}:compute:Snapshot"),
    managed_image("managed", {"$id": "large"}),
    machine("machine", {"$id": "large"}),
    definition("hidden"),
    definition("far"),
    definition("bulky"),
    _bulky("bulky-1", "1.0.0"),
)
"""What the attacks are made from or belong to, each good by itself."""

OTHERS: Final = f"{GALLERIES}/others"
"""A gallery that no program here has made, with an image of 256 GB in two versions."""
_OTHER_IMAGE: Final = f"{OTHERS}/images/large"


def publish_behind_pulumis_back(project: Project) -> None:
    """Make the gallery `OTHERS` in the pretend Azure."""
    identifier = {"publisher": "contoso", "offer": "foreign", "sku": "large"}
    image = {"osType": "Windows", "osState": "Generalized", "hyperVGeneration": "V1", "identifier": identifier}
    content = {"storageProfile": made_from(TOO_LARGE), "publishingProfile": regions(KOREA)}
    for path, properties in (
        (OTHERS, {}),
        (_OTHER_IMAGE, {**image, "architecture": "x64"}),
        (f"{_OTHER_IMAGE}/versions/1.0.0", content),
        (f"{_OTHER_IMAGE}/versions/2.0.0", content),
    ):
        body = {"location": "koreacentral", "tags": TAGS, "properties": properties}
        project.arm("PUT", f"{path}?{API_VERSION}", body)


def lies(**tags: str) -> list[Resource]:
    """Versions of 256 GB whose tags say 64, each with a definition: made, made with the source ignored, taken over."""
    inputs: dict[str, Any] = {"storageProfile": made_from(TOO_LARGE), "tags": {**TAGS, **tags}}
    elsewhere: dict[str, Any] = {"galleryName": "others", "osType": "Windows", "tags": TAGS, "features": None}
    taken_over = {**inputs, "galleryName": "others"}
    return [
        definition("large", osType="Windows"),
        version("made", "large", "1.0.0", **inputs),
        {**version("ignoring", "large", "1.1.0", **inputs), "ignore_changes": ["storageProfile"]},
        {**definition("large", name="other-large", **elsewhere), "import_": _OTHER_IMAGE},
        {**version("taken-over", "large", "2.0.0", **taken_over), "import_": f"{_OTHER_IMAGE}/versions/2.0.0"},
    ]


LIES: Final = {"made", "ignoring", "taken-over"}
READ: Final = resource("read", VERSION, {}, id=f"{_OTHER_IMAGE}/versions/1.0.0")
"""A version of 256 GB that the program only looks up."""
