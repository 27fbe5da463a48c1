"""Whatever stands in names and messages, Markdown shows it and obeys none of it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from cli.report.layout import LONGEST, MARKDOWN, PLAIN
from cli.report.line import Quoted

NASTY = st.lists(
    st.sampled_from(
        ["`", "``", "```", "@all", "<b>", "<!--", "-->", "](http://x)", "\n", "\r", "\u202e", "\x1b[2J", " "]
    )
    | st.text(max_size=5)
    | st.sampled_from(["\ud800", "\u2028", "\u200b", "#1", "\\", "|", "~~~", "http://x", "&lt;"]),
    max_size=12,
).map("".join)


def outside_code(line: str) -> str:
    """What is left of a line without its code spans, found as CommonMark 0.31 §6.1 finds them."""
    left, at = "", 0
    while at < len(line):
        run = re.compile("`+").match(line, at)
        if run is None:
            left, at = left + line[at], at + 1
            continue
        end = next((found for found in re.finditer("`+", line[run.end() :]) if len(found[0]) == len(run[0])), None)
        if end is None:
            return left + line[at:]
        left, at = left + "·", run.end() + end.end()
    return left


@given(st.lists(NASTY, min_size=1, max_size=4))
def test_only_own_words_stand_outside_code(texts: list[str]) -> None:
    pieces = [piece for text in texts for piece in (Quoted(text), " and ")]
    written = MARKDOWN.item(tuple(pieces))
    assert outside_code(written.removesuffix("\n")) == "- " + "· and " * len(texts)
    assert written.count("\n") == 1


@given(NASTY)
def test_nothing_invisible_is_left(text: str) -> None:
    for layout in (MARKDOWN, PLAIN):
        assert all(char.isprintable() for char in layout.headline((Quoted(text),)).strip("\n"))
    MARKDOWN.item((Quoted(text),)).encode()


def test_a_quoted_text_is_shown_as_it_is() -> None:
    assert MARKDOWN.item((Quoted("a `b`"),)) == "- `` a `b` ``\n"
    assert PLAIN.item(("say ", Quoted("@all\x1b[2J"))) == "  - say @all\\x1b[2J\n"


def test_an_endless_text_ends() -> None:
    assert len(MARKDOWN.item((Quoted("x" * 1_000_000),))) < LONGEST + 20
