"""Whatever stands in names and messages, Markdown shows it and obeys none of it."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from cli.report.layout import LONGEST, MARKDOWN, PLAIN
from cli.report.line import Link, Prose, Quoted

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


NUMBERS = ["1.0.0:", "127", "1.", "2)", "#1", "GH-1", "deadbeef", "1234567", "www.x.y", "a@b.c", "http://x", "&lt;"]
MARKS = [
    "`f`",
    "`",
    "``",
    "*b*",
    "_c_",
    "[d](e)",
    "<b>",
    "-",
    "+",
    "|",
    "\\|",
    "~~~",
    ":tada:",
    "@all",
    "(reason:",
    '"g"',
]
WORDS = st.sampled_from([*NUMBERS, *MARKS, "gis", "x)", "fixes", "don't"])
SENTENCES = st.lists(WORDS | NASTY, max_size=12).map(" ".join) | NASTY
PLAIN_WORDS = re.compile(r"""["'(]*([^\W\d_]+(['’][^\W\d_]+)*|[\d.,-]+|[·/×])?[.,;:!?)"']*""")

EAST_ASIAN = re.compile(
    "[\u3001\u3002\u300c-\u300f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff08\uff09\uff1a\uff1b]"
)
"""Letters and punctuation that stand between plain words without a space, and that Markdown makes nothing of."""


@given(SENTENCES)
@example("0㐀")
def test_only_plain_words_of_a_sentence_stand_outside_code(text: str) -> None:
    written = MARKDOWN.item((Prose(text),))
    assert written.count("\n") == 1
    left = outside_code(written.removesuffix("\n")).removeprefix("- ")
    assert "`" not in left
    for word in EAST_ASIAN.sub(" ", left).split():
        assert PLAIN_WORDS.fullmatch(word.replace("·", "", word.count("·") - 1)), word
        assert not re.search(r"[a-f\d]{7,40}", word, re.IGNORECASE) or re.fullmatch(r"\d{4}-\d\d-\d\d\W*", word), word
        assert not re.fullmatch(r"\d+[.)]", word), word


@given(SENTENCES, SENTENCES)
def test_a_row_has_as_many_cells_as_its_table(one: str, other: str) -> None:
    row = MARKDOWN.row([(Quoted(one),), (Prose(other), ", ", Quoted(one)), ()])
    assert (row.count("|"), row.count("\n")) == (4, 1)
    assert "`" not in outside_code(row)


@given(SENTENCES)
def test_the_words_of_a_sentence_are_all_there(text: str) -> None:
    def letters(shown: str) -> str:
        return re.sub(r"[\s`]", "", shown)

    assert letters(MARKDOWN.item((Prose(text),))) == letters(MARKDOWN.item((Quoted(text),)))


def test_a_sentence_reads_as_text() -> None:
    for text, shown in (
        ("gis 1.0.0: the OS disk has 256 GB.", "gis 1.0.0: the OS disk has 256 GB."),
        ("change images.gis.versions.1.0.0 in it", "change `images.gis.versions.1.0.0` in it"),
        (
            "run `pulumi up --stack x`, then (docs/run/drift.md).",
            "run `pulumi up --stack x`, then (`docs/run/drift.md`).",
        ),
        ("say enabled_in_plan: true, or disk_count: 2.", "say `enabled_in_plan: true`, or `disk_count: 2`."),
        ("no_key: word, a_list: [x], b_c, d:", "`no_key`: word, `a_list: [x]`, `b_c`, d:"),
        ("ask @all, or a@b.c", "ask `@all`, or `a@b.c`"),
        ("until 2999-12-31 (reason: f(x))", "until 2999-12-31 (reason: `f(x)`)"),
    ):
        assert MARKDOWN.item((Prose(text),)) == f"- {shown}\n"
        assert PLAIN.item((Prose(text),)) == f"  - {text}\n"


TOUCHING = st.lists(st.sampled_from(["가", "を", "이미지", "。", "、", "(를)", "（"]) | WORDS | NASTY, max_size=12).map(
    "".join
)


@given(TOUCHING)
def test_letters_that_touch_a_name_leave_it_in_code(text: str) -> None:
    written = MARKDOWN.item((Prose(text),))
    assert written.count("\n") == 1
    left = outside_code(written.removesuffix("\n")).removeprefix("- ")
    assert "`" not in left
    for part in re.split("[가-힣ぁ-ヿ一-鿿。、（「」『』）：；\\s·(]+", left):
        assert PLAIN_WORDS.fullmatch(part) or re.fullmatch(r"[.,;:!?()\"']*", part), part
        assert not re.search(r"[a-f\d]{7,40}", part, re.IGNORECASE), part
    assert not re.match(r"\d+[.)](\s|$)", left)
    letters = re.compile(r"[\s`]")
    assert letters.sub("", written) == letters.sub("", MARKDOWN.item((Quoted(text),)))


def test_a_sentence_in_korean_or_japanese_reads_as_text() -> None:
    for text, shown in (
        ("contoso-labs에서 이미지 8개 중 7개가 표시됩니다.", "`contoso-labs`에서 이미지 8개 중 7개가 표시됩니다."),
        ("gis_a을(를) 변경하려면 `pulumi up`으로 하세요", "`gis_a`을(를) 변경하려면 `pulumi up`으로 하세요"),
        ("`pulumi up`(으)로 @all에게", "`pulumi up`(으)로 `@all`에게"),
        ("イメージ「a-b」は1.0.0で、`x y`を実行。", "イメージ「`a-b`」は1.0.0で、`x y`を実行。"),
        ("(docs/run/drift.md)를 보세요", "(`docs/run/drift.md`)를 보세요"),
        ("os_state 값을 Generalized(으)로", "`os_state` 값을 Generalized(으)로"),
        ("값을 a_b(으)로, V1(으)로", "값을 `a_b`(으)로, `V1`(으)로"),
        ("월 최대 1.50 USD(2026-01-01 가격 기준)", "월 최대 1.50 USD(2026-01-01 가격 기준)"),
        ("값: a_b / Standard(현재 a_b)", "값: `a_b` / Standard(현재 `a_b`)"),
        ("용량(크기 × 복제본 수), f(x)와", "용량(크기 × 복제본 수), `f(x)`와"),
    ):
        assert MARKDOWN.item((Prose(text),)) == f"- {shown}\n"


def test_a_link_is_only_one_with_an_address() -> None:
    assert MARKDOWN.item((Link("a`b.yaml:1", "https://x/y"),)) == "- [``a`b.yaml:1``](https://x/y)\n"
    assert MARKDOWN.item((Link("a.yaml:1"),)) == "- `a.yaml:1`\n"
    assert PLAIN.item((Link("a.yaml:1", "https://x/y"),)) == "  - a.yaml:1\n"


@given(st.lists(SENTENCES, min_size=1, max_size=4))
def test_plain_text_fits_eighty_columns(texts: list[str]) -> None:
    # Commands in backticks stay whole, to be copied.
    short = [" ".join(word[:40] for word in text.replace("`", "").split()) for text in texts]
    for written in (
        PLAIN.item(tuple(map(Prose, short))),
        PLAIN.headline((Quoted(short[0]),)),
        PLAIN.row([(Quoted(text),) for text in short]),
    ):
        assert all(len(line) <= 80 for line in written.splitlines() if len(max(line.split(), key=len, default="")) < 70)


@given(NASTY)
def test_nothing_invisible_is_left(text: str) -> None:
    assert MARKDOWN.headline((Quoted(text),)).strip("\n").isprintable()
    assert PLAIN.headline((Quoted(text),)).replace("\n", "").isprintable(), "a long one is wrapped"
    MARKDOWN.item((Quoted(text),)).encode()


def test_a_quoted_text_is_shown_as_it_is() -> None:
    assert MARKDOWN.item((Quoted("a `b`"),)) == "- `` a `b` ``\n"
    assert PLAIN.item(("say ", Quoted("@all\x1b[2J"))) == "  - say @all\\x1b[2J\n"


def test_an_endless_text_ends() -> None:
    assert len(MARKDOWN.item((Quoted("x" * 1_000_000),))) < LONGEST + 20
