"""Azure's list of retail prices, which everybody may read without signing in: the items that answer a filter.

What counts in it is decided by `lifecycle.price_list`. Source: "Azure Retail Prices overview".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, cast
from urllib.parse import quote, urlsplit

from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.rest import HttpRequest, HttpResponse

from inventory.arm.error import ArmError, ErrorKind, from_answer, unreachable
from inventory.arm.pipeline import OpenClient, is_loopback, open_client, origin

ENDPOINT: Final = "https://prices.azure.com"
VARIABLE: Final = "PRICES_ENDPOINT"
PATH: Final = "/api/retail/prices"
MOST_PAGES: Final = 500
"""Pages of one question; all prices of replicas are one page of 1,000, or a few of 100."""
_ADVICE: Final = f"check that no proxy answers in its place, and {VARIABLE}; then run it again"

Item = Mapping[str, object]


def prices_endpoint(environment: Mapping[str, str]) -> str:
    """Where the list is read: PRICES_ENDPOINT, else Azure's own address. Raises ArmError for what is no address."""
    given = environment.get(VARIABLE) or ENDPOINT
    parts = origin(given)
    if parts is None or urlsplit(given).path not in ("", "/") or not (parts[0] == "https" or is_loopback(given)):
        raise ArmError(
            ErrorKind.UNREACHABLE,
            f"{VARIABLE} is {given!r}; it must be an https address without a path, or this machine itself",
            f"correct {VARIABLE}, or unset it for Azure",
        )
    return given.rstrip("/")


def retail_prices(
    endpoint: str, currency: str, filters: Iterable[str], progress: Callable[[int], None] = lambda _: None
) -> list[Item]:
    """The items that answer any of `filters`, over all pages; numbers with a point are Decimals.

    `progress` gets the number of items after each page. Raises ArmError for a page that does not come, even after a few
    tries, or that is none, and for pages without end: a part of the list is no list.
    """
    client = open_client(endpoint)
    found: list[Item] = []
    try:
        for wanted in filters:
            for page in _pages(client, endpoint, _query(currency, wanted)):
                found += page
                progress(len(found))
    finally:
        client.close()
    return found


def _query(currency: str, wanted: str) -> str:
    # The currency stands in quotes, as in the examples of the document.
    quoted = quote(f"'{currency}'")
    return f"currencyCode={quoted}&$filter={quote(wanted)}"


def _pages(client: OpenClient, endpoint: str, query: str) -> Iterator[list[Item]]:
    link: str | None = f"{endpoint}{PATH}?{query}"
    asked: set[str] = set()
    while link is not None:
        if link in asked or len(asked) == MOST_PAGES:
            raise _no_list(endpoint, "names pages without end")
        asked.add(link)
        page = _page(client, endpoint, link)
        items, link = page.get("Items"), page.get("NextPageLink") or None
        if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
            raise _no_list(endpoint, "answers without a list of prices")
        if link is not None and (not isinstance(link, str) or origin(link) != origin(endpoint)):
            raise _no_list(endpoint, f"names a next page elsewhere, {str(link)[:200]}")
        yield items


def _page(client: OpenClient, endpoint: str, link: str) -> dict[str, Any]:
    try:
        response = client.send_request(HttpRequest("GET", link))
    except AzureError as error:
        if isinstance(error, HttpResponseError) and error.response is not None:
            raise _refusal(cast("HttpResponse", error.response), endpoint) from error
        raise unreachable(endpoint, str(error.message), variable=VARIABLE) from error
    if response.status_code >= 300:
        raise _refusal(response, endpoint)
    try:
        page = json.loads(response.text(), parse_float=Decimal)
    except (ValueError, InvalidOperation, RecursionError):
        page = None
    if not isinstance(page, dict):
        raise _no_list(endpoint, "answers with something that is no JSON object")
    return page


def _refusal(response: HttpResponse, endpoint: str) -> ArmError:
    error = from_answer(response.status_code, response.text(), "GET", PATH)
    if error.kind in (ErrorKind.THROTTLED, ErrorKind.UNAVAILABLE):
        return error
    cause = f"{endpoint} answers {response.status_code} to GET {PATH} ({error.message or 'no reason given'})"
    return ArmError(error.kind, cause, _ADVICE, status=error.status, code=error.code, message=error.message)


def _no_list(endpoint: str, what: str) -> ArmError:
    return ArmError(ErrorKind.UNAVAILABLE, f"{endpoint} {what}", _ADVICE)
