"""An image whose versions others publish: nothing is smuggled in below it, and what they published is judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.policies.attacks.programs import component, existing, ours, raw_lab_plan
from tests.policies.attacks.row import Kind, Row
from tests.policies.findings import COMPLETE, DEPLOYED_DISKS, LATEST, NOTICES, OS_DISK, SUPPORTED
from tests.policies.inputs import region, version
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
    alone = (OS_DISK, SUPPORTED, LATEST)
    yield Row("a version with the kind alone", kind, ours(THEIRS), alone, unlisted)
    deployed = existing(ours(THEIRS, OTHERS), 256)
    yield Row("deployed with 256 GB below it", kind, deployed, (OS_DISK, DEPLOYED_DISKS), ("256 GB",))
    nobody = replace(component(), inputs={**component().inputs, **OTHERS, "versions": []})
    yield Row("an image that waits is told", kind, [nobody], (NOTICES,), ("waits for its first version",))
    yield from _disagreeing()


def _disagreeing() -> Iterator[Row]:
    """Image and version do not agree on who publishes: nothing that the rules ask for is had from such a version."""
    kind, listed = Kind.CHILDREN, ("as published by somebody else",)
    old, hidden, low = version(version="0.9.0"), version(excludeFromLatest=True), {**THEIRS, "version": "0.0.1"}
    goes = [component(old, THEIRS, newestUsableVersion="1.0.0")]
    yield Row("a removed version listed as that of others", kind, goes, (SUPPORTED, LATEST), (*listed, "deleted"))
    only = [component(hidden, low)]
    yield Row("hidden versions beside that of others", kind, only, (SUPPORTED, LATEST), (*listed, "excluded"))
    yield Row("that of others alone", kind, [component(THEIRS)], (SUPPORTED, LATEST), (*listed, "it has no version"))
    for word in (None, False, "true", 1):
        yield Row(f"that of others, external: {word}", kind, [component(THEIRS, external=word)], (SUPPORTED, LATEST))
    beside = [component(version(), low)]
    yield Row("that of others beside an own one", kind, beside, (SUPPORTED,), listed)
    made = ("somebody else publishes the versions of gis",)
    yield Row(
        "a made one below others",
        kind,
        [component(THEIRS, low, version(version="2.0.0"), external=True)],
        (SUPPORTED,),
        made,
    )
    goes = [component(THEIRS, newestUsableVersion="1.0.0", external=True)]
    yield Row("a removed version handed to others", kind, goes, (LATEST,), ("deleted",))
    theirs_hidden = {**THEIRS, "excludeFromLatest": True}
    mixed = [component(theirs_hidden, version(version="0.1.0"), external=True)]
    yield Row("hidden ones of others beside a made one", kind, mixed, (SUPPORTED, LATEST), (*made, "excluded"))
    south, ours_alone = {"targetRegions": [region(), region("koreasouth")]}, version(targetRegions=[region()])
    plan = raw_lab_plan("koreacentral", "koreasouth")
    covers = [component(ours_alone, {**THEIRS, **south, "version": "2.0.0"}), plan]
    yield Row("that of others where labs are made", kind, covers, (SUPPORTED, COMPLETE), ("koreasouth",))
