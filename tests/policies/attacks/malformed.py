"""Malformed and contradictory values: a violation that says so, never a crash, never the first of two."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.policies.attacks.programs import component, definition, one_region, only_version, ours, raw, tags
from tests.policies.attacks.row import Kind, Row
from tests.policies.findings import DEPLOYED_DISKS, LATEST, OS_DISK, REPLICAS, SUPPORTED
from tests.policies.inputs import COMPUTE, version
from tests.support.policy_server import UNKNOWN_OBJECT, UNKNOWN_TEXT, Declared, secret

KIND = Kind.MALFORMED
BROKEN = {key: value for key, value in secret(64).items() if key != "value"}
"""A secret without its value, which the SDK cannot read."""


def rows() -> Iterator[Row]:
    """The rows of this route."""
    yield from _unreadable()
    yield from _numbers()
    yield from _twice()
    yield from _chains()
    yield from _large()


def _unreadable() -> Iterator[Row]:
    newest: tuple[Any, ...] = ([], {}, ["1.0.0"], True, 7)
    for value in newest:
        program = ours(None, {"newestUsableVersion": value})
        yield Row(f"a newest version that is {value!r}", KIND, program, (LATEST,), ("gis",))
    unreadable: tuple[tuple[str, Any], ...] = (("a broken secret", BROKEN), ("NaN", math.nan), ("infinity", math.inf))
    for name, wrong in unreadable:
        yield Row(f"a size that is {name}", KIND, (component(version(osDiskSizeGb=wrong)),), (OS_DISK,), ("gis",))
        faulty = only_version({"tags": tags(wrong)})
        yield Row(f"a tag that is {name}", KIND, (definition(), replace(faulty, outputs={})), (OS_DISK,), ("gis",))
        stranger = Declared("random:index:RandomPet", "pet", {"length": wrong})
        yield Row(f"another resource with {name} passes", KIND, (stranger,))
    yield Row("a size that is a secret passes", KIND, ours(version(osDiskSizeGb=secret(64))))
    large = version(osDiskSizeGb=secret(256), declaredOsDiskSizeGb=None)
    yield Row("a secret size of 256 GB", KIND, ours(large), (OS_DISK,), ("256 GB",))


def _numbers() -> Iterator[Row]:
    texts = (
        "00000000001.0.0",
        "1.0",
        "1.0.0.0",
        "1.0.0 ",
        "v1.0.0",
        "latest",
        "１.0.0",
        "1..0",
        "1.0.0\u200b",
        "1.0.2147483648",
    )
    unreadable: tuple[Any, ...] = (*texts, "", UNKNOWN_TEXT, 1.0, ["1.0.0"], f"{'9' * 5000}.0.0")
    for value in unreadable:
        number = f"{value!r:.30}"
        program = raw({"galleryImageVersionName": value})
        yield Row(f"raw with {number} as its number", KIND, program, (LATEST,), ("gis", "number"))
        entry = component(version(version=value))
        yield Row(f"an entry with {number} as its number", KIND, (entry,), (LATEST,), ("gis", "number"))
    for value in ("0.0.1", "2024.01.15", "2026.11.2147483647", secret("1.0.0")):
        number = f"{value!r:.30}"
        yield Row(f"raw with {number} as its number passes", KIND, raw({"galleryImageVersionName": value}))
    desktops = {"lab-consumers": "other"}
    others = raw({"galleryImageVersionName": "1.0", "tags": {**tags(), **desktops}}, {"tags": desktops})
    yield Row("raw for others with 1.0 as its number passes", KIND, others)
    replicas = only_version({"publishingProfile": one_region(regionalReplicaCount=math.nan)})
    yield Row("replicas that are NaN are told once", KIND, (definition(), replicas), (OS_DISK,), ("gis-1", "NaN"))
    targets = {"publishingProfile": {"targetRegions": [{"name": UNKNOWN_TEXT, "regionalReplicaCount": 0}]}}
    words = ("not known yet is no Azure region",)
    yield Row("one unknown region is told once", KIND, raw(targets), (REPLICAS,), words, ("Fault",))
    for name, value in (("unknown", UNKNOWN_OBJECT), ("a text", "koreacentral")):
        profile = raw({"publishingProfile": value})
        yield Row(f"a publishing profile that is {name} is told once", KIND, profile, (REPLICAS,), ("target regions",))


def _twice() -> Iterator[Row]:
    standard, trusted = ({"name": "SecurityType", "value": value} for value in ("Standard", "TrustedLaunch"))
    lower = {"name": "securitytype", "value": "Standard"}
    for name, features in (
        ("Standard before Trusted Launch", [standard, trusted]),
        ("Trusted Launch before Standard", [trusted, standard]),
        ("Standard in two spellings", [standard, lower]),
    ):
        yield Row(f"features with {name}", KIND, raw({}, {"features": features}), (SUPPORTED,), ("gis", "SecurityType"))
    for feature in (
        {"name": "SecurityType"},
        {"name": "SecurityType", "value": None},
        {"name": "SecurityType ", "value": "TrustedLaunch"},
        {"name": "Security\u200bType", "value": "TrustedLaunch"},
    ):
        program = raw({}, {"features": [feature]})
        yield Row(f"the feature {feature}", KIND, program, (SUPPORTED,), ("gis", "SecurityType"))
    other = {"name": "IsAcceleratedNetworkSupported", "value": "True"}
    yield Row("two features pass", KIND, raw({}, {"features": [standard, other]}))
    small, large = {"lab-os-disk-size-gb": "64"}, {"Lab-OS-Disk-Size-GB": "256"}
    count = {"lab-data-disk-count": "0"}
    for name, given in (("small before large", {**small, **large}), ("large before small", {**large, **small})):
        yield Row(f"tags with {name}", KIND, raw({"tags": {**given, **count}}), (OS_DISK,), ("lab-os-disk-size-gb",))
    twice: dict[str, Any] = {"Lab-OS-Disk-Size-GB": "64", "team": "gis", "TEAM": "gis", **count}
    yield Row("other tags that differ in case pass", KIND, raw({"tags": twice}))


def _chains() -> Iterator[Row]:
    for size, by in ((256, (DEPLOYED_DISKS,)), (64, ())):
        disk = Declared("azure-native:compute:Disk", "golden", {"diskName": "golden", "diskSizeGB": size})
        feeding = {"creationData": [disk.urn]}
        linked = {"creationData": {"sourceResourceId": UNKNOWN_TEXT}, "snapshotName": "captured"}
        snapshot = Declared("azure-native:compute:Snapshot", "captured", linked, dependencies=feeding)
        defined, made = raw({"storageProfile": {"osDiskImage": {"source": {"id": UNKNOWN_TEXT}}}})
        using = replace(made, dependencies={"storageProfile": [snapshot.urn]})
        words = ("golden",) if by else ()
        yield Row(f"disk of {size} GB, snapshot, version", KIND, (disk, snapshot, defined, using), by, words)
        plain = {"storageProfile": {"osDiskImage": {"source": {"id": f"{COMPUTE}/disks/Golden"}}}}
        yield Row(f"disk of {size} GB by its plain id", KIND, (disk, *raw(plain)), by, words)
        named = {"creationData": {"sourceResourceId": f"{COMPUTE}/disks/golden"}, "snapshotName": "captured"}
        by_name = Declared("azure-native:compute:Snapshot", "captured", named)
        by_id = raw({"storageProfile": {"osDiskImage": {"source": {"id": f"{COMPUTE}/snapshots/captured"}}}})
        yield Row(f"disk of {size} GB, snapshot, version by plain ids", KIND, (disk, by_name, *by_id), by, words)
    circular = Declared(
        "azure-native:compute:Disk",
        "a",
        {"diskName": "a", "creationData": {"sourceResourceId": f"{COMPUTE}/disks/a"}},
    )
    around = raw({"storageProfile": {"osDiskImage": {"source": {"id": f"{COMPUTE}/disks/a"}}}})
    yield Row("a disk made from itself passes by its tag", KIND, (circular, *around))


def _large() -> Iterator[Row]:
    yield Row("3 MB of text in a definition pass", KIND, raw({}, {"description": "x" * 3_000_000}))
    sizes = [version(version=f"1.{each}.0") for each in range(2_000)]
    yield Row("2,000 versions pass", KIND, (component(*sizes),))
    one_large = [*sizes, version(version="2.0.0", osDiskSizeGb=256, declaredOsDiskSizeGb=256)]
    yield Row("one large version among 2,000", KIND, (component(*one_large),), (OS_DISK,), ("gis 2.0.0", "256 GB"))
