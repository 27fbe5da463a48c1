"""Columns of texts in a terminal, and lines of Korean and Japanese."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.terminal import fitted, table, wrapped
from cli.text_width import cut, padded, width_of

JAPANESE = "バージョンの提供終了日を過ぎており、ラボで引き続き使えるかどうかは文書化されていません。"


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("한글", 4), ("日本", 4), ("ｱｲ", 2), ("Größe", 5), ("e\u0301", 1), ("（）", 4), ("…–✓", 3)],
)
def test_wide_characters_take_two_columns(text: str, width: int) -> None:
    assert width_of(text) == width


def test_texts_are_padded_and_cut_by_columns() -> None:
    assert (padded("한", 4), padded("한", 4, right=True)) == ("한  ", "  한")
    assert (cut("한글a", 5), cut("한글a", 4), cut("한글a", 3), cut("한글a", 1)) == ("한글a", "한글", "한", "")


def test_columns_of_a_table_are_aligned() -> None:
    lines = table(("이름", "n"), [["ab", "10"], ["이미지", "2"]], numbers=("n",))
    assert lines[1:] == ["ab      10", "이미지   2"]


def test_japanese_lines_end_between_characters_and_begin_with_no_full_stop() -> None:
    lines = wrapped(JAPANESE, width=20, first="- ", then="  ")
    assert "".join(line[2:] for line in lines) == JAPANESE
    assert all(17 <= width_of(line) <= 20 for line in lines[:-1])
    assert not any(line[2] in "。、ょっー" for line in lines)


def test_korean_lines_end_at_spaces() -> None:
    assert wrapped("랩 계정에 연결된 갤러리가 없습니다", width=16) == ["랩 계정에 연결된", "갤러리가", "없습니다"]


def test_commands_and_names_stay_whole_in_japanese_text() -> None:
    lines = wrapped("その後`labs status --watch`を実行し、影像-実験室 を見てください", width=12)
    assert [line for line in lines if "`labs status --watch`" in line]
    assert wrapped("影像影像影像影像影像影像", width=8) == ["影像影像影像影像影像影像"]


LETTERS = st.text(st.sampled_from("한글이日本語のをっ、。（）ab1`- "), max_size=80)


@given(LETTERS, st.integers(min_value=4, max_value=40))
def test_no_letter_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width=width)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
    assert all(lines)


@given(st.text(st.sampled_from("日本語のをっ、。"), min_size=1, max_size=60), st.integers(min_value=12, max_value=40))
def test_lines_of_japanese_fit_and_begin_as_they_may(text: str, width: int) -> None:
    sentence = re.sub("[っ、。]+", "、", f"の{text}").strip("、")
    lines = wrapped(sentence, width=width)
    assert all(width_of(line) <= width for line in lines)
    assert all(width_of(line) >= width - 3 for line in lines[:-1])
    assert not any(line.startswith("、") for line in lines)


def test_output_into_a_file_is_one_line() -> None:
    assert fitted(JAPANESE * 3) == JAPANESE * 3
