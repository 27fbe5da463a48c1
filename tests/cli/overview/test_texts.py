"""The texts of the page in three languages."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from catalog.texts.language import LANGUAGES, Language
from catalog.texts.translation import speaking
from cli.overview.texts import TEXTS
from cli.overview.views import STATES
from cli.overview.words import Words, code, quoted, spoken
from lifecycle.calendar_events import KINDS
from lifecycle.cost_report import UnknownKind
from lifecycle.reason import ReasonKind

KEYS = sorted(TEXTS)
NAMES = {"Azure", "GB"}
"""What is the same in every language."""
OTHERS = [language for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: Language) -> None:
    words = Words(language)
    texts = {key: re.sub(r"\{\w+\}", "", words.text(key)) for key in KEYS}
    assert [key for key, text in texts.items() if not set(re.findall(r"[A-Za-z]+", text)) <= NAMES] == []


def test_the_language_of_a_page_is_not_the_current_one() -> None:
    with speaking("ja"):
        assert Words("ko")("image") == "이미지"
        assert Words("en")("image") == "Image"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_markup(language: Language) -> None:
    words = Words(language)
    assert not [key for key in KEYS if set("<>&") & set(words.text(key))]


def test_every_value_that_a_key_is_made_of_has_a_text() -> None:
    wanted = [
        *(f"reason.{kind}" for kind in get_args(ReasonKind)),
        *(f"cost.unknown.{kind}" for kind in get_args(UnknownKind)),
        *(f"{group}.{kind}" for kind in KINDS for group in ("kind", "row")),
        *(f"state.{state}" for state in STATES),
        *(f"month.{number}" for number in range(1, 13)),
    ]
    assert [key for key in wanted if key not in TEXTS] == []


@pytest.mark.parametrize(
    ("number", "text"),
    [(-2, "2 days ago"), (-1, "1 day ago"), (0, "today"), (1, "in 1 day"), (1234, "in 1,234 days")],
)
def test_days(number: int, text: str) -> None:
    assert Words().days(number) == text


def test_names_are_cut_and_counted() -> None:
    assert Words().names(["a", "b"], mark=spoken) == "a, b"
    assert Words().names(list("abcd"), 2, mark=spoken) == "a, b and 2 more"
    assert Words("ko").names(list("abcd"), 2, mark=spoken) == "a, b 외 2개"
    assert Words("ja").names(list("abcd"), 2, mark=spoken) == "a、b ほか 2 件"


def test_what_is_filled_in_is_escaped_once() -> None:
    text = Words()("footer", command=code("labs <b>"))
    assert "<code" in text
    assert "labs &lt;b&gt;" in text
    assert Words()("stack", stack="<b>") == "Stack &lt;b&gt;"


def test_a_name_cannot_turn_the_text_around_it() -> None:
    assert quoted("a\u202eb<i>") == "<bdi>a\\u202eb&lt;i&gt;</bdi>"
