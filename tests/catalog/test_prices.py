"""The file of prices: read whole or refused with everything wrong in it, written the same for the same prices."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.files.diagnostic import InvalidFile
from catalog.regions.geography import all_regions
from catalog.regions.prices import (
    FALLBACK,
    HIGHEST,
    LARGEST_FILE,
    NO_PRICES,
    STORAGE_TYPES,
    Price,
    PriceTable,
    continent_of,
    money,
    parse_prices,
    read_prices,
    signed_money,
    written,
)

NAME = Path("prices.json")
GOOD: dict[str, Any] = {
    "currency": "EUR",
    "date": "2026-11-29",
    "source": "here",
    "storage": {"eastus": {"Standard_LRS": 0.045, "Premium_LRS": 0.12}, "koreacentral": {"Standard_LRS": 0.05}},
    "transfer": {"Asia Pacific": 0.07, "North America": 0.018},
}

amounts = st.decimals(min_value=Decimal("1e-9"), max_value=HIGHEST - 1, allow_nan=False, allow_infinity=False).filter(
    lambda amount: amount > 0
)
tables = st.builds(
    PriceTable,
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3),
    st.dates().map(date.isoformat),
    st.text(),
    st.dictionaries(
        st.sampled_from([region.name for region in all_regions()]),
        st.dictionaries(st.sampled_from(STORAGE_TYPES), amounts),
        max_size=5,
    ),
    st.dictionaries(st.sampled_from(sorted({continent_of(region.name) for region in all_regions()})), amounts),
)


def problems(text: str | dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidFile) as refused:
        parse_prices(text if isinstance(text, str) else json.dumps(text), NAME)
    for each in refused.value.diagnostics:
        assert each.message.endswith(f"; labs prices --refresh --file {NAME} writes the file anew")
        assert str(each).isprintable()
    return {each.key: each.message.partition("; labs prices")[0] for each in refused.value.diagnostics}


@given(tables)
def test_what_is_written_is_read(table: PriceTable) -> None:
    text = written(table)
    assert parse_prices(text, NAME) == table
    assert written(parse_prices(text, NAME)) == text


@given(tables)
def test_the_text_is_sorted_and_has_a_region_a_line(table: PriceTable) -> None:
    text = written(table)
    storage = json.loads(text)["storage"]
    assert list(storage) == sorted(table.storage)
    assert all(list(prices) == sorted(prices) for prices in storage.values())
    assert [line for line in text.splitlines() if line.count("{") > 1] in ([], ['  "storage": {},'])
    backwards = PriceTable(
        table.currency,
        table.day,
        table.source,
        {name: dict(reversed(list(prices.items()))) for name, prices in reversed(list(table.storage.items()))},
        dict(reversed(list(table.transfer.items()))),
    )
    assert written(backwards) == text


def test_a_price_is_written_without_exponent_or_zeros() -> None:
    table = PriceTable("USD", "2026-11-29", "", {"eastus": {"Standard_LRS": Decimal("1E-7")}}, {"Europe": Decimal(200)})
    assert '"Standard_LRS": 0.0000001}' in written(table)
    assert '"Europe": 200\n' in written(table)


def test_everything_wrong_is_said_together() -> None:
    wrong = {
        "currency": "usd",
        "date": "29.11.2026",
        "source": 1,
        "storage": {"eastuss": {}, "koreacentral": [], "japaneast": {"Standard_GRS": 0.1, "Standard_LRS": 0}},
        "transfer": {"Europe": "0.02", "Asia Pacific": -1},
        "more": 1,
    }
    found = problems(wrong)
    assert {key: text.partition(" not ")[2] or text for key, text in found.items()} == {
        "more": "is no key of a file of prices; take it out",
        "currency": '"usd"',
        "date": '"29.11.2026"',
        "source": "1",
        "storage.eastuss": found["storage.eastuss"],
        "storage.koreacentral": "must be an object of prices by storage type",
        "storage.japaneast.Standard_GRS": "is no storage type; there are Premium_LRS, Standard_LRS, Standard_ZRS",
        "storage.japaneast.Standard_LRS": "0",
        "transfer.Europe": '"0.02"',
        "transfer.Asia Pacific": "-1",
    }
    assert "nearest: eastus" in found["storage.eastuss"]


@pytest.mark.parametrize("missing", GOOD)
def test_every_key_is_needed(missing: str) -> None:
    assert list(problems({key: value for key, value in GOOD.items() if key != missing})) == [missing]


@pytest.mark.parametrize(
    "number",
    ["0", "-0.05", "1e6", "1e-101", "1e-999999999", "1" * 5000, "NaN", "Infinity", "-Infinity", "true", "null"],
)
def test_a_price_is_a_number_above_0_that_a_price_can_be(number: str) -> None:
    text = json.dumps({**GOOD, "transfer": {"Europe": "?"}}).replace('"?"', number)
    assert problems(text)["transfer.Europe"].startswith("must be a price above 0 and below 1,000,000, not ")


@pytest.mark.parametrize(
    "text",
    ["", "{", "nonsense", "[" * 100_000, '{"date": 1e99999999999999999999}', "<<<<<<< HEAD\n", '{"a": "\x1b[31m'],
)
def test_what_is_no_json_is_one_finding(text: str) -> None:
    assert problems(text)[""].startswith("is no JSON (")


@pytest.mark.parametrize("depth", [5, 400, 900])
def test_nesting_is_no_crash(depth: int) -> None:
    nested = "[" * depth + "]" * depth
    assert problems(json.dumps({**GOOD, "source": "?"}).replace('"?"', nested))
    assert problems(json.dumps({**GOOD, "transfer": {"Europe": "?"}}).replace('"?"', nested))


@pytest.mark.parametrize("content", ["[]", "null", "1", '"text"'])
def test_what_is_no_object_is_refused(content: str) -> None:
    assert problems(content) == {"": "must be an object with currency, date, source, storage, transfer"}


def test_what_stands_there_twice_is_refused() -> None:
    twice = json.dumps(GOOD).replace('"Standard_LRS": 0.045', '"Standard_LRS": 0.045, "Standard_LRS": 4.5')
    assert problems(twice) == {"Standard_LRS": "stands there twice; keep one"}
    two_names = {**GOOD, "storage": {"eastus": {}, "East US": {}}}
    assert problems(two_names) == {"storage.East US": "is the same region as eastus; keep one"}


@given(st.text(min_size=1))
def test_a_hostile_name_is_text(name: str) -> None:
    for key in ("storage", "transfer"):
        problems({**GOOD, key: {name: {"\x1b": -1} if key == "storage" else -1}})
    if name not in GOOD:
        assert len(problems({**GOOD, name: 1})) == 1


def test_a_file_that_is_not_there_knows_no_price_and_one_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    assert read_prices(tmp_path / "none.json") is NO_PRICES
    file = tmp_path / "prices.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode())
    assert read_prices(file).currency == "EUR"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidFile, match="cannot be read: it is not UTF-8"):
        read_prices(file)
    with pytest.raises(InvalidFile, match="cannot be read: is a directory"):
        read_prices(tmp_path)


@pytest.mark.parametrize("currency", ["usd", "U1D", "U-D", "USDX", "US", "", "ÜSD", None, 840])
def test_a_currency_is_three_capital_letters(currency: object) -> None:
    assert list(problems({**GOOD, "currency": currency})) == ["currency"]


def test_what_has_no_end_is_not_read(tmp_path: Path) -> None:
    pipe, large = tmp_path / "pipe", tmp_path / "large.json"
    os.mkfifo(pipe)
    for endless in (pipe, Path("/dev/zero")):
        with pytest.raises(InvalidFile, match="cannot be read: it is no file"):
            read_prices(endless)
    large.write_text(json.dumps(GOOD) + " " * LARGEST_FILE, encoding="utf-8")
    with pytest.raises(InvalidFile, match="cannot be read: it has more than 1,000,000 bytes"):
        read_prices(large)


def test_a_region_without_a_price_counts_with_that_of_the_fallback() -> None:
    table = parse_prices(json.dumps(GOOD), NAME)
    assert table.storage_price("koreacentral", "Standard_LRS") == Price(Decimal("0.05"), "koreacentral")
    assert table.storage_price("koreacentral", "Premium_LRS") == Price(Decimal("0.12"), FALLBACK)
    assert table.storage_price("japaneast", "Standard_LRS") == Price(Decimal("0.045"), FALLBACK)
    assert table.storage_price("koreacentral", "Standard_ZRS") is None
    assert NO_PRICES.storage_price(FALLBACK, "Standard_LRS") is None


def test_the_price_of_copying_is_known_within_a_continent_only() -> None:
    table = parse_prices(json.dumps(GOOD), NAME)
    assert table.transfer_price("koreacentral", "japaneast") == Decimal("0.07")
    assert table.transfer_price("eastus", "canadacentral") == Decimal("0.018")
    assert table.transfer_price("koreacentral", "koreacentral") == 0
    assert table.transfer_price("koreacentral", "eastus") is None
    assert table.transfer_price("northeurope", "westeurope") is None
    assert NO_PRICES.transfer_price("eastus", "westus") is None


def test_the_age_of_prices() -> None:
    table = parse_prices(json.dumps(GOOD), NAME)
    assert table.days_old(date(2026, 12, 1)) == 2
    assert NO_PRICES.days_old(date(2026, 12, 1)) is None


@pytest.mark.parametrize(
    ("today", "old"),
    [("2026-11-28", False), ("2026-11-27", True), ("2027-11-29", False), ("2027-11-30", True), ("0001-01-01", True)],
)
def test_prices_are_old_after_a_year_and_before_their_day(today: str, *, old: bool) -> None:
    table = parse_prices(json.dumps(GOOD), NAME)
    assert table.is_old(date.fromisoformat(today)) is old
    assert replace(table, fixed=True).is_old(date.fromisoformat(today)) is False


def test_money() -> None:
    assert money(Decimal("1234.5"), "USD") == "1,234.50 USD"
    assert money(Decimal("18240.4"), "KRW") == "18,240 KRW"
    assert signed_money(Decimal("12.8"), "EUR") == "+12.80 EUR"
    assert signed_money(Decimal("-12.8"), "EUR") == "−12.80 EUR"
    assert signed_money(Decimal(0), "JPY") == "+0 JPY"
