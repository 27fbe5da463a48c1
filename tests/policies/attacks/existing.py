"""A version that exists is judged as deployed: ignored changes do not make it somebody else's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.policies.attacks.programs import existing, ours, raw
from tests.policies.attacks.row import Kind, Row
from tests.policies.findings import DEPLOYED_DISKS, DEPLOYED_NOTICES, NOTICES, OS_DISK
from tests.policies.inputs import version
from tests.support.builders import GALLERY
from tests.support.policy_server import Mode

IMPORTED = version(source={"kind": "existing", "id": f"{GALLERY}/images/gis/versions/1.0.0"})
VHD = {"osDiskImage": {"source": {"storageAccountId": "/subscriptions/s/x", "uri": "https://x/y.vhd"}}}
EXEMPTION = {"exemptions": [{"image": "gis", "reason": "agreed with the faculty", "expires": "2099-12-31"}]}


def rows() -> Iterator[Row]:
    """The rows of this route."""
    kind = Kind.EXISTING
    refused = (DEPLOYED_DISKS,)
    words = ("gis 1.0.0", "256 GB")
    for mode in Mode:
        name = mode.name.lower()
        yield Row(f"swapped below the component, {name}", kind, existing(ours(), 256), refused, words, mode=mode)
        yield Row(f"imported with 256 GB, {name}", kind, existing(ours(IMPORTED), 256), refused, words, mode=mode)
        yield Row(f"raw with its source ignored, {name}", kind, existing(raw(), 256), refused, words, mode=mode)
        yield Row(f"deployed with 64 GB below the component passes, {name}", kind, existing(ours()), mode=mode)
        yield Row(f"imported with 64 GB passes, {name}", kind, existing(ours(IMPORTED)), mode=mode)
        yield Row(f"raw with its source ignored passes, {name}", kind, existing(raw()), mode=mode)
    for ignored in ("storageProfile.source", "*", "storageProfile.osDiskImage.source.id", "storageProfile['source']"):
        swapped = existing(ours(), 256)
        program = (*swapped[:-1], replace(swapped[-1], ignored=(ignored,)))
        yield Row(f"swapped with {ignored} ignored", kind, program, refused, words)
    other = {"osDiskImage": {"source": {"id": "/another"}}}
    both = (OS_DISK, DEPLOYED_DISKS)
    swapped = existing(ours(storageProfile=other), 256)
    yield Row("swapped, and its source is another since a refresh", kind, swapped, both, ("256 GB", "source"))
    large = {**IMPORTED, "osDiskSizeGb": 256, "declaredOsDiskSizeGb": 256}
    yield Row("imported with 256 GB and said so", kind, existing(ours(large), 256), (OS_DISK,), words)
    yield Row(
        "imported with 256 GB and exempt is told",
        kind,
        existing(ours(large), 256),
        (NOTICES, NOTICES),
        (OS_DISK, DEPLOYED_DISKS, "agreed with the faculty"),
        configuration={OS_DISK: EXEMPTION, DEPLOYED_DISKS: EXEMPTION},
    )
    with_disks = {"osDiskImage": {"sizeInGB": 64}, "dataDiskImages": [{"lun": 0}]}
    yield Row(
        "imported with a data disk",
        kind,
        existing(ours(IMPORTED), storageProfile=with_disks),
        refused,
        ("1 data disk",),
    )
    yield Row("imported without a size", kind, existing(ours(IMPORTED), None), refused, ("no usable size",))
    vhd = existing(ours(IMPORTED), storageProfile=VHD)
    yield Row("imported from a VHD is told", kind, vhd, (DEPLOYED_NOTICES,), ("VHD",))
    yield Row(
        "a stored source below an imported entry passes",
        kind,
        existing(ours(IMPORTED, storageProfile={"osDiskImage": {"source": {"id": "/as/it/was"}}})),
    )
    others = existing(ours({**large, "declaredOsDiskSizeGb": None}, {"consumers": ["other"]}), 256)
    yield Row("imported with 256 GB for others passes", kind, others)
