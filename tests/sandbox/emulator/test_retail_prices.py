"""The sandbox's list of retail prices answers as Azure's does."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest

from lifecycle.price_list import CURRENCIES, FILTERS, STORAGE_METERS, TRANSFER_METER, Meter
from tests.support.emulator_client import Client, Reply

pytest_plugins = ["tests.support.emulator"]

PATH = "/api/retail/prices"


def ask(client: Client, wanted: str = "", currency: str = "'USD'") -> Reply:
    return client.get(f"{PATH}?currencyCode={quote(currency)}&$filter={quote(wanted)}")


def items(client: Client, wanted: str, currency: str = "'USD'") -> list[dict[str, Any]]:
    """The items of all pages."""
    page = ask(client, wanted, currency).body
    found = list(page["Items"])
    while page["NextPageLink"]:
        page = client.get(page["NextPageLink"]).body
        found += page["Items"]
    return found


def test_a_page_has_the_form_of_azures(client: Client) -> None:
    page = ask(client, FILTERS[0]).body
    assert list(page) == ["BillingCurrency", "CustomerEntityId", "CustomerEntityType", "Items", "NextPageLink", "Count"]
    assert page["Count"] == len(page["Items"]) == 100
    first = page["Items"][0]
    assert {"currencyCode", "retailPrice", "armRegionName", "unitOfMeasure", "type", "tierMinimumUnits"} <= set(first)
    assert ask(client, "armRegionName eq 'nowhere'").body["Items"] == []


def test_pages_have_every_item_once(client: Client) -> None:
    found = items(client, FILTERS[0])
    keys = Counter((each["armRegionName"], *Meter.of(each)) for each in found)
    assert set(keys.values()) == {1}
    assert len(found) > 200


def test_the_meters_are_those_that_are_read(client: Client) -> None:
    found = {Meter.of(each): each["unitOfMeasure"] for wanted in FILTERS for each in items(client, wanted)}
    for meter in (*STORAGE_METERS.values(), TRANSFER_METER):
        assert found[meter.names] == meter.unit


def test_every_currency_has_one_rate(client: Client) -> None:
    wanted = f"armRegionName eq 'eastus' and {FILTERS[1]}"
    dollars = items(client, wanted)[0]["retailPrice"]
    for currency in CURRENCIES:
        (found,) = items(client, wanted, currency)
        assert found["currencyCode"] == currency
        assert (found["retailPrice"] == dollars) is (currency == "USD")
    assert ask(client, wanted, "XYZ").refused == (400, "BadRequest")
    assert ask(client, wanted, "XYZ").rule == "price-currency"


def test_zones_decide_where_there_are_zone_redundant_snapshots(client: Client) -> None:
    found = {each["armRegionName"] for each in items(client, "skuName eq 'Snapshots ZRS'")}
    assert "koreacentral" in found
    assert "koreasouth" not in found


@pytest.mark.parametrize(
    ("wanted", "regions"),
    [
        ("armRegionName eq 'eastus' or armRegionName eq 'westus'", {"eastus", "westus"}),
        ("(armRegionName eq 'eastus' or armRegionName eq 'westus') and location eq 'West US'", {"westus"}),
        ("armRegionName eq 'eastus' or armRegionName eq 'westus' and location eq 'nowhere'", {"eastus"}),
        ("armRegionName eq 'EastUS'", set()),
        ("priceType eq 'Consumption' and armRegionName eq 'eastus'", {"eastus"}),
        ("location eq 'it''s'", set()),
    ],
)
def test_filters(client: Client, wanted: str, regions: set[str]) -> None:
    assert {each["armRegionName"] for each in items(client, wanted)} == regions


@pytest.mark.parametrize(
    "wanted",
    ["a", "a eq", "a eq 1", "a ne 'b'", "(a eq 'b'", "a eq 'b')", "a eq 'b' and", "a eq 'b' a eq 'c'", "'a' eq b"],
)
def test_what_is_no_filter_is_refused(client: Client, wanted: str) -> None:
    assert ask(client, wanted).rule == "price-filter"


def test_other_requests_are_refused(client: Client) -> None:
    assert client.send("PUT", f"{PATH}?x=1", {}).rule == "price-list"
    assert client.get(f"{PATH}?$skip=-1").rule == "price-list"


def test_prices_can_be_otherwise(client: Client) -> None:
    changes = [
        {"where": {"armRegionName": "eastus"}, "set": {"retailPrice": 7}},
        {"where": {"armRegionName": "westus"}},
    ]
    assert client.send("POST", "/sandbox/prices", {"changes": changes}).body == {"changes": changes}
    assert client.get("/sandbox/prices").body == {"changes": changes}
    found = items(client, FILTERS[1])
    assert {each["retailPrice"] for each in found if each["armRegionName"] == "eastus"} == {7}
    assert "westus" not in {each["armRegionName"] for each in found}
    client.reset()
    assert client.get("/sandbox/prices").body == {"changes": []}


def test_a_change_is_checked(client: Client) -> None:
    for body, text in [
        ({}, "'changes' is missing"),
        ({"changes": [1]}, "'changes' is a list of objects"),
        ({"changes": [{"wher": {}}]}, "change 1: unknown key 'wher'; did you mean 'where'?"),
    ]:
        reply = client.send("POST", "/sandbox/prices", body)
        assert reply.status == 400
        assert text in reply.body["error"]["message"]
