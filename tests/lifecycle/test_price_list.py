"""Azure's list of retail prices: what counts in it, and every reason for which it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.regions.geography import all_regions
from catalog.regions.prices import NO_PRICES, STORAGE_TYPES, PriceTable
from lifecycle.price_list import (
    CURRENCIES,
    FILTERS,
    STORAGE_METERS,
    TRANSFER_METER,
    Asked,
    ImplausiblePrices,
    PriceChange,
    changes,
    is_worth_writing,
    read_price_list,
    without_price,
)
from tests.support.retail import DAY, home, items_of, snapshot, table, traffic

ASKED = Asked("USD", DAY, "a test")
EASTUS = {"Standard_LRS": Decimal("0.05"), "Standard_ZRS": Decimal("0.05"), "Premium_LRS": Decimal("0.132")}

names = st.sampled_from([region.name for region in all_regions()])
amounts = st.decimals(min_value=Decimal("0.001"), max_value=Decimal(1000), places=6)


def of_prices(amounts: st.SearchStrategy[Decimal]) -> st.SearchStrategy[PriceTable]:
    """Tables with these prices, and the usual ones in eastus."""
    rows = st.dictionaries(st.sampled_from(STORAGE_TYPES), amounts, min_size=1)
    storages = st.dictionaries(names, rows, max_size=6)
    return st.builds(lambda storage: PriceTable("USD", DAY, "a test", {**storage, "eastus": EASTUS}), storages)


tables = of_prices(amounts)
near = of_prices(st.decimals(min_value=Decimal("0.1"), max_value=Decimal("0.9"), places=6))
"""Tables between which no price is ten times the other."""


def reasons(*items: dict[str, Any], last: PriceTable = NO_PRICES) -> list[str]:
    with pytest.raises(ImplausiblePrices) as refused:
        read_price_list(items, ASKED, last)
    return list(refused.value.reasons)


def test_the_items_of_our_meters_count_and_no_others() -> None:
    found = read_price_list(
        [
            *home(),
            snapshot("koreacentral", Decimal("0.055")),
            snapshot("attdetroit1", 5),
            snapshot("", 5),
            snapshot("japaneast", 5, meterName="LRS Disk Operations"),
            snapshot("japaneast", 5, productName="Standard SSD Managed Disks"),
            snapshot("japaneast", 5, type="Reservation"),
            traffic("japaneast", 5, meterName="Standard Data Transfer Out"),
            {},
        ],
        ASKED,
    )
    assert found == PriceTable(
        "USD", DAY, "a test", {"eastus": EASTUS, "koreacentral": {"Standard_LRS": Decimal("0.055")}}, {}
    )


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_the_items_and_repeated_ones_change_nothing(wanted: PriceTable, random: Any) -> None:
    items = [*items_of(wanted), *items_of(wanted)]
    random.shuffle(items)
    assert read_price_list(items, ASKED) == wanted


@given(near, near)
def test_a_refresh_replaces_prices_of_storage_whole(last: PriceTable, wanted: PriceTable) -> None:
    found = read_price_list(items_of(wanted), ASKED, last)
    assert found.storage == wanted.storage
    assert {each.place for each in changes(last, found)} <= {*last.storage, *wanted.storage}


def test_numbers_of_json_are_the_prices_that_they_show() -> None:
    found = read_price_list([*home(), snapshot("koreacentral", 0.055), snapshot("japaneast", 1)], ASKED)
    assert found.storage["koreacentral"] == {"Standard_LRS": Decimal("0.055")}
    assert found.storage["japaneast"] == {"Standard_LRS": Decimal(1)}


def test_a_price_counts_on_the_days_on_which_it_is_in_force() -> None:
    prices = [
        snapshot(
            "koreacentral", 0.04, effectiveStartDate="2020-01-01T00:00:00Z", effectiveEndDate="2026-11-28T23:59:59Z"
        ),
        snapshot("koreacentral", 0.05, effectiveStartDate=f"{DAY}T00:00:00Z", effectiveEndDate=f"{DAY}T23:59:59Z"),
        snapshot("koreacentral", 0.06, effectiveStartDate="2026-11-30T00:00:00Z", effectiveEndDate=None),
    ]
    assert read_price_list([*home(), *prices], ASKED).storage["koreacentral"] == {"Standard_LRS": Decimal("0.05")}


@pytest.mark.parametrize(
    ("former", "counting"),
    [
        ({"effectiveStartDate": "2020-01-01T00:00:00Z"}, {"effectiveStartDate": "2025-06-01T00:00:00Z"}),
        ({}, {"effectiveStartDate": "2025-06-01T00:00:00Z"}),
        ({"isPrimaryMeterRegion": False}, {"isPrimaryMeterRegion": True}),
        ({"isPrimaryMeterRegion": False, "effectiveStartDate": "2025-06-01"}, {"effectiveStartDate": "2020-01-01"}),
    ],
)
@pytest.mark.parametrize("reverse", [False, True])
def test_of_a_meter_the_newest_price_of_the_primary_one_counts(
    former: dict[str, Any], counting: dict[str, Any], *, reverse: bool
) -> None:
    both = [snapshot("koreacentral", 0.09, **former), snapshot("koreacentral", 0.06, **counting)]
    items = [*home(), *(both[::-1] if reverse else both)]
    assert read_price_list(items, ASKED).storage["koreacentral"] == {"Standard_LRS": Decimal("0.06")}


def test_tiers_of_any_size_are_told_apart() -> None:
    tiers = [snapshot("koreacentral", Decimal(price), tierMinimumUnits=10**7 * n) for n, price in enumerate("345")]
    assert read_price_list([*home(), *tiers], ASKED).storage["koreacentral"] == {"Standard_LRS": Decimal(5)}
    odd = snapshot("koreacentral", Decimal(6), tierMinimumUnits=[])
    assert read_price_list([*home(), odd], ASKED).storage["koreacentral"] == {"Standard_LRS": Decimal(6)}


def test_of_tiers_the_highest_price_counts() -> None:
    tiers = [
        snapshot("koreacentral", price, tierMinimumUnits=units) for units, price in [(0, 0), (100, 0.06), (500, 0.05)]
    ]
    assert read_price_list([*home(), *tiers], ASKED).storage["koreacentral"] == {"Standard_LRS": Decimal("0.06")}


def test_of_a_continent_the_highest_price_of_copying_counts() -> None:
    items = [traffic("koreacentral", 0.08), traffic("japaneast", 0.09), traffic("eastus", 0.02)]
    found = read_price_list([*home(), *items], ASKED)
    assert found.transfer == {"Asia Pacific": Decimal("0.09"), "North America": Decimal("0.02")}


def test_prices_of_copying_that_the_list_lacks_stay_in_the_same_currency_only() -> None:
    last = table({}, transfer={"Europe": Decimal("0.02"), "North America": Decimal("0.03")})
    items = [*home(), traffic("eastus", 0.02)]
    kept = read_price_list(items, ASKED, last).transfer
    assert kept == {"Europe": Decimal("0.02"), "North America": Decimal("0.02")}
    assert read_price_list(items, ASKED, replace(last, currency="EUR")).transfer == {"North America": Decimal("0.02")}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (snapshot("koreacentral", 0), "the price is 0: koreacentral Standard_LRS"),
        (traffic("koreacentral", 0), "the price is 0: copying from koreacentral"),
        (
            snapshot("koreacentral", -0.05),
            "the price is -0.05, which is no price of a GB: koreacentral Standard_LRS",
        ),
        (snapshot("koreacentral", "1"), 'the price is "1", which is no price of a GB: koreacentral Standard_LRS'),
        (snapshot("koreacentral", None), "the price is nothing, which is no price of a GB: koreacentral Standard_LRS"),
        (snapshot("koreacentral", True), "the price is true, which is no price of a GB: koreacentral Standard_LRS"),
        (
            snapshot("koreacentral", float("nan")),
            "the price is .nan, which is no price of a GB: koreacentral Standard_LRS",
        ),
        (
            snapshot("koreacentral", Decimal("1E-999999")),
            "the price is 1E-999999, which is no price of a GB: koreacentral Standard_LRS",
        ),
        (
            snapshot("koreacentral", 10**6),
            "the price is 1000000, which is no price of a GB: koreacentral Standard_LRS",
        ),
        (
            snapshot("koreacentral", 0.05, unitOfMeasure="1 TB/Month"),
            'the unit is "1 TB/Month", not 1 GB/Month: koreacentral Standard_LRS',
        ),
        (
            snapshot("koreacentral", 0.05, currencyCode="EUR"),
            'the currency is "EUR", not USD: koreacentral Standard_LRS',
        ),
        (snapshot("eastus", 0.06), "there are two prices of the same meter: eastus Standard_LRS (0.05 and 0.06)"),
    ],
)
def test_what_cannot_be_right_is_refused(wrong: dict[str, Any], reason: str) -> None:
    assert reasons(*home(), wrong) == [reason]


def test_without_the_prices_that_others_count_with_there_is_no_list() -> None:
    assert reasons() == [
        f"there is no price of {', '.join(STORAGE_TYPES)} in eastus, with which regions without a price count"
    ]
    assert reasons(*home()[1:], snapshot("westus", 0.05)) == [
        "there is no price of Standard_LRS in eastus, with which regions without a price count"
    ]


@pytest.mark.parametrize(("new", "refused"), [("0.5", True), ("0.005", True), ("0.499", False), ("0.0051", False)])
def test_ten_times_more_or_less_than_the_last_is_refused(new: str, refused: bool) -> None:
    last = table({"koreacentral": {"Standard_LRS": "0.05"}})
    items = [*home(), snapshot("koreacentral", Decimal(new))]
    if refused:
        assert reasons(*items, last=last) == [
            f"the price is {new} after 0.05, 10 times more or less: koreacentral Standard_LRS"
        ]
    else:
        assert read_price_list(items, ASKED, last).storage["koreacentral"] == {"Standard_LRS": Decimal(new)}
    # Another currency has other figures.
    assert read_price_list(items, ASKED, replace(last, currency="KRW")).currency == "USD"


def test_everything_wrong_is_said_together_and_places_are_counted() -> None:
    many = [snapshot(region.name, 0) for region in all_regions() if region.name != "eastus"]
    found = reasons(*home()[:2], *many, traffic("eastus", -1))
    assert found[0].startswith("the price is 0: australiacentral Standard_LRS, ")
    assert found[0].endswith(f" and {len(many) - 8} more")
    assert found[1:] == [
        "the price is -1, which is no price of a GB: copying from eastus",
        "there is no price of Premium_LRS in eastus, with which regions without a price count",
    ]


def test_what_differs() -> None:
    last = table({"eastus": {"Standard_LRS": "0.05"}, "westus": {"Standard_LRS": "0.06"}})
    new = table({"eastus": {"Standard_LRS": "0.04"}, "koreacentral": {"Standard_LRS": "0.06"}})
    new = replace(new, transfer={"Europe": Decimal("0.02")})
    assert changes(last, new) == (
        PriceChange("eastus", "Standard_LRS", Decimal("0.05"), Decimal("0.04")),
        PriceChange("koreacentral", "Standard_LRS", None, Decimal("0.06")),
        PriceChange("westus", "Standard_LRS", Decimal("0.06"), None),
        PriceChange("Europe", None, None, Decimal("0.02")),
    )


@given(tables, tables)
def test_there_are_changes_if_and_only_if_prices_differ(last: PriceTable, new: PriceTable) -> None:
    assert bool(changes(last, new)) is (last.storage != new.storage)
    assert changes(last, last) == ()


def test_a_file_is_written_for_prices_or_when_it_would_count_as_old() -> None:
    last = table({"eastus": {"Standard_LRS": "0.05"}})
    later = replace(last, day="2027-11-29", source="elsewhere")
    assert not is_worth_writing(last, later, date(2027, 11, 29))
    assert is_worth_writing(last, later, date(2027, 11, 30))
    assert is_worth_writing(last, replace(later, currency="EUR"), date(2026, 11, 30))
    assert is_worth_writing(last, table({"eastus": {"Standard_LRS": "0.06"}}), date(2026, 11, 30))
    assert is_worth_writing(NO_PRICES, last, date(2026, 11, 30))


def test_regions_without_a_price_of_their_own() -> None:
    lacking = without_price(table({"eastus": {"Standard_LRS": "0.05"}, "westus": {}}))
    assert "eastus" not in lacking
    assert {"westus", "koreacentral"} <= set(lacking)
    assert len(lacking) == len(all_regions()) - 1


def test_the_questions_ask_for_all_meters() -> None:
    assert set(STORAGE_METERS) == set(STORAGE_TYPES)
    assert all(
        f"'{meter.product}'" in FILTERS[0] and f"'{meter.sku}'" in FILTERS[0] for meter in STORAGE_METERS.values()
    )
    assert all(f"'{name}'" in FILTERS[1] for name in (TRANSFER_METER.product, TRANSFER_METER.name))
    assert "USD" in CURRENCIES
    assert list(CURRENCIES) == sorted(set(CURRENCIES))
