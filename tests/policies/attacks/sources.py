"""What a version is made from in the same stack: followed by links and by plain ids, whatever its tags say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tests.policies.attacks.programs import definition, only_version, raw, tags
from tests.policies.attacks.row import Kind, Row
from tests.policies.findings import DEPLOYED_DISKS, OS_DISK, SUPPORTED
from tests.policies.inputs import COMPUTE
from tests.support.ids import GALLERIES, GROUPS
from tests.support.policy_server import UNKNOWN_TEXT, Declared, secret

KIND = Kind.MALFORMED
UNKNOWN_PROFILE: Mapping[str, Any] = {"storageProfile": {"osDiskImage": {"source": {"id": UNKNOWN_TEXT}}}}
MACHINE_PROFILE: Mapping[str, Any] = {"storageProfile": {"source": {"virtualMachineId": UNKNOWN_TEXT}}}


def rows() -> Iterator[Row]:
    """The rows of this route."""
    yield from _machines()
    yield from _classic()
    yield from _namesakes()
    yield from _one_disk_of_many()
    yield from _read()
    yield from _versions()


def using(profile: Mapping[str, Any], *sources: Declared) -> tuple[Declared, ...]:
    """A program whose version is made from the last of these resources."""
    defined, version = raw(profile)
    return *sources, defined, replace(version, dependencies={"storageProfile": [sources[-1].urn]})


def _machines() -> Iterator[Row]:
    for size, by in ((256, (DEPLOYED_DISKS,)), (64, ())):
        words = ("256 GB",) if by else ()
        disk = Declared("azure-native:compute:Disk", "golden", {"diskName": "golden", "diskSizeGB": size})
        own = {"storageProfile": {"osDisk": {"diskSizeGB": size}}}
        machine = Declared("azure-native:compute:VirtualMachine", "builder", own)
        yield Row(f"a machine with {size} GB", KIND, using(MACHINE_PROFILE, machine), by, words)
        attached = {"storageProfile": {"osDisk": {"managedDisk": {"id": UNKNOWN_TEXT}}}}
        linked = replace(machine, inputs=attached, dependencies={"storageProfile": [disk.urn]})
        yield Row(f"a machine on a disk of {size} GB", KIND, using(MACHINE_PROFILE, disk, linked), by, words)
        captured = {"sourceVirtualMachine": {"id": UNKNOWN_TEXT}}
        feeding = {"sourceVirtualMachine": [machine.urn]}
        image = Declared("azure-native:compute:Image", "captured", captured, dependencies=feeding)
        from_image = {"storageProfile": {"source": {"id": UNKNOWN_TEXT}}}
        yield Row(f"an image of a machine with {size} GB", KIND, using(from_image, machine, image), by, words)


def _classic() -> Iterator[Row]:
    disk, big = "azure:compute/managedDisk:ManagedDisk", {"diskSizeGb": 256}
    for token, profile, properties in (
        (disk, UNKNOWN_PROFILE, big),
        ("azurerm:index/managedDisk:ManagedDisk", UNKNOWN_PROFILE, big),
        ("azure:compute/snapshot:Snapshot", UNKNOWN_PROFILE, big),
        ("azure:compute/image:Image", MACHINE_PROFILE, {"osDisk": {"sizeGb": 256}}),
        ("azure:compute/image:Image", MACHINE_PROFILE, {"osDisk": {"sizeGb": 64}, "dataDisks": [{"lun": 0}]}),
        ("azure:compute/linuxVirtualMachine:LinuxVirtualMachine", MACHINE_PROFILE, {"osDisk": big}),
        ("azure:compute/windowsVirtualMachine:WindowsVirtualMachine", MACHINE_PROFILE, {"osDisk": big}),
        ("azure:compute/virtualMachine:VirtualMachine", MACHINE_PROFILE, {"storageOsDisk": big}),
        ("azure:compute/virtualMachine:VirtualMachine", MACHINE_PROFILE, {"storageDataDisks": [{"lun": 0}]}),
    ):
        source = Declared(token, "theirs", properties)
        name = f"{token} with {properties}"
        yield Row(name, KIND, using(profile, source), (DEPLOYED_DISKS,), ("theirs",))
    yield Row(
        "a small disk of azurerm passes", KIND, using(UNKNOWN_PROFILE, Declared(disk, "theirs", {"diskSizeGb": 64}))
    )
    theirs = Declared(disk, "theirs", {"name": "golden", **big})
    copied = {"name": "copied", "sourceUri": f"{COMPUTE}/disks/golden"}
    snapshot = Declared("azure:compute/snapshot:Snapshot", "copied", copied)
    plain = raw({"storageProfile": {"osDiskImage": {"source": {"id": f"{COMPUTE}/snapshots/copied"}}}})
    yield Row("a disk and a snapshot of azurerm by plain ids", KIND, (theirs, snapshot, *plain), (DEPLOYED_DISKS,))
    linked = Declared("azure:compute/snapshot:Snapshot", "s", {}, dependencies={"sourceUri": [theirs.urn]})
    yield Row("a disk and a snapshot of azurerm", KIND, using(UNKNOWN_PROFILE, theirs, linked), (DEPLOYED_DISKS,))
    as_text = Declared("azure-native:compute:Disk", "golden", {"diskSizeGB": "256"})
    yield Row("a disk whose size is a text", KIND, using(UNKNOWN_PROFILE, as_text), (DEPLOYED_DISKS,), ("256 GB",))


def _namesakes() -> Iterator[Row]:
    """Disks of one name in two resource groups, and versions of one number in two galleries."""
    refused = (DEPLOYED_DISKS,)

    def disk(group: str, size: int) -> Declared:
        inputs = {"diskName": "golden", "resourceGroupName": group, "diskSizeGB": size}
        return Declared("azure-native:compute:Disk", f"golden-{group}", inputs)

    def made_from(source_id: str) -> tuple[Declared, ...]:
        return raw({"storageProfile": {"source": {"id": source_id}}})

    big, small = disk("big", 256), disk("small", 64)
    for name, disks in (("first", (big, small)), ("last", (small, big))):
        for group, by in (("Big", refused), ("small", ()), ("others", ())):
            source_id = f"{GROUPS}/{group}/providers/Microsoft.Compute/disks/golden"
            yield Row(f"from the disk of group {group}, the big one {name}", KIND, (*disks, *made_from(source_id)), by)
    desktops = {"galleryImageName": "vd", "tags": {"lab-consumers": "other"}}
    galleries: list[Declared] = []
    for gallery, size in (("big", "256"), ("small", "64")):
        large = {"galleryImageVersionName": "9.0.0", "tags": tags(size, lab_consumers="other")}
        galleries.append(definition({**desktops, "galleryName": gallery}, name=f"vd-{gallery}"))
        galleries.append(only_version({**desktops, **large, "galleryName": gallery}, name=f"vd-{gallery}-9"))
    for gallery, by in (("Big", refused), ("small", ())):
        for name, number in (("a version", "/versions/9.0.0"), ("the latest version", "")):
            source_id = f"{GALLERIES}/{gallery}/images/vd{number}"
            yield Row(f"from {name} of gallery {gallery}", KIND, (*galleries, *made_from(source_id)), by)


def _one_disk_of_many() -> Iterator[Row]:
    """A machine with data disks: what is made from its OS disk alone has none of them."""
    refused = (DEPLOYED_DISKS,)
    for name, properties, by in (
        ("data disks", {"osDisk": {"diskSizeGB": 64}, "dataDisks": [{"lun": 0}]}, ()),
        ("256 GB", {"osDisk": {"diskSizeGB": 256}}, refused),
    ):
        machine = Declared("azure-native:compute:VirtualMachine", "builder", {"storageProfile": properties})
        feeding = {"creationData": [machine.urn]}
        unknown = {"creationData": {"sourceResourceId": UNKNOWN_TEXT}}
        snapshot = Declared("azure-native:compute:Snapshot", "captured", unknown, dependencies=feeding)
        yield Row(f"a snapshot of a machine with {name}", KIND, using(UNKNOWN_PROFILE, machine, snapshot), by)
        yield Row(f"the whole machine with {name}", KIND, using(MACHINE_PROFILE, machine), refused)
    large = only_version({"galleryImageVersionName": "9.0.0"}, name="gis-9", size=256)
    source_id = f"{GALLERIES}/images/images/gis/versions/9.0.0"
    image = {"storageProfile": {"imageReference": {"id": source_id}}}
    machine = Declared("azure-native:compute:VirtualMachine", "builder", image)
    program = (*using(MACHINE_PROFILE, machine), large)
    words = ("gis 1.0.0, made from gis-9",)
    yield Row("a machine from a version of 256 GB", KIND, program, (DEPLOYED_DISKS, DEPLOYED_DISKS), words)


def _read() -> Iterator[Row]:
    for size, by in ((256, (DEPLOYED_DISKS,)), (64, ())):
        disk = Declared("azure-native:compute:Disk", "theirs", {"diskSizeGB": size}, only_read=True)
        yield Row(f"a disk of {size} GB that is only read", KIND, using(UNKNOWN_PROFILE, disk), by)
        named = Declared("azure-native:compute:Disk", "a", {"diskSizeGB": size, "name": "golden"}, only_read=True)
        plain = raw({"storageProfile": {"osDiskImage": {"source": {"id": f"{COMPUTE}/disks/golden"}}}})
        yield Row(f"a disk of {size} GB that is only read, by its name", KIND, (named, *plain), by)
    hidden = Declared("azure-native:compute:Disk", "golden", {"diskSizeGB": secret(256)})
    yield Row("a disk whose size is a secret", KIND, using(UNKNOWN_PROFILE, hidden), (DEPLOYED_DISKS,))


def _versions() -> Iterator[Row]:
    refused = (SUPPORTED,)
    for number, by in (("latest", refused), ("Latest", refused), ("newest/", refused), ("2024.01.15", ())):
        source = {"storageProfile": {"source": {"id": f"{GALLERIES}/images/images/others/versions/{number}"}}}
        words = (f"…/images/others/versions/{number.lower()} names no version by its number",) if by else ()
        yield Row(f"from version {number} of another image", KIND, raw(source), by, words)
    for number in ("2024.1.15", "2024.01.15", "latest"):
        dated = only_version({"galleryImageVersionName": "2024.01.15"}, name="gis-dated", size=256)
        source = {"storageProfile": {"source": {"id": f"{GALLERIES}/images/images/gis/versions/{number}"}}}
        program = (*raw({**source, "galleryImageVersionName": "2025.0.0"}), dated)
        by = refused if number == "latest" else ()
        words = ("gis 2025.0.0, made from gis-dated",)
        yield Row(f"from {number}, a version of 256 GB", KIND, program, (*by, *(DEPLOYED_DISKS,) * 2), words)
    for size, by in ((256, (DEPLOYED_DISKS,)), (64, ())):
        first = only_version(size=size)
        defined, second = raw({"galleryImageVersionName": "2.0.0", "storageProfile": {"source": {"id": UNKNOWN_TEXT}}})
        linked = replace(second, name="gis-2", dependencies={"storageProfile": [first.urn]})
        many = (DEPLOYED_DISKS,) * 2 if by else ()
        yield Row(f"a version made from a version of {size} GB", KIND, (defined, first, linked), many)
    whole = secret({"lab-os-disk-size-gb": "256", "lab-data-disk-count": "0"})
    yield Row("tags that are a secret", KIND, raw({"tags": whole}), (OS_DISK,), ("256 GB",))
    small = secret({"lab-os-disk-size-gb": "64", "lab-data-disk-count": "0"})
    yield Row("tags that are a secret pass", KIND, raw({"tags": small}))
