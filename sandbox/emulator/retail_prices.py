"""Azure's list of retail prices, as far as it is asked: what a replica and its traffic cost. The prices are pretend."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from urllib.parse import quote

from sandbox.emulator.message import Answer, Request
from sandbox.emulator.regions import regions
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.state import State

PATH = "/api/retail/prices"
PAGE = 100
CHANGES = "priceChanges"
"""The setting with what POST /sandbox/prices has changed."""
FIRST_DAY = "2026-01-01T00:00:00Z"
_ALIASES = {"priceType": "type"}
"""Names of fields in a filter that items have under another one."""
_TOKEN = re.compile(r"\s*(?:(\()|(\))|'((?:[^']|'')*)'|([A-Za-z]+))")

Test = Callable[[Json], bool]

PRICE_LIST = rule(
    "price-list",
    "The list of retail prices is read without a token: items, the billing currency, and the link to the next page, "
    "which is null on the last one. A page has at most 1,000 items; here it has 100.",
    evidence=Evidence.DOCUMENT,
    where="Azure Retail Prices overview: API response examples and pagination",
)
PRICE_FILTER = rule(
    "price-filter",
    "`$filter` takes fields of an item with eq, joined by and, or and parentheses; with their case.",
    evidence=Evidence.DOCUMENT,
    where="Azure Retail Prices overview: API filters; filter value is case sensitive",
)
PRICE_CURRENCY = rule(
    "price-currency",
    "`currencyCode` is one of 17 currencies, USD without it; every item and the answer name the one asked for.",
    evidence=Evidence.DOCUMENT,
    where="Azure Retail Prices overview: supported currencies",
)
PRICE_METERS = rule(
    "price-meters",
    "A replica is billed by the meters of snapshots, its way to another region by that of traffic there; each "
    "region has its own items.",
    evidence=Evidence.QUOTED,
    where="Azure Compute Gallery, Billing; public programs that quote answers of the list for eastus, brazilsouth and "
    "koreacentral in 2026, with product, SKU, meter and unit",
)


@PRICE_LIST.applies
def answer(state: State, request: Request) -> Answer:
    """Answer a request for a page of the list; raises ArmError for one that is wrong."""
    if request.method != "GET":
        raise PRICE_LIST.refusal(405, "MethodNotAllowed", "The list of prices can only be read.")
    currency = _currency(request.query.get("currencycode", "USD"))
    wanted = request.query.get("$filter", "")
    test = _Filter(wanted).test if wanted else (lambda _: True)
    found = [each for each in _changed(_items(currency), state.setting(CHANGES, [])) if test(each)]
    skipped = _skipped(request.query.get("$skip", "0"))
    page = found[skipped : skipped + PAGE]
    link = None
    if len(found) > skipped + PAGE:
        query = f"currencyCode={quote(repr(currency))}&$filter={quote(wanted)}&$skip={skipped + PAGE}"
        link = f"{request.origin}{PATH}?{query}"
    return Answer(
        200,
        {
            "BillingCurrency": currency,
            "CustomerEntityId": "Default",
            "CustomerEntityType": "Retail",
            "Items": page,
            "NextPageLink": link,
            "Count": len(page),
        },
    )


@cache
def _data() -> Json:
    data: Json = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"), parse_float=Decimal)
    return data


def _currency(given: str) -> str:
    name = given.strip("'")
    if name not in _data()["rates"]:
        raise PRICE_CURRENCY.refusal(400, "BadRequest", f"Invalid currency code '{name}'.")
    return name


def _skipped(given: str) -> int:
    if not given.isdecimal():
        raise PRICE_LIST.refusal(400, "BadRequest", f"'{given}' is no number of items to skip.")
    return int(given)


@PRICE_METERS.applies
def _items(currency: str) -> Iterator[Json]:
    """Every item of the first list, sorted by region."""
    rate = _data()["rates"][currency]
    for region in regions().values():
        for meter in _data()["meters"] if region.cloud != "china" else ():
            if meter.get("zones") and not region.zones:
                continue
            fields = {name: value for name, value in meter.items() if name not in ("price", "zones")}
            price = float(meter["price"] * rate)
            yield {
                "currencyCode": currency,
                "tierMinimumUnits": 0.0,
                "retailPrice": price,
                "unitPrice": price,
                "armRegionName": region.name,
                "location": region.display_name,
                "effectiveStartDate": FIRST_DAY,
                "type": "Consumption",
                "isPrimaryMeterRegion": True,
                "armSkuName": "",
                **fields,
            }


def _changed(items: Iterator[Json], changes: list[Json]) -> Iterator[Json]:
    """The items as they are after the changes, each in its turn."""
    for item in items:
        found: Json | None = item
        for change in changes:
            if found is not None and all(found.get(key) == value for key, value in change["where"].items()):
                found = found | change["set"] if change.get("set") is not None else None
        if found is not None:
            yield found


class _Filter:
    """A filter of the list: `test` says whether an item passes. Raises ArmError for a text that is none."""

    def __init__(self, text: str) -> None:
        self._tokens = list(self._read(text))
        self.test = self._either()
        if self._tokens:
            raise self._wrong()

    def _read(self, text: str) -> Iterator[tuple[str, str]]:
        place = 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            if found is None:
                raise self._wrong()
            begin, end, value, word = found.groups()
            yield ("value", value.replace("''", "'")) if value is not None else ("word", begin or end or word)
            place = found.end()

    def _either(self) -> Test:
        tests = [self._both()]
        while self._next_is("or"):
            tests.append(self._both())
        return lambda item: any(test(item) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._next_is("and"):
            tests.append(self._one())
        return lambda item: all(test(item) for test in tests)

    def _one(self) -> Test:
        if self._next_is("("):
            inner = self._either()
            if not self._next_is(")"):
                raise self._wrong()
            return inner
        kinds = [kind for kind, _ in self._tokens[:3]]
        if kinds != ["word", "word", "value"] or self._tokens[1][1] != "eq":
            raise self._wrong()
        (_, name), _, (_, value) = self._tokens[:3]
        del self._tokens[:3]
        field = _ALIASES.get(name, name)
        return lambda item: item.get(field) == value

    def _next_is(self, word: str) -> bool:
        if self._tokens[:1] != [("word", word)]:
            return False
        del self._tokens[0]
        return True

    def _wrong(self) -> Exception:
        return PRICE_FILTER.refusal(400, "BadRequest", "Invalid OData parameters supplied.")
