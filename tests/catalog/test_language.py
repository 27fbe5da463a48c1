"""Which language people are shown, and texts in it."""

from __future__ import annotations

import pytest

from catalog.texts.language import UnknownLanguage, language_of
from catalog.texts.translation import _, current, n_, speaking


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LABS_LANG": "ko"}, "ko"),
        ({"LABS_LANG": "ja_JP.UTF-8", "LANG": "ko_KR.UTF-8"}, "ja"),
        ({"LABS_LANG": "", "LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko-KR"}, "ko"),
        ({"LANG": "ja_JP.eucJP@x"}, "ja"),
        ({"LC_ALL": "C", "LANG": "ko_KR.UTF-8"}, "en"),
        ({"LC_MESSAGES": "ja_JP.UTF-8", "LANG": "ko_KR.UTF-8"}, "ja"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "kok_IN"}, "en"),
    ],
)
def test_the_language_of_an_environment(environ: dict[str, str], language: str) -> None:
    assert language_of(environ) == language


def test_a_language_that_was_asked_for_and_does_not_exist_is_an_error() -> None:
    with pytest.raises(UnknownLanguage) as raised:
        language_of({"LABS_LANG": "fr"})
    assert str(raised.value) == (
        "LABS_LANG is 'fr', and texts exist in en, ko, ja only; set it to one of these, or take it out of the "
        "environment (unset LABS_LANG)"
    )


def test_english_is_what_the_code_says_and_braces_in_values_are_left_alone() -> None:
    assert _("{image} is hidden", image="{x}") == "{x} is hidden"
    assert _("100 % {sure}") == "100 % {sure}"
    assert [n_("{n} image", "{n} images", number) for number in (1, 1000)] == ["1 image", "1,000 images"]


def test_a_language_holds_until_the_end_of_its_block() -> None:
    with speaking("ko"):
        assert current() == "ko"
    assert current() == "en"
