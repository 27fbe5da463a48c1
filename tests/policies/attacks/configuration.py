"""Configurations that are wrong: each is a violation that says so, and never makes a rule milder."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from tests.policies.attacks.programs import ours, raw, tags
from tests.policies.attacks.row import Kind, Row
from tests.policies.findings import DEPLOYED_DISKS, NOTICES, OS_DISK, REPLICAS, SINGLE, STORAGE, SUPPORTED
from tests.policies.inputs import version
from tests.support.policy_server import Declared

KIND = Kind.CONFIGURATION
GOOD = {"image": "gis", "reason": "agreed with the faculty", "expires": "2099-12-31"}
LARGE = version(osDiskSizeGb=256, declaredOsDiskSizeGb=256)
WRONG_EXEMPTIONS: tuple[tuple[str, Any], ...] = (
    ("on a day that there is not", {**GOOD, "expires": "2027-02-30"}),
    ("on no day", {**GOOD, "expires": "soon"}),
    ("in the year 9999", {**GOOD, "expires": "9999-12-31"}),
    ("in Arabic digits", {**GOOD, "expires": "٢٠٢٧-٠١-٣١"}),
    ("for a blank reason", {**GOOD, "reason": "   "}),
    ("for a reason of no-break spaces", {**GOOD, "reason": "\u00a0\u2003"}),
    ("for a reason of zero width", {**GOOD, "reason": "\u200b\u200d\ufeff"}),
    ("for no reason", {"image": "gis", "expires": "2099-12-31"}),
    ("for a number", {**GOOD, "reason": 1}),
    ("with a key that there is not", {**GOOD, "until": "2099-12-31"}),
    ("that is a text", "gis"),
    ("that is a list", ["gis"]),
)
WRONG_SETTINGS: tuple[tuple[str, str, Any], ...] = (
    (OS_DISK, "limitGb", 129),
    (OS_DISK, "limitGb", 0),
    (OS_DISK, "limitGb", "128"),
    (OS_DISK, "limitGB", 64),
    (REPLICAS, "maximumReplicas", 101),
    (REPLICAS, "maximumReplicas", 2.5),
    (REPLICAS, "onlyRegions", ["atlantis"]),
    (REPLICAS, "onlyRegions", "koreacentral"),
    (SINGLE, "exemptions", {"image": "gis"}),
    (SINGLE, "exemption", [GOOD]),
)


def rows() -> Iterator[Row]:
    """The rows of this route."""
    large, small = ours(LARGE), ours()
    for name, entry in WRONG_EXEMPTIONS:
        wrong = {OS_DISK: {"exemptions": [entry]}}
        both = (OS_DISK, OS_DISK)
        yield Row(f"256 GB, exempt {name}", KIND, large, both, ("256 GB", "exemptions[0]"), configuration=wrong)
        yield Row(f"64 GB, exempt {name}", KIND, small, (OS_DISK,), ("exemptions[0]",), configuration=wrong)
    for policy, key, value in WRONG_SETTINGS:
        wrong = {policy: {key: value}}
        yield Row(f"{policy} with {key} {value}", KIND, small, (policy,), (key,), configuration=wrong)
    for image in ("cad", " ", "\u200b"):
        named = {OS_DISK: {"exemptions": [{**GOOD, "image": image}]}}
        refused = (DEPLOYED_DISKS,) if image == "cad" else (OS_DISK,)
        yield Row(f"exempt without such an image: {image!r}", KIND, small, refused, configuration=named)
    yield from _off_the_wire()
    yield from _right(large, small)


def _off_the_wire() -> Iterator[Row]:
    """What no file of JSON can say, and a call of the server can."""
    large = raw({"tags": tags("256")})
    unbounded: tuple[tuple[str, str, float], ...] = (
        (OS_DISK, "limitGb", math.nan),
        (OS_DISK, "limitGb", math.inf),
        (STORAGE, "limitGb", math.inf),
        (REPLICAS, "maximumReplicas", math.nan),
    )
    for policy, key, value in unbounded:
        without_bounds: dict[str, Any] = {policy: {key: value}}
        name, by = f"256 GB, {policy} with {key} {value}", (policy, OS_DISK)
        yield Row(name, KIND, large, by, (key, "256 GB"), configuration=without_bounds)
    for policy in (OS_DISK, STORAGE, SUPPORTED):
        unnamed: dict[str, Any] = {policy: {"enforcementLevel": 99}}
        by = (OS_DISK, DEPLOYED_DISKS)
        yield Row(f"256 GB, {policy} at an unknown level", KIND, large, by, ("99", "256 GB"), configuration=unnamed)


def _right(large: tuple[Declared, ...], small: tuple[Declared, ...]) -> Iterator[Row]:
    right = {OS_DISK: {"exemptions": [{**GOOD, "image": "GIS"}]}}
    yield Row("256 GB, exempt in another case, is told", KIND, large, (NOTICES,), configuration=right)
    yield Row("a lower limit passes what is below", KIND, small, configuration={OS_DISK: {"limitGb": 65}})
    yield Row("a lower limit", KIND, small, (OS_DISK,), ("limitGb",), configuration={OS_DISK: {"limitGb": 64}})
    both = {REPLICAS: {"onlyRegions": ["Korea Central", "koreasouth"], "maximumReplicas": 2}}
    yield Row("two regions and two replicas pass", KIND, small, configuration=both)
    yield Row("a higher storage limit passes", KIND, small, configuration={STORAGE: {"limitGb": 100_000}})
    yield Row(
        "empty lists pass", KIND, small, configuration={OS_DISK: {"exemptions": []}, REPLICAS: {"onlyRegions": []}}
    )
    unknown = {"image-os-disk": {"limitGb": 1}}
    yield Row("a policy of another version of the pack passes", KIND, small, configuration=unknown)
