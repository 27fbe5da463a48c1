"""What replicas cost: pure functions on plain values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_image_policies.cost_findings import Limit, above_limit, limit_of, notice_of, sum_of
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.replica_set import ReplicaSet
from lab_image_policies.prices import PriceTable
from lab_image_policies.replica_cost import Gap, cost_of

TODAY = date(2026, 11, 29)
TABLE = PriceTable(
    "USD",
    "2026-11-01",
    {
        "eastus": {"standard_lrs": Decimal("0.05"), "premium_lrs": Decimal("0.132")},
        "koreacentral": {"standard_lrs": Decimal("0.06")},
    },
)
HUNDRED = Limit(Decimal(100), "USD")
NO_PRICES = PriceTable(fault="the policy pack has no prices")


def replicas(**changes: Any) -> ReplicaSet:
    return ReplicaSet("gis", "1.0.0", "koreacentral", "Standard_LRS", 2.0, 64.0)._replace(**changes)


def text_of(*sets: ReplicaSet, prices: PriceTable = TABLE, limit: Limit = HUNDRED) -> str | None:
    return above_limit(cost_of(sets, prices), prices, limit, TODAY)


@pytest.mark.parametrize(
    ("changes", "month"),
    [
        ({}, "7.68"),
        ({"size_gb": 127}, "15.24"),
        ({"replicas": 3}, "11.52"),
        ({"region": "Korea Central"}, "7.68"),
        ({"region": "koreasouth"}, "6.40"),
        ({"storage_type": "premium_lrs"}, "16.896"),
        ({"storage_type": "STANDARD_LRS"}, "7.68"),
        ({"size_gb": 0.5, "replicas": 1}, "0.03"),
    ],
)
def test_size_times_replicas_times_price(changes: dict[str, Any], month: str) -> None:
    cost = cost_of([replicas(**changes)], TABLE)
    assert cost.month == Decimal(month)
    assert cost.by_image == {"gis": Decimal(month)}
    assert cost.not_counted == ()


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        *(({"size_gb": value}, Gap.SIZE) for value in (None, 0, -1, "64", True, Fault.UNKNOWN, float("nan"), [64])),
        *(({"replicas": value}, Gap.COUNT) for value in (None, 0, -1, 1.5, "2", True, Fault.UNKNOWN, float("inf"))),
        *(({"region": value}, Gap.REGION) for value in (None, "", "atlantis", 7, Fault.UNKNOWN, ["eastus"])),
        *(({"storage_type": value}, Gap.STORAGE) for value in (None, 7, Fault.UNKNOWN, Fault.MALFORMED)),
        *(({"storage_type": value}, Gap.PRICE) for value in ("PremiumV2_LRS", "", "Standard_ZRS", "Standard_LRS ")),
        ({"unseen": True}, Gap.UNSEEN),
    ],
)
def test_what_is_not_known_is_in_no_sum_and_refused(changes: dict[str, Any], gap: Gap) -> None:
    unknown = replicas(image="cad", **changes)
    cost = cost_of([replicas(), unknown], TABLE)
    assert (cost.month, [one.gap for one in cost.not_counted]) == (Decimal("7.68"), [gap])
    text = text_of(replicas(), unknown)
    assert text is not None
    assert "at least 7.68 USD" in text
    assert "not counted: cad 1.0.0, whose" in text
    assert "at most" not in text
    assert gap.advice[1:] in text


@pytest.mark.parametrize("disks", [1, 3.0, None, "0", True, -1, Fault.UNKNOWN, [0], float("nan")])
def test_the_os_disk_of_a_version_with_data_disks_counts_and_the_sum_is_no_bound(disks: object) -> None:
    found = cost_of([replicas(data_disks=disks), replicas(region="koreasouth", data_disks=disks)], TABLE)
    assert (found.month, [one.gap for one in found.not_counted]) == (Decimal("14.08"), [Gap.DATA_DISKS])
    text = above_limit(found, TABLE, HUNDRED, TODAY)
    assert text is not None
    assert "at least 14.08 USD" in text
    assert "not counted: gis 1.0.0, whose data disks are not known" in text
    assert "lower the level of replica-cost-below-limit" in text
    assert cost_of([replicas(data_disks=0.0)], TABLE).not_counted == ()


def test_it_is_named_once_for_a_version() -> None:
    unknown = [replicas(size_gb=None, region=name) for name in ("koreacentral", "koreasouth", "eastus")]
    assert len(cost_of(unknown, TABLE).not_counted) == 1


def test_of_many_some_are_named() -> None:
    unknown = [replicas(size_gb=None, number=f"1.{each}.0") for each in range(1000)]
    text = sum_of(cost_of(unknown, TABLE), TABLE, TODAY)
    assert text.startswith("an unknown amount (prices of 2026-11-01; not counted: gis 1.0.0, whose size is not known; ")
    assert text.endswith("; 995 more)")


@pytest.mark.parametrize(
    ("limit", "refused"), [("7.69", False), ("7.68", True), ("7.67", True), ("0.01", True), ("1e300", False)]
)
def test_the_limit_itself_is_refused(limit: str, *, refused: bool) -> None:
    text = text_of(replicas(), limit=Limit(Decimal(limit), "USD"))
    assert (text is not None) is refused


def test_reached_names_what_costs_most() -> None:
    sets = [replicas(image=name, replicas=count) for name, count in (("a", 4), ("gis", 50), ("GIS", 50), ("b", 30))]
    assert text_of(*sets, replicas(image="c", region="koreasouth")) == (
        "replicas of this stack: they cost at most 520.96 USD a month (prices of 2026-11-01; koreasouth as eastus), "
        "and the limit is below 100.00 USD (most for gis 384.00 USD, b 115.20 USD, a 15.36 USD). Every replica is "
        "billed each month, so they are refused. Lower replicas, narrow target regions, or retire old versions; if it "
        "is meant to be, raise monthlyLimit of replica-cost-below-limit in policy-config.json."
    )


def test_another_currency_is_refused_with_what_to_do() -> None:
    text = text_of(replicas(), limit=Limit(Decimal(100_000_000), "KRW"))
    assert text is not None
    assert "below 100,000,000 KRW a month, and the prices are in USD" in text
    assert "Run `./labs prices --refresh --currency KRW`, or write monthlyLimit in USD" in text


def test_without_prices_it_is_refused_with_what_to_do() -> None:
    text = text_of(replicas(), prices=NO_PRICES)
    assert text is not None
    assert "the policy pack has no prices" in text
    assert text.endswith("Run `./labs prices --refresh --currency USD`.")


def test_the_notice() -> None:
    def notice(*sets: ReplicaSet, prices: PriceTable = TABLE) -> str:
        return notice_of(cost_of(sets, prices), prices, TODAY)

    set_one = "monthlyLimit and currency of replica-cost-below-limit in policy-config.json set a limit."
    assert notice(replicas(), replicas(region="koreasouth"), replicas(region="Japan East")) == (
        "replicas of this stack cost at most 20.48 USD a month (prices of 2026-11-01; japaneast, koreasouth as "
        f"eastus). {set_one}"
    )
    old = "(prices of 2020-01-01, which are old: `./labs prices --refresh`)"
    assert old in notice(replicas(), prices=replace(TABLE, day="2020-01-01"))
    assert "nobody can tell what they cost, for the policy pack has no prices" in notice(replicas(), prices=NO_PRICES)
    assert "USD" not in notice(replicas(), prices=NO_PRICES)


def test_hostile_names_stay_on_one_line() -> None:
    name = "\u202e<script>\n" + "x" * 500
    for changes in ({"size_gb": None}, {"storage_type": name}, {"replicas": 10_000}):
        text = text_of(replicas(image=name, number=name, **changes))
        assert text is not None
        assert "\n" not in text
        assert "\u202e" not in text
        assert len(text) < 1_000


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (400, "usd", Limit(Decimal(400), "USD")),
        (61.2, "KRW", Limit(Decimal("61.2"), "KRW")),
        *((amount, "USD", None) for amount in (0, None, "400")),
        *((400, currency, None) for currency in ("", None, 7)),
    ],
)
def test_a_limit_is_an_amount_and_a_currency(amount: object, currency: object, expected: Limit | None) -> None:
    assert limit_of(amount, currency) == expected


sets = st.lists(
    st.builds(
        ReplicaSet,
        st.sampled_from(["gis", "GIS", "cad", "web"]),
        st.sampled_from(["1.0.0", "1.1.0"]),
        st.sampled_from(["koreacentral", "Korea South", "eastus", "atlantis", None]),
        st.sampled_from(["Standard_LRS", "Premium_LRS", "PremiumV2_LRS", None]),
        st.integers(0, 100),
        st.integers(0, 4095).map(lambda quarters: quarters / 4) | st.sampled_from([None, -1, float("nan"), "64"]),
    )
)


@given(sets, st.permutations(range(3)))
def test_sums_agree(drawn: list[ReplicaSet], order: list[int]) -> None:
    cost = cost_of(drawn, TABLE)
    assert cost.month == sum(cost.by_image.values())
    parts = [cost_of([each], TABLE) for each in drawn]
    assert cost.month == sum((part.month for part in parts), Decimal(0))
    assert bool(cost.not_counted) is any(part.not_counted for part in parts)
    again = cost_of([each for rest in order for each in drawn[rest::3]], TABLE)
    assert (again.month, again.borrowed) == (cost.month, cost.borrowed)


@given(sets, st.integers(1, 50))
def test_more_replicas_are_never_cheaper(drawn: list[ReplicaSet], more: int) -> None:
    dearer = [each._replace(replicas=each.replicas + more) for each in drawn if isinstance(each.replicas, int)]
    assert cost_of(dearer, TABLE).month >= cost_of(drawn, TABLE).month


@given(sets, st.floats(0.01, 1e6))
def test_only_what_is_known_and_below_the_limit_passes(drawn: list[ReplicaSet], amount: float) -> None:
    limit = Limit(Decimal(repr(amount)), "USD")
    cost = cost_of(drawn, TABLE)
    passes = above_limit(cost, TABLE, limit, TODAY) is None
    assert passes is (not cost.not_counted and cost.month < limit.amount)
    assert above_limit(cost, replace(TABLE, currency="EUR"), limit, TODAY) is not None
