"""Reading Azure's list of retail prices: all its pages, a few tries, and never a part of it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from inventory.arm.error import ArmError, ErrorKind
from inventory.retail_prices import ENDPOINT, PATH, prices_endpoint, retail_prices
from tests.support.scripted_arm import Answer, Request, ScriptedArm


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventory.arm.pipeline.BoundedRetry.get_backoff_time", lambda policy, settings: 0)


def page(*items: Any, link: str | None = None) -> Answer:
    return Answer(200, {"BillingCurrency": "USD", "Items": list(items), "NextPageLink": link, "Count": len(items)})


def refused(server: ScriptedArm) -> ArmError:
    with pytest.raises(ArmError) as error:
        retail_prices(server.endpoint, "USD", ["a"])
    return error.value


def test_every_page_of_every_question_is_read(server: ScriptedArm) -> None:
    more = f"{server.endpoint}{PATH}?$skip=1"
    server.answers(page({"n": 1}, link=more), page({"n": 2}), page(), page({"n": 3}))
    counts: list[int] = []
    assert retail_prices(server.endpoint, "KRW", ["x eq 'a b'", "y", "z"], counts.append) == [
        {"n": 1},
        {"n": 2},
        {"n": 3},
    ]
    assert counts == [1, 2, 2, 3]
    queries = [parse_qs(urlsplit(request.path).query) for request in server.requests]
    assert queries[0] == {"currencyCode": ["'KRW'"], "$filter": ["x eq 'a b'"]}
    assert queries[1] == {"$skip": ["1"]}
    assert [query["$filter"] for query in queries[2:]] == [["y"], ["z"]]
    assert {request.authorization for request in server.requests} == {None}


def test_prices_are_what_the_text_shows(server: ScriptedArm) -> None:
    server.answers(Answer(200, '{"Items": [{"retailPrice": 0.1}]}'))
    assert retail_prices(server.endpoint, "USD", ["a"]) == [{"retailPrice": Decimal("0.1")}]


@pytest.mark.parametrize(
    "answer", [Answer(429, {}, {"Retry-After": "0"}), Answer(503), Answer(0), Answer(502, "<html>")]
)
def test_what_passes_is_tried_again(server: ScriptedArm, answer: Answer) -> None:
    server.answers(answer, answer, page({"n": 1}))
    assert retail_prices(server.endpoint, "USD", ["a"]) == [{"n": 1}]


@pytest.mark.parametrize(
    ("answer", "kind", "tries"),
    [
        (Answer(429, {"error": {"code": "TooManyRequests"}}, {"Retry-After": "0"}), ErrorKind.THROTTLED, 5),
        (Answer(429, {}, {"Retry-After": "3600"}), ErrorKind.THROTTLED, 1),
        (Answer(429, {}, {"Retry-After": "soon"}), ErrorKind.THROTTLED, 5),
        (Answer(503, {}, {"Retry-After": "Thu, 99 Foo 2026 99:99:99 GMT"}), ErrorKind.UNAVAILABLE, 5),
        (Answer(503), ErrorKind.UNAVAILABLE, 5),
        (Answer(0), ErrorKind.UNREACHABLE, 5),
        (Answer(400, {"error": {"code": "BadRequest", "message": "Invalid filter"}}), ErrorKind.REFUSED, 1),
        (Answer(403, "<html>a proxy</html>"), ErrorKind.FORBIDDEN, 1),
        (Answer(302, None, {"Location": "https://elsewhere.example/"}), ErrorKind.REFUSED, 1),
    ],
)
def test_what_does_not_pass_is_an_error(server: ScriptedArm, answer: Answer, kind: ErrorKind, tries: int) -> None:
    server.answers(answer)
    error = refused(server)
    assert (error.kind, len(server.requests)) == (kind, tries)
    assert "az " not in str(error)
    assert "ARM_ENDPOINT" not in str(error)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        "[]",
        "null",
        "{}",
        '{"Items": {}}',
        '{"Items": [1]}',
        "[" * 100_000,
        '{"Items": [1e9999999999999999999]}',
    ],
)
def test_what_is_no_list_is_an_error(server: ScriptedArm, body: str) -> None:
    server.answers(Answer(200, body))
    assert refused(server).kind is ErrorKind.UNAVAILABLE


@pytest.mark.parametrize("link", ["https://elsewhere.example/api", "//elsewhere.example", "/api/retail/prices?$skip=1"])
def test_a_next_page_elsewhere_is_not_read(server: ScriptedArm, link: str) -> None:
    server.answers(page(link=link))
    assert "names a next page elsewhere" in str(refused(server))
    assert len(server.requests) == 1


def test_a_next_page_that_is_no_text_is_refused(server: ScriptedArm) -> None:
    server.answers(Answer(200, {"Items": [], "NextPageLink": {"a": 1}}))
    assert "names a next page elsewhere" in str(refused(server))


def test_pages_without_end_have_an_end(server: ScriptedArm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventory.retail_prices.MOST_PAGES", 20)
    server.answers(page(link=f"{server.endpoint}{PATH}?$skip=1"))
    assert "pages without end" in str(refused(server))
    assert len(server.requests) == 2
    server.requests.clear()

    def counting(request: Request) -> Answer:
        return page(link=f"{server.endpoint}{PATH}?$skip={len(server.requests)}")

    server.answer = counting
    assert "pages without end" in str(refused(server))
    assert len(server.requests) == 20


def test_a_page_that_fails_leaves_no_part_of_the_list(server: ScriptedArm) -> None:
    server.answers(page({"n": 1}, link=f"{server.endpoint}{PATH}?$skip=1"), Answer(400, json.dumps({})))
    assert refused(server).kind is ErrorKind.REFUSED


def test_where_the_list_is_read() -> None:
    assert prices_endpoint({}) == prices_endpoint({"PRICES_ENDPOINT": ""}) == ENDPOINT
    assert prices_endpoint({"PRICES_ENDPOINT": "http://127.0.0.1:4/"}) == "http://127.0.0.1:4"
    assert prices_endpoint({"PRICES_ENDPOINT": "https://mirror.example"}) == "https://mirror.example"
    for wrong in ("prices.azure.com", "http://mirror.example", "https://mirror.example/path", "ftp://mirror.example"):
        with pytest.raises(ArmError, match="it must be an https address without a path"):
            prices_endpoint({"PRICES_ENDPOINT": wrong})
