"""Previews of what is deployed already, updates without a preview, and states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tests.policies.attacks.programs import changed, deployed, ours, raw, tags
from tests.policies.attacks.row import Kind, Row
from tests.policies.findings import DEPLOYED_DISKS, DEPLOYED_NOTICES, REPLICAS
from tests.policies.inputs import SNAPSHOT, VERSION, raw_version
from tests.support.policy_server import Declared, Mode

KIND = Kind.STATES
NO_TAGS: Mapping[str, Any] = {"tags": {}}
MACHINE = {"source": {"virtualMachineId": "/subscriptions/s/x"}}


def rows() -> Iterator[Row]:
    """The rows of this route."""
    yield from _previews()
    yield from _updates()
    yield from _states()
    yield from _only_read()


def _previews() -> Iterator[Row]:
    refused = (DEPLOYED_DISKS,)
    yield Row("unchanged with 256 GB", KIND, raw({}, size=256), refused, ("256 GB",))
    yield Row("unchanged with 64 GB passes", KIND, raw({}, size=64))
    yield Row("one tag changed", KIND, _tag_changed(), refused, ("gis 1.0.0",))
    yield Row("one tag changed, its policy of tags content", KIND, _tag_changed(team="gis"), refused, ("gis 1.0.0",))
    image, defined, child = ours()
    updated = replace(child, outputs=changed(child.inputs))
    yield Row("one tag changed below the component passes", KIND, (image, defined, updated))
    yield Row("a new version passes", KIND, raw())
    disks = {"osDiskImage": {"sizeInGB": 64}, "dataDiskImages": [{"lun": 0}]}
    yield Row("unchanged with a data disk", KIND, raw({}, storageProfile=disks), refused, ("1 data disk",))


def _tag_changed(**more: str) -> tuple[Declared, Declared]:
    defined, version = raw({"tags": tags(**more)})
    return defined, replace(version, outputs=changed(version.inputs))


def _updates() -> Iterator[Row]:
    mode = Mode.UPDATE
    yield Row("updated to 256 GB", KIND, raw({}, size=256), (DEPLOYED_DISKS,), ("256 GB",), mode=mode)
    yield Row("updated to 64 GB passes", KIND, raw({}, size=64), mode=mode)
    image, defined, child = ours()
    published = replace(child, outputs=deployed(child.inputs, 256))
    yield Row("published with 256 GB", KIND, (image, defined, published), (DEPLOYED_DISKS,), ("256 GB",), mode=mode)


def _states() -> Iterator[Row]:
    mode, refused = Mode.STATE, (DEPLOYED_DISKS,)
    for size in (128, 256, 127.99 + 0.01):
        yield Row(
            f"{size} GB in a state", KIND, raw(NO_TAGS, size=size), refused, ("gis 1.0.0", f"{size:g} GB"), mode=mode
        )
    for size in (1, 64, 127):
        yield Row(f"{size} GB in a state passes without tags", KIND, raw(NO_TAGS, size=size), mode=mode)
    yield Row("no size in a state", KIND, raw(NO_TAGS, size=None), refused, ("no usable size",), mode=mode)
    disks = {"osDiskImage": {"sizeInGB": 64}, "dataDiskImages": [{"lun": 0}, {"lun": 1}]}
    yield Row("data disks in a state", KIND, raw(NO_TAGS, storageProfile=disks), refused, ("2 data disks",), mode=mode)
    shown = {"source": MACHINE["source"], "osDiskImage": {"sizeInGB": 64}}
    captured = raw({**NO_TAGS, "storageProfile": MACHINE}, storageProfile=shown)
    yield Row("one disk of a machine in a state passes", KIND, captured, mode=mode)
    vhd = {"osDiskImage": {"source": {"uri": "https://x/y.vhd"}}}
    told = (DEPLOYED_NOTICES,)
    yield Row("a VHD in a state is told", KIND, raw({}, storageProfile=vhd), told, ("VHD",), mode=mode)
    from_machine = raw({"tags": {"lab-os-disk-size-gb": "64"}, "storageProfile": MACHINE}, size=64)
    unanswered = (from_machine[0], replace(from_machine[1], outputs={}))
    yield Row("data disks without an answer", KIND, unanswered, refused, ("lab-data-disk-count",), mode=mode)
    both = {"osDiskImage": {"source": {"id": SNAPSHOT, "uri": "", "storageAccountId": None}}}
    yield Row(
        "a snapshot beside an empty address of a VHD", KIND, raw({}, storageProfile=both), refused, ("size",), mode=mode
    )
    image, defined, child = ours()
    for size, by in ((256, refused), (64, ())):
        program = (image, defined, replace(child, outputs=deployed(child.inputs, size)))
        yield Row(f"{size} GB below the component in a state", KIND, program, by, mode=mode)
    abroad = {"publishingProfile": {"targetRegions": [{"name": "Korea Central"}, {"name": "eastus"}]}, **NO_TAGS}
    yield Row("a replica abroad in a state", KIND, raw(abroad, size=64), (REPLICAS,), ("eastus",), mode=mode)
    defined, version = raw(NO_TAGS, size=256)
    below = (defined, replace(version, parent=Declared("my:index:Images", "images", {}, {})))
    yield Row("256 GB below another component in a state", KIND, below, refused, ("256 GB",), mode=mode)


def _only_read() -> Iterator[Row]:
    inputs = raw_version()
    theirs = Declared(VERSION, "theirs", inputs, deployed(inputs, 256), only_read=True)
    for mode in Mode:
        yield Row(f"a version that is only read passes, {mode.name.lower()}", KIND, (theirs,), mode=mode)
    state = Mode.STATE
    yield Row(
        "a version that is only read beside ours passes",
        KIND,
        (*raw({"galleryImageVersionName": "2.0.0"}, size=64), theirs),
        mode=state,
    )
