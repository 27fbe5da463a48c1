"""Every row of the table in every language: the same is found, and nothing of it is said in English."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pytest

from tests.policies.attacks.programs import deployed, only_version, ours
from tests.policies.attacks.row import Kind, Row
from tests.policies.attacks.table import ROWS
from tests.policies.english import english_in
from tests.policies.findings import (
    COST,
    DEPLOYED_NOTICES,
    LAB_REGIONS,
    LATEST,
    NAMES,
    NOTICES,
    REPLICAS,
    STORAGE,
)
from tests.policies.inputs import ATTACHMENT, GALLERY, LAB_PLAN, attachment, gallery, raw_version, region, version
from tests.support.policy_server import Declared, Found, Mode, PolicyServer, policy_servers

FOREIGN: Final = ("ko", "ja")
GEOGRAPHIES: Final = ("Korea", "United States", "Japan", "Europe", "Asia Pacific", "China")
KIND: Final = Kind.MESSAGES


def _labs(token: str, **changes: object) -> tuple[Declared, ...]:
    return (Declared(token, "attachment:labs", attachment(**changes), {}),)


def _limit(amount: float) -> dict[str, dict[str, object]]:
    return {COST: {"monthlyLimit": amount, "currency": "USD"}}


def _further() -> Iterator[Row]:
    """What no row of the table makes a policy say."""
    yield Row(
        "costs above a limit", KIND, ours(), (COST,), configuration={COST: {"monthlyLimit": 0.01, "currency": "USD"}}
    )
    unknown = ours(version(osDiskSizeGb=None))
    yield Row("unknown costs", KIND, unknown, (COST,), configuration={COST: {"monthlyLimit": 9e9, "currency": "USD"}})
    yield Row("half a limit", KIND, ours(), (COST,), configuration={COST: {"monthlyLimit": 400}})
    yield Row("a lab without a replica", KIND, _labs(ATTACHMENT, labRegions=["eastus"]), (LAB_REGIONS,))
    yield Row("no latest", KIND, _labs(ATTACHMENT, imageRegions={"gis": []}), (LAB_REGIONS,))
    yield Row("unknown labs", KIND, _labs(ATTACHMENT, labRegions=[], imageRegions=None), (LAB_REGIONS,))
    yield Row("a plan elsewhere", KIND, _labs(LAB_PLAN, location="eastus", galleryLocation=None), (LAB_REGIONS,))
    yield Row("a plan elsewhere, as known", KIND, _labs(LAB_PLAN, location="eastus"), (LAB_REGIONS,))
    yield Row("a plan without a place", KIND, _labs(LAB_PLAN, labRegions=["japaneast"], imageRegions=7), (LAB_REGIONS,))
    for stored in (10**6, None, -1):
        resource = Declared(GALLERY, "gallery", gallery(replicaStorageGb=stored), {})
        yield Row(f"a gallery of {stored} GB", KIND, (resource,), (STORAGE,))
    many = (region(replicas=60), region("koreasouth", replicas=50), region("Korea South", replicas="x"), region("mars"))
    yield Row("replicas", KIND, ours(version(targetRegions=[*many, region("eastus")])), (REPLICAS,))
    yield Row("no home", KIND, ours(version(targetRegions=[region("koreasouth")])), (REPLICAS,))
    yield Row("no versions", KIND, ours(above={"versions": []})[:1], (LATEST,))
    yield Row("versions are a text", KIND, ours(above={"versions": "all"})[:1], (LATEST,))
    yield Row("the newest goes", KIND, ours(above={"newestUsableVersion": "2.0.0"})[:1], (LATEST,))
    excluded = version(targetRegions=[region(excludeFromLatest=True), region("koreasouth")])
    yield Row("excluded in a region", KIND, ours(excluded)[:1], (LATEST,))
    yield Row("excluded in all", KIND, ours(version(excludeFromLatest=True))[:1], (LATEST,))
    for end in ("2020-01-01", "soon", "2020-01-01T00:00:00Z"):
        yield Row(f"ends {end}", KIND, ours(version(endOfLife=end)), (NOTICES,))
    vm = version(source={"kind": "vm", "id": "/x/virtualMachines/y"})
    yield Row("captured, with a plan", KIND, ours(vm, {"purchasePlan": {"name": "a"}}), (NOTICES,))
    waiting = {"versions": [], "external": True}
    yield Row("waits for its first version", KIND, ours(above=waiting)[:1], (NOTICES,))
    yield Row("waits for a whole one", KIND, ours(above=waiting | {"unfinishedVersion": "1.0.0"})[:1], (NOTICES,))
    vhd = {"osDiskImage": {"source": {"uri": "https://x/y.vhd"}}}
    raw = raw_version()
    made = Declared(only_version().type, "gis-1", raw, deployed(raw, None, storageProfile=vhd))
    yield Row("made from a VHD", KIND, (made,), (DEPLOYED_NOTICES,))


FURTHER: Final = tuple(_further())


@pytest.fixture(scope="module")
def speakers() -> Iterator[Mapping[str, Mapping[Mode, PolicyServer]]]:
    with policy_servers({"LABS_LANG": "ko"}) as korean, policy_servers({"LABS_LANG": "ja"}) as japanese:
        yield {"ko": korean, "ja": japanese}


def _key(found: list[Found]) -> list[tuple[str, str, str]]:
    return [(one.policy, one.level, one.urn) for one in found]


@pytest.mark.parametrize("row", [*ROWS, *FURTHER], ids=lambda row: row.name)
def test_the_same_is_found_in_every_language(
    english: Callable[[Row], list[Found]], speakers: Mapping[str, Mapping[Mode, PolicyServer]], row: Row
) -> None:
    expected = english(row)
    given = (row.program, row.configuration, GEOGRAPHIES)
    for language in FOREIGN:
        found = row.found(speakers[language])
        assert _key(found) == _key(expected)
        assert {one.message: left for one in found if (left := english_in(one.message, *given))} == {}
        assert not any(there.message == here.message for there, here in zip(expected, found, strict=True))


@pytest.mark.parametrize("language", FOREIGN)
def test_every_policy_is_heard(speakers: Mapping[str, Mapping[Mode, PolicyServer]], language: str) -> None:
    first = {policy: row for row in reversed((*FURTHER, *ROWS)) for policy in row.by}
    heard = {one.policy for row in first.values() for one in row.found(speakers[language])}
    assert heard == set(NAMES)
