"""What steps of versions cost: what comes, what goes, and what is not known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.regions.prices import NO_PRICES
from cli.report.cost_change import CostChange, Sizes, cost_change
from cli.report.cost_lines import cost_cell
from cli.report.layout import PLAIN
from cli.report.step import DEFINITION, VERSION, Action, Step
from tests.cli.report.priced import PRICES, inputs

NAME: Final = "gis:1.0.0"
KNOWN: Final = Sizes({NAME: 64}, {NAME: 64})


def step(action: Action, old: Mapping[str, Any], new: Mapping[str, Any], name: str = NAME, **more: Any) -> Step:
    return Step(action, f"urn {name}", VERSION, name, old, new, **more)


def change(*steps: Step, sizes: Sizes = KNOWN, found: bool = False) -> CostChange:
    return cost_change(steps, sizes, PRICES, found=found)


def cell(found: CostChange) -> str:
    line = cost_cell(found)
    return PLAIN.item(line).strip().removeprefix("- ").replace("\n    ", " ") if line else ""


@pytest.mark.parametrize(
    ("action", "old", "new", "said"),
    [
        ("create", {}, inputs(koreacentral=3, eastus=1), "+16.00 USD (+256 GB)"),
        ("create", {}, inputs(Koreacentral=3), "+9.60 USD (+192 GB)"),
        ("update", inputs(koreacentral=3), inputs(koreacentral=1), "−6.40 USD (−128 GB)"),
        ("update", inputs(koreacentral=3), inputs(koreacentral=1, eastus=1), "+6.40 USD (+64 GB), −6.40 USD (−128 GB)"),
        ("update", inputs(eastus=1), inputs("Premium_LRS", eastus=1), "+19.20 USD (+64 GB), −6.40 USD (−64 GB)"),
        ("update", inputs(koreacentral=1), inputs(koreacentral=1), ""),
        ("update", inputs(koreacentral="[unknown]"), inputs(koreacentral=1), "unknown"),
        ("update", inputs(koreacentral=1), {}, "unknown"),
        ("delete", inputs(koreacentral=2), {}, "−6.40 USD (−128 GB)"),
        ("delete", {}, {}, "unknown"),
        ("create", {}, {}, "unknown"),
        ("create", {}, inputs("Standard_ZRS", eastus=2), "unknown (+128 GB)"),
        ("create", {}, inputs(eastus=1.5), "unknown"),
        ("create", {}, inputs(eastus=-1), "unknown"),
        ("create", {}, inputs(eastus=True), "unknown"),
        ("import", {}, inputs(koreacentral=2), ""),
        ("import", inputs(koreacentral=2), inputs(koreacentral=2), ""),
        ("import", inputs(koreacentral=2), inputs(koreacentral=3), "+3.20 USD (+64 GB)"),
        ("replace", inputs(koreacentral=2), inputs(koreacentral=1), "+3.20 USD (+64 GB), −6.40 USD (−128 GB)"),
        ("empty", inputs(koreacentral=2), inputs(koreacentral=2), "−6.40 USD (−128 GB)"),
    ],
)
def test_cell_of_one_step(action: Action, old: dict[str, Any], new: dict[str, Any], said: str) -> None:
    assert cell(change(step(action, old, new))) == said


def test_data_disks_are_unknown_beside_what_is_known() -> None:
    sizes = replace(KNOWN, data_disks={NAME})
    new = step("create", {}, inputs(eastus=1))
    assert cell(change(new, sizes=sizes)) == "+6.40 USD (+64 GB), data disks unknown"
    assert cell(change(new, sizes=Sizes(data_disks={NAME}))) == "unknown"
    assert change(new).upper_bound
    assert not change(new, sizes=sizes).upper_bound


def test_a_version_whose_size_is_not_known_is_unknown() -> None:
    assert cell(change(step("create", {}, inputs(koreacentral=1)), sizes=Sizes())) == "unknown"
    assert change(step("create", {}, inputs(koreacentral=1)), sizes=Sizes()).versions[0].gap == "size"


def test_a_deletion_that_deletes_nothing_costs_nothing() -> None:
    gone = step("delete", inputs(koreacentral=2), {})
    for kept in (replace(gone, retained=True), replace(gone, protected=True)):
        assert change(kept).versions == ()
        # What others deleted is gone, whatever the engine would have done.
        assert cell(change(kept, found=True)) == "−6.40 USD (−128 GB)"


def test_more_replicas_of_a_protected_version_are_counted() -> None:
    kept = step("update", inputs(koreacentral=1), inputs(koreacentral=2), retained=True, protected=True)
    assert cell(change(kept)) == "+3.20 USD (+64 GB)"


def test_a_replacement_counts_each_object_with_its_own_size() -> None:
    again = step("replace", inputs(koreacentral=1), inputs(koreacentral=1))
    assert cell(change(again, sizes=Sizes({NAME: 64}, {NAME: 32}))) == "+1.60 USD (+32 GB), −3.20 USD (−64 GB)"
    assert cell(change(replace(again, retained=True), sizes=Sizes({NAME: 64}, {NAME: 32}))) == "+1.60 USD (+32 GB)"
    assert cell(change(again, sizes=Sizes({}, {NAME: 32}))) == "unknown"


def test_what_a_region_does_not_say_is_said_for_the_whole_version() -> None:
    profile = {"targetRegions": [{"name": "East US"}], "replicaCount": 2, "storageAccountType": "Premium_LRS"}
    assert cell(change(step("create", {}, {"publishingProfile": profile}))) == "+38.40 USD (+128 GB)"
    assert cell(change(step("create", {}, {"publishingProfile": {"targetRegions": [{"name": "East US"}]}}))) == (
        "+6.40 USD (+64 GB)"
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({"replicaCount": 1}, {"replicaCount": 40}, "+249.60 USD (+2,496 GB)"),
        ({}, {"storageAccountType": "Premium_LRS"}, "+19.20 USD (+64 GB), −6.40 USD (−64 GB)"),
        ({"replicaCount": None}, {"replicaCount": 1}, ""),
        ({}, {"replicaCount": "[unknown]"}, "unknown"),
    ],
)
def test_a_change_for_all_regions_is_one(old: dict[str, Any], new: dict[str, Any], said: str) -> None:
    regions = [{"name": "East US"}]
    before, after = ({"publishingProfile": {"targetRegions": regions, **each}} for each in (old, new))
    assert cell(change(step("update", before, after))) == said


@pytest.mark.parametrize(
    ("further", "said"),
    [
        ([{"regionalReplicaCount": 5, "storageAccountType": "Premium_LRS"}], "+96.00 USD (+320 GB)"),
        ([{"regionalReplicaCount": 5}], "unknown"),
        ([None], "unknown"),
        ("[unknown]", "unknown"),
        ([], ""),
    ],
)
def test_further_replicas_of_a_region_are_counted(further: object, said: str) -> None:
    before, after = inputs(eastus=1), inputs(eastus=1)
    after["publishingProfile"]["targetRegions"][0]["additionalReplicaSets"] = further
    assert cell(change(step("update", before, after))) == said


def test_a_number_that_is_nothing_is_that_of_all_regions() -> None:
    assert cell(change(step("create", {}, inputs(eastus=None)))) == "+6.40 USD (+64 GB)"


def test_known_and_unknown_versions_of_an_image() -> None:
    steps = step("create", {}, inputs(eastus=1)), step("create", {}, inputs(eastus=1), "gis:1.1.0")
    assert cell(change(*steps)) == "+6.40 USD (+64 GB), 1.1.0 unknown"


def test_definitions_cost_nothing() -> None:
    assert cost_change([Step("create", "urn", DEFINITION, "gis", {}, {})], KNOWN, PRICES).versions == ()


def test_without_prices_gigabytes_are_known() -> None:
    found = cost_change([step("create", {}, inputs(eastus=2))], KNOWN, NO_PRICES)
    assert cell(found) == "unknown (+128 GB)"


NUMBERS = st.one_of(st.integers(0, 100), st.just("[unknown]"))
STORAGE = st.sampled_from(["Standard_LRS", "Premium_LRS", "Standard_ZRS", "PremiumV2_LRS"])
REGIONS = st.sampled_from(["koreacentral", "koreasouth", "eastus", "nowhere", "Korea Central"])


def _version(regions: dict[str, tuple[str, Any]]) -> dict[str, Any]:
    return {
        "publishingProfile": {
            "targetRegions": [
                {"name": name, "regionalReplicaCount": number, "storageAccountType": kind}
                for name, (kind, number) in regions.items()
            ]
        }
    }


VERSIONS = st.dictionaries(REGIONS, st.tuples(STORAGE, NUMBERS), max_size=3).map(_version)
STEPS = st.lists(
    st.builds(
        step,
        st.sampled_from(["create", "update", "delete", "replace", "import", "empty"]),
        VERSIONS,
        VERSIONS,
        st.builds("{}:{}.0.0".format, st.sampled_from(["gis", "cad", "r"]), st.integers(1, 4)),
        retained=st.booleans(),
        protected=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda found: found.name,
)
GIGABYTES = st.dictionaries(
    st.builds("{}:{}.0.0".format, st.sampled_from(["gis", "cad", "r"]), st.integers(1, 4)), st.integers(1, 2000)
)


@given(STEPS, st.builds(Sizes, GIGABYTES, GIGABYTES))
def test_the_total_is_the_sum_over_images(steps: list[Step], sizes: Sizes) -> None:
    found = change(*steps, sizes=sizes)
    rows = found.by_image().values()
    assert sum(row.added.month for row in rows) == found.added.month
    assert sum(row.removed.month for row in rows) == found.removed.month
    assert sum(row.added.gb for row in rows) == found.added.gb


@given(STEPS, GIGABYTES)
def test_a_step_and_its_reverse_cancel(steps: list[Step], sizes: dict[str, int]) -> None:
    reverse: dict[str, Action] = {"create": "delete", "delete": "create", "update": "update", "replace": "replace"}
    plain = [replace(each, retained=False, protected=False) for each in steps if each.action in reverse]
    back = [replace(each, action=reverse[each.action], old=each.new, new=each.old) for each in plain]
    there, again = (change(*each, sizes=Sizes(sizes, sizes)) for each in (plain, back))
    assert (there.added.month, there.removed.month) == (again.removed.month, again.added.month)
    assert [each.gap for each in there.versions] == [each.gap for each in again.versions]


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 2000))
def test_more_replicas_are_never_cheaper(before: int, after: int, size: int) -> None:
    found = change(
        step("update", inputs(koreacentral=1, eastus=before), inputs(koreacentral=1, eastus=after)),
        sizes=Sizes({NAME: size}, {NAME: size}),
    )
    assert found.added.month - found.removed.month == (after - before) * size * Decimal("0.10")


@given(STEPS, st.builds(Sizes, GIGABYTES, GIGABYTES), st.sampled_from([PRICES, NO_PRICES]))
def test_what_is_not_known_is_never_nothing(steps: list[Step], sizes: Sizes, prices: Any) -> None:
    found = cost_change(steps, sizes, prices)
    for version in found.versions:
        shown = cell(CostChange(found.currency, (version,)))
        assert shown.startswith("unknown") == (version.gap is not None)
        assert not re.search(r"[+−]0(\.00)? (USD|GB)", shown)
