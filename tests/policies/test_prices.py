"""The pack's own reader of prices: whatever stands in the file, it is a list of prices, or there are none."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_image_policies.messages import money
from lab_image_policies.prices import PriceTable, read_prices
from tests.policies.priced_pack import PRICES

NONE = "prices.json of the policy pack is no readable list of prices"


def read(folder: Path, content: object) -> PriceTable:
    """The table of a file with this content, as JSON unless it is a text."""
    path = folder / "prices.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_prices(path)


def with_row(**row: object) -> dict[str, Any]:
    return {**PRICES, "storage": {"eastus": row}}


def test_a_region_without_a_price_has_that_of_eastus(tmp_path: Path) -> None:
    table = read(tmp_path, PRICES)
    assert (table.currency, table.day, table.fault) == ("USD", "2026-11-01", "")
    assert table.price("koreacentral", "Standard_LRS") == (Decimal("0.06"), "koreacentral")
    assert table.price("koreacentral", "standard_lrs") == (Decimal("0.06"), "koreacentral")
    assert table.price("koreasouth", "Standard_LRS") == (Decimal("0.05"), "eastus")
    assert table.price("koreacentral", "Premium_LRS") == (Decimal("0.132"), "eastus")
    assert table.price("koreacentral", "PremiumV2_LRS") is None


def test_regions_are_found_under_every_name(tmp_path: Path) -> None:
    table = read(tmp_path, {**PRICES, "storage": {"East US": {"Standard_LRS": 1}, "nowhere": {"Standard_LRS": 2}}})
    assert table.storage == {"eastus": {"standard_lrs": Decimal(1)}}


@pytest.mark.parametrize(
    ("today", "old"),
    [("2026-11-01", False), ("2027-11-01", False), ("2027-11-02", True), ("2026-10-31", False), ("2026-10-30", True)],
)
def test_a_year_makes_prices_old_and_so_does_a_day_to_come(tmp_path: Path, today: str, *, old: bool) -> None:
    assert read(tmp_path, PRICES).is_old(date.fromisoformat(today)) is old
    assert PriceTable().is_old(date.fromisoformat(today)) is False


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert read_prices(tmp_path / "prices.json") == PriceTable(fault="the policy pack has no prices")
    assert read_prices(tmp_path).price("eastus", "Standard_LRS") is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "1",
        "null",
        '"USD"',
        "[" * 100_000,
        "{}",
        "\ufeff\ufeff" + json.dumps(PRICES),
        json.dumps(PRICES).replace('"currency"', '"currency": "KRW", "currency"'),
        json.dumps(PRICES).replace('"koreacentral"', '"eastus"'),
        json.dumps(PRICES).replace('"Standard_LRS": 0.05', '"Standard_LRS": 0.0001, "Standard_LRS": 0.05'),
        json.dumps(PRICES).replace('"Standard_LRS": 0.05', '"standard_lrs": 0.05, "Standard_LRS": 0.0001'),
        json.dumps(PRICES).replace("0.05", "NaN"),
        json.dumps(PRICES).replace("0.05", "-Infinity"),
        json.dumps(PRICES).replace("0.05", "1e99999999999999999999"),
        json.dumps(PRICES).replace("0.05", "9" * 10_000),
        json.dumps(PRICES).replace("0.05", "1e-101"),
        json.dumps(PRICES) + " " * 1_000_000,
        {**PRICES, "currency": "usd"},
        {**PRICES, "currency": "<b>"},
        {**PRICES, "currency": 840},
        {**PRICES, "date": "yesterday"},
        {**PRICES, "date": "2026-02-30"},
        {**PRICES, "date": 2026},
        {**PRICES, "storage": {}},
        {**PRICES, "storage": []},
        {**PRICES, "storage": {"eastus": 0.05}},
        {**PRICES, "storage": {"nowhere": {"Standard_LRS": 1}}},
        {**PRICES, "storage": {"eastus": {"Standard_LRS": 1}, "East US": {"Standard_LRS": 1}}},
        with_row(Standard_LRS=0),
        with_row(Standard_LRS=-0.05),
        with_row(Standard_LRS="0.05"),
        with_row(Standard_LRS=True),
        with_row(Standard_LRS=None),
        with_row(Standard_LRS=1_000_000),
        with_row(Standard_LRS=[0.05], Premium_LRS=0.1),
    ],
)
def test_a_file_with_anything_wrong_has_none(tmp_path: Path, content: object) -> None:
    assert read(tmp_path, content) == PriceTable(fault=NONE)


def test_the_mark_that_some_editors_put_before_a_text_changes_nothing(tmp_path: Path) -> None:
    # The program reads it, too: a refresh that finds the same prices would not take it away.
    assert read(tmp_path, "\ufeff" + json.dumps(PRICES)) == read(tmp_path, PRICES)


def test_what_is_no_text_has_none(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    path.write_bytes(b"\xff\xfe{}")
    assert read_prices(path).fault == NONE


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["eastus", *PRICES]), inner),
)


@given(content=st.fixed_dictionaries({key: st.just(value) | json_values for key, value in PRICES.items()}))
def test_every_price_that_is_read_is_one(tmp_path_factory: pytest.TempPathFactory, content: Any) -> None:
    table = read(tmp_path_factory.mktemp("prices"), content)
    assert bool(table.fault) is not bool(table.storage)
    assert all(0 < price < 1_000_000 for row in table.storage.values() for price in row.values())


@given(amount=st.decimals(0, 10**14, places=3), currency=st.sampled_from(["USD", "KRW", "JPY", "EUR"]))
def test_money_is_written_as_the_program_writes_it(amount: Decimal, currency: str) -> None:
    from catalog.regions import prices  # noqa: PLC0415 - the pack is alone elsewhere in this file

    assert money(amount, currency) == prices.money(amount, currency)


def test_an_amount_that_nobody_pays_is_short() -> None:
    assert money(Decimal("1e600"), "USD") == "more than 1,000,000,000,000,000 USD"
