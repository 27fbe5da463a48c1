"""What the pack says about the cost of a whole stack, on the real policy server, with prices of the tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.policies.attacks.programs import (
    component,
    definition,
    deployed,
    existing,
    only_version,
    ours,
    raw,
    tags,
)
from tests.policies.findings import COST, DEPLOYED_NOTICES, KNOWN_ROUTE, is_of_cost
from tests.policies.inputs import region, version
from tests.policies.priced_pack import priced_server, prices
from tests.support.builders import GALLERY
from tests.support.policy_server import (
    UNKNOWN_LIST,
    UNKNOWN_NUMBER,
    UNKNOWN_OBJECT,
    UNKNOWN_TEXT,
    Declared,
    Found,
    Mode,
    PolicyServer,
)

HUNDRED = {"monthlyLimit": 100, "currency": "USD"}
EXTERNAL = {"kind": "external", "id": f"{GALLERY}/images/gis/versions/1.0.0"}
Program = tuple[Declared, ...]


@pytest.fixture(scope="module")
def priced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[Mode, PolicyServer]]:
    """A server with the prices of the tests for a preview, and one for a state."""
    preview, state = (tmp_path_factory.mktemp(name) for name in ("preview", "state"))
    with priced_server(preview, prices()) as first, priced_server(state, prices(), Mode.STATE) as second:
        yield {Mode.PREVIEW: first, Mode.STATE: second}


def judged(server: PolicyServer, program: Program, limit: Mapping[str, Any] | None = None) -> list[Found]:
    """What is found about cost."""
    server.configure({COST: limit} if limit else {})
    return [each for each in server.run(program) if each.policy == COST or is_of_cost(each)]


def told(server: PolicyServer, program: Program, limit: Mapping[str, Any] | None = None) -> str:
    """The only finding about cost."""
    (found,) = judged(server, program, limit)
    assert (found.policy, found.level) == ((COST, "mandatory") if limit else (DEPLOYED_NOTICES, "advisory"))
    return found.message


def profile(*targets: object, **changes: Any) -> dict[str, Any]:
    return {"publishingProfile": {"targetRegions": list(targets), **changes}}


def target(name: object = "Korea Central", **changes: Any) -> dict[str, Any]:
    return {"name": name, "regionalReplicaCount": 1, **changes}


def theirs(number: str = "1.0.0", **changes: Any) -> dict[str, Any]:
    """A component's entry of a version that others have published."""
    placed = [{**region(), "replicas": 3, "storageAccountType": "Premium_LRS"}]
    return version(version=number, source=EXTERNAL, **{"targetRegions": placed, **changes})


class TestSum:
    @pytest.mark.parametrize("mode", [Mode.PREVIEW, Mode.STATE])
    @pytest.mark.parametrize(
        ("program", "month"),
        [
            (ours(), "7.04"),
            (existing(ours()), "7.04"),
            (existing(ours(), 100), "11.00"),
            (existing(ours(), 32), "7.04"),
            (raw(), "3.84"),
            (raw({"publishingProfile": None}), "3.84"),
            (raw(profile()), "3.84"),
            (raw(profile(replicaCount=5)), "19.20"),
            (raw(profile(target(regionalReplicaCount=None), replicaCount=5)), "19.20"),
            (raw(profile(target("KOREA  CENTRAL", regionalReplicaCount=2), target("koreasouth"))), "10.88"),
            (raw(profile(target(storageAccountType="Premium_LRS"))), "8.448"),
            (raw(profile(target(storageAccountType="premium_lrs"))), "8.448"),
            (raw(profile(target(), storageAccountType="Premium_LRS")), "8.448"),
            (raw(profile(target(storageAccountType="Standard_LRS"), storageAccountType="Premium_LRS")), "3.84"),
            (
                raw(
                    profile(
                        target(additionalReplicaSets=[{"regionalReplicaCount": 2, "storageAccountType": "Premium_LRS"}])
                    )
                ),
                "20.736",
            ),
            ((component(theirs(), external=True),), "25.344"),
            (
                (
                    component(
                        theirs(), external=True, olderVersions=[theirs("0.9.0"), theirs("0.8.0", osDiskSizeGb=32)]
                    ),
                ),
                "63.36",
            ),
            ((*ours(), *raw({"galleryImageName": "cad"}, {"galleryImageName": "cad"})), "10.88"),
            (raw({"tags": tags("256", lab_consumers="other")}, {"tags": {"lab-consumers": "other"}}), "15.36"),
        ],
    )
    def test_every_route_counts(
        self, priced: Mapping[Mode, PolicyServer], mode: Mode, program: Program, month: str
    ) -> None:
        text = told(priced[mode], program)
        sum_of_all = f"at most {Decimal(month):.2f} USD a month (prices of 2026-11-01"
        assert f"replicas of this stack cost {sum_of_all}" in text
        (refused,) = judged(priced[mode], program, {"monthlyLimit": float(month), "currency": "USD"})
        assert refused.policy == COST
        assert f"they cost {sum_of_all}" in refused.message
        assert judged(priced[mode], program, {"monthlyLimit": float(month) + 0.01, "currency": "usd"}) == []

    def test_what_goes_and_what_is_only_read_does_not_count(self, priced: Mapping[Mode, PolicyServer]) -> None:
        inputs = {"galleryImageVersionName": "0.9.0"}
        gone = replace(only_version(inputs, name="gis-0", size=100), only_read=True)
        assert "at most 3.84 USD" in told(priced[Mode.PREVIEW], (*raw(), gone))
        assert judged(priced[Mode.PREVIEW], (gone,)) == []

    @pytest.mark.parametrize("program", [(), (definition(),), (component(external=True, versions=[]),)])
    def test_nothing_is_said_of_a_stack_without_a_version(
        self, priced: Mapping[Mode, PolicyServer], program: Program
    ) -> None:
        for limit in (None, HUNDRED, {**HUNDRED, "currency": "KRW"}):
            assert judged(priced[Mode.PREVIEW], program, limit) == []

    def test_borrowed_prices_and_the_largest_images_are_named(self, priced: Mapping[Mode, PolicyServer]) -> None:
        text = told(priced[Mode.PREVIEW], ours(), {"monthlyLimit": 7, "currency": "USD"})
        assert "koreasouth as eastus" in text
        assert "(most for gis 7.04 USD)" in text


UNSEEN = "no policy sees"
DATA_DISKS = "whose data disks are not known"
TAGS: list[Any] = [None, {}, UNKNOWN_OBJECT]
PROFILES: list[Any] = [UNKNOWN_OBJECT, "all", []]
TARGETS: list[Any] = [UNKNOWN_LIST, "all", {}, [None], ["koreacentral"]]
STORAGE_TYPES: list[Any] = [UNKNOWN_TEXT, 7, True, {}]
COUNTS: list[Any] = [0, -1, 1.5, "1", True, UNKNOWN_NUMBER, {}]
NAMES: list[Any] = [None, "", "atlantis", 7, UNKNOWN_TEXT]
NOT_KNOWN: list[tuple[Program, str]] = [
    *((raw({"tags": tags(size)}), "whose size") for size in ("0", "-64", "6.4e1", "NaN", "", UNKNOWN_TEXT, None)),
    *((raw({"tags": given}), "whose size") for given in TAGS),
    *((raw(profile(target(regionalReplicaCount=count))), "whose number of replicas") for count in COUNTS),
    *((raw(profile(target(name))), "whose target regions") for name in NAMES),
    *((raw({"publishingProfile": given}), "whose target regions") for given in PROFILES),
    *((raw({"publishingProfile": {"targetRegions": given}}), "whose target regions") for given in TARGETS),
    *((raw(profile(target(storageAccountType=kind))), "whose storage type") for kind in STORAGE_TYPES),
    *(
        (raw(profile(target(storageAccountType=kind))), f"whose {kind} in koreacentral has no price")
        for kind in ("PremiumV2_LRS", "Ultra", "Standard_LRS ")
    ),
    (raw(profile(target(additionalReplicaSets=[{"regionalReplicaCount": 2}]))), "whose storage type"),
    (raw(profile(target(additionalReplicaSets=UNKNOWN_LIST))), "whose number of replicas"),
    (raw(profile(target(), targetExtendedLocations=[{"name": "koreacentral"}])), "whose target regions"),
    (ours(version(osDiskSizeGb=None)), "whose size"),
    (ours(version(osDiskSizeGb=UNKNOWN_NUMBER)), "whose size"),
    *((ours(version(dataDiskCount=count)), DATA_DISKS) for count in (1, None, UNKNOWN_NUMBER)),
    (raw({"storageProfile": {"osDiskImage": {}, "dataDiskImages": [{"lun": 0}]}}), DATA_DISKS),
    ((component(theirs(dataDiskCount=2), external=True),), DATA_DISKS),
    (
        (component(theirs(), external=True, olderVersions=[theirs("0.9.0", dataDiskCount=1)]),),
        f"gis 0.9.0, {DATA_DISKS}",
    ),
    (ours(galleryImageVersionName="2.0.0"), UNSEEN),
    (ours(galleryImageVersionName="2.0.0"), "gis 2.0.0, whose size"),
    (ours()[:2], UNSEEN),
    ((component(versions=UNKNOWN_LIST),), UNSEEN),
    ((component(versions=None),), UNSEEN),
    ((component(theirs(), external=True, olderVersions=UNKNOWN_LIST),), UNSEEN),
    ((component(theirs(osDiskSizeGb=None), external=True),), "whose size"),
    (
        (component(theirs(), external=True, olderVersions=[theirs("0.9.0", osDiskSizeGb=None)]),),
        "gis 0.9.0, whose size",
    ),
    ((component(theirs(), external=True, olderVersions=[7]),), "whose size"),
    ((component(theirs(targetRegions=[]), external=True),), "whose target regions"),
    ((component(theirs(targetRegions=[region()]), external=True),), "whose storage type"),
    (
        (Declared("azurerm:index/sharedImageVersion:SharedImageVersion", "v", {"imageName": "gis", "name": "1.0.0"}),),
        "gis 1.0.0, whose replicas no policy sees",
    ),
]


@pytest.mark.parametrize(("program", "words"), NOT_KNOWN)
def test_not_knowing_is_never_a_pass(priced: Mapping[Mode, PolicyServer], program: Program, words: str) -> None:
    text = told(priced[Mode.PREVIEW], program)
    assert words in text
    assert "at most" not in text
    assert "0.00 USD" not in text
    refused = told(priced[Mode.PREVIEW], program, {"monthlyLimit": 1e9, "currency": "USD"})
    assert words in refused
    assert "so they are refused" in refused


@pytest.mark.parametrize("size", [10**300, 1.7e308])
def test_a_size_without_an_end_reaches_every_limit(priced: Mapping[Mode, PolicyServer], size: float) -> None:
    program = ours(version(osDiskSizeGb=size))
    text = told(priced[Mode.PREVIEW], program, {"monthlyLimit": 1e30, "currency": "USD"})
    assert "at most more than 1,000,000,000,000,000 USD a month" in text
    assert len(text) < 600


def test_hostile_names_are_on_one_line(priced: Mapping[Mode, PolicyServer]) -> None:
    name = "\u202e<script>\n" + "x" * 300
    program = raw({"galleryImageName": name, "galleryImageVersionName": name, "tags": None}, {"galleryImageName": name})
    for limit in (None, HUNDRED):
        text = told(priced[Mode.PREVIEW], program, limit)
        assert "<script>" in text
        assert "\n" not in text
        assert "\u202e" not in text


def test_a_version_smaller_in_the_program_than_in_azure_counts_as_in_azure(
    priced: Mapping[Mode, PolicyServer],
) -> None:
    program = raw({"tags": tags("1")})
    there = replace(program[1], outputs=deployed(program[1].inputs, 100))
    assert "at most 6.00 USD" in told(priced[Mode.PREVIEW], (program[0], there))


def test_a_child_that_was_changed_on_its_way_counts_as_it_is(priced: Mapping[Mode, PolicyServer]) -> None:
    changed = ours(**profile(target(regionalReplicaCount=40, storageAccountType="Premium_LRS")))
    assert "at most 337.92 USD" in told(priced[Mode.PREVIEW], changed)


class TestConfiguration:
    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"monthlyLimit": 400}, "monthlyLimit means nothing without currency"),
            ({"currency": "USD"}, "currency means nothing without monthlyLimit"),
            ({"monthlyLimit": -1, "currency": "USD"}, "monthlyLimit must be at least 0, not -1"),
            ({"monthlyLimit": "400", "currency": "USD"}, 'monthlyLimit must be a number, not "400"'),
            ({"monthlyLimit": True, "currency": "USD"}, "monthlyLimit must be a number, not true"),
            ({"monthlyLimit": float("nan"), "currency": "USD"}, "monthlyLimit must be a number"),
            ({"monthlyLimit": float("inf"), "currency": "USD"}, "monthlyLimit must be a number"),
            ({"monthlyLimit": 400, "currency": "dollars"}, "currency must be a currency of three letters"),
            ({"monthlyLimit": 400, "currency": 840}, "currency must be a text"),
            ({"monthlyLimit": 400, "currency": "USD", "exemptions": []}, "exemptions is no key of this policy"),
        ],
    )
    def test_a_wrong_one_is_refused(
        self, priced: Mapping[Mode, PolicyServer], given: dict[str, Any], words: str
    ) -> None:
        found = judged(priced[Mode.PREVIEW], ours(), given)
        assert found[0].policy == COST
        assert found[0].level == "mandatory"
        assert words in found[0].message

    @pytest.mark.parametrize(
        "given", [{}, {"monthlyLimit": 0, "currency": ""}, {"monthlyLimit": None, "currency": None}]
    )
    def test_none_is_a_notice(self, priced: Mapping[Mode, PolicyServer], given: dict[str, Any]) -> None:
        priced[Mode.PREVIEW].configure({COST: given})
        assert [each.policy for each in priced[Mode.PREVIEW].run(ours())] == [DEPLOYED_NOTICES]

    def test_its_level_is_free_and_what_is_switched_off_still_says_the_sum(
        self, priced: Mapping[Mode, PolicyServer]
    ) -> None:
        server, limit = priced[Mode.PREVIEW], {"monthlyLimit": 1, "currency": "USD"}
        (found,) = judged(server, ours(), {**limit, "enforcementLevel": "advisory"})
        assert (found.policy, found.level) == (COST, "advisory")
        (found,) = judged(server, ours(), {**limit, "enforcementLevel": "disabled"})
        assert found.policy == DEPLOYED_NOTICES

    def test_another_currency(self, priced: Mapping[Mode, PolicyServer]) -> None:
        text = told(priced[Mode.PREVIEW], ours(), {"monthlyLimit": 10**9, "currency": "KRW"})
        assert "`./labs prices --refresh --currency KRW`" in text


@pytest.mark.parametrize(
    "content",
    [None, "", "[]", "{", "[" * 100_000, '{"currency": "USD"}', prices(storage={"eastus": {"Standard_LRS": 0}})],
)
def test_without_prices_there_is_no_pass_and_no_sum(tmp_path: Path, content: str | None) -> None:
    with priced_server(tmp_path, content) as server:
        assert "nobody can tell what they cost, for " in told(server, ours())
        text = told(server, ours(), {"monthlyLimit": 10**9, "currency": "KRW"})
        assert "`./labs prices --refresh --currency KRW`" in text
        assert judged(server, (definition(),), HUNDRED) == []


def test_old_prices_are_said_to_be_old(tmp_path: Path) -> None:
    with priced_server(tmp_path, prices(date="2020-01-01")) as server:
        assert "prices of 2020-01-01, which are old: `./labs prices --refresh`; koreasouth as eastus" in told(
            server, ours()
        )


@pytest.mark.parametrize(
    "unreadable",
    [
        {"properties": UNKNOWN_OBJECT},
        {"properties": {"mode": "Incremental", "templateLink": {"uri": "https://contoso.example/template.json"}}},
    ],
)
def test_what_cannot_be_read_may_cost_as_much_though_no_lab_uses_it(
    priced: Mapping[Mode, PolicyServer], unreadable: dict[str, Any]
) -> None:
    tagged = Declared("azure-native:resources:Deployment", "d", {**unreadable, "tags": {"lab-consumers": "other"}})
    words = "not counted: d, of which nobody can tell what it makes"
    assert words in told(priced[Mode.PREVIEW], (tagged,))
    text = told(priced[Mode.PREVIEW], (*ours(), tagged), {"monthlyLimit": 1e9, "currency": "USD"})
    assert f"they cost at least 7.04 USD a month (prices of 2026-11-01; koreasouth as eastus; {words})" in text
    assert text.endswith("Write out what the resource makes in the program, with values that a preview knows.")


def test_a_template_that_cannot_be_read_is_refused_by_its_own_policy(priced: Mapping[Mode, PolicyServer]) -> None:
    unreadable = Declared("azure-native:resources:Deployment", "d", {"properties": UNKNOWN_OBJECT})
    priced[Mode.PREVIEW].configure({COST: HUNDRED})
    assert [each.policy for each in priced[Mode.PREVIEW].run((unreadable,))] == [KNOWN_ROUTE]
