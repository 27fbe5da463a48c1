"""An image whose versions others publish: nothing is smuggled in below it, and what they published is judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.policies.attacks.programs import component, existing, ours
from tests.policies.attacks.row import Kind, Row
from tests.policies.findings import DEPLOYED_DISKS, NOTICES, OS_DISK
from tests.policies.inputs import version
from tests.support.builders import GALLERY
from tests.support.policy_server import Mode

ID = f"{GALLERY}/images/gis/versions/1.0.0"
THEIRS = version(source={"kind": "external", "id": ID}, declaredOsDiskSizeGb=None, declaredDataDiskCount=None)
LARGE = {**THEIRS, "osDiskSizeGb": 256}
OTHERS = {"external": True}


def rows() -> Iterator[Row]:
    """The rows of this route."""
    kind = Kind.CHILDREN
    for mode in Mode:
        name = mode.name.lower()
        yield Row(f"published by others passes, {name}", kind, [component(THEIRS, external=True)], mode=mode)
        yield Row(
            f"published by others with 256 GB, {name}", kind, [component(LARGE, external=True)], (OS_DISK,), mode=mode
        )
    unlisted = ("gis 1.0.0", "does not list this version")
    yield Row("a version below what others publish", kind, ours(THEIRS, OTHERS), (OS_DISK,), unlisted)
    itself = {"source": {"id": ID}}
    made_of_itself = ours(THEIRS, OTHERS, storageProfile=itself)
    yield Row("a version made from what others published", kind, made_of_itself, (OS_DISK,), unlisted)
    yield Row("a version with the kind alone", kind, ours(THEIRS), (OS_DISK,), unlisted)
    deployed = existing(ours(THEIRS, OTHERS), 256)
    yield Row("deployed with 256 GB below it", kind, deployed, (OS_DISK, DEPLOYED_DISKS), ("256 GB",))
    nobody = replace(component(), inputs={**component().inputs, **OTHERS, "versions": []})
    yield Row("an image that waits is told", kind, [nobody], (NOTICES,), ("waits for its first version",))
