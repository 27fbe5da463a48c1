"""The texts of the page in three languages."""

from __future__ import annotations

import re
import string
from typing import get_args

import pytest

from cli.overview.views import STATES
from cli.overview.words import LANGUAGES, TEXTS, Language, Words, code, quoted, spoken
from lifecycle.calendar_events import KINDS
from lifecycle.cost_report import UnknownKind
from lifecycle.reason import ReasonKind

KEYS = sorted(TEXTS["en"])
NAMES = {"Azure", "GB"}
"""What is the same in every language."""
OTHERS = [language for language in LANGUAGES if language != "en"]


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_text(language: Language) -> None:
    assert sorted(TEXTS[language]) == KEYS


@pytest.mark.parametrize("language", OTHERS)
def test_each_text_has_the_places_of_the_english_one(language: Language) -> None:
    assert [key for key in KEYS if places(TEXTS[language][key]) != places(TEXTS["en"][key])] == []


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: Language) -> None:
    texts = {key: re.sub(r"\{\w+\}", "", text) for key, text in TEXTS[language].items()}
    assert [key for key, text in texts.items() if not set(re.findall(r"[A-Za-z]+", text)) <= NAMES] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_markup(language: Language) -> None:
    assert not [key for key, text in TEXTS[language].items() if set("<>&") & set(text)]


def test_every_value_that_a_key_is_made_of_has_a_text() -> None:
    wanted = [
        *(f"reason.{kind}" for kind in get_args(ReasonKind)),
        *(f"cost.unknown.{kind}" for kind in get_args(UnknownKind)),
        *(f"{group}.{kind}" for kind in KINDS for group in ("kind", "row")),
        *(f"state.{state}" for state in STATES),
        *(f"month.{number}" for number in range(1, 13)),
    ]
    assert [key for key in wanted if key not in TEXTS["en"]] == []


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
