"""YAML with line numbers, and what is no YAML of ours."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.files.diagnostic import InvalidFile
from catalog.files.document import DEEPEST, LARGEST_FILE, LONGEST_VALUE, MOST_VALUES, parse, read

TEXT = """\
# a comment
images:
  gis:
    versions:
      1.10: {size: 64, 1.0.0: "64"}
      "2.0": [a, 1.50, -3, .5, true, yes, null, ~, 2027-06-30, 0x10, 1_000,
              12345678901234567890]
    text: |
      two
      lines
empty:
"""


def test_values_are_plain_and_keys_stay_text() -> None:
    assert parse(TEXT, file="f").value == {
        "images": {
            "gis": {
                "versions": {
                    "1.10": {"size": 64, "1.0.0": "64"},
                    "2.0": [
                        *("a", 1.5, -3, 0.5, True, "yes", None, None, "2027-06-30", "0x10", "1_000"),
                        "12345678901234567890",
                    ],
                },
                "text": "two\nlines\n",
            }
        },
        "empty": None,
    }


def test_lines_and_texts_as_written() -> None:
    document = parse(TEXT, file="f")
    assert document.line_of(()) == 2
    assert document.line_of(("images", "gis", "versions", "1.10")) == 5
    assert document.line_of(("images", "gis", "versions", "2.0", 11)) == 7
    assert document.line_of(("images", "gis", "versions", "3.0", "source")) == 4  # the nearest ancestor
    assert document.line_of(("empty",)) == 11
    assert document.raw_of(("images", "gis", "versions", "2.0", 1)) == "1.50"
    assert document.raw_of(("images", "gis")) is None
    assert document.raw_of(("images", "nowhere")) is None
    assert document.raw_of(("empty", "deeper")) is None


def test_the_file_is_called_as_given(tmp_path: Path) -> None:
    file = tmp_path / "images.yaml"
    file.write_text("a: 1\n")
    assert read(file).diagnostic(("a",), "m").file == str(file)
    assert str(read(file, file="images.yaml").diagnostic(("a",), "m")) == "images.yaml:1: a: m"


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "images.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    assert read(file).value == {"a": 1}


TAB = "found a tab character that violates indentation; indent with spaces, not tabs"
LOOK = "look at this line and the one before it: indentation, colons, quotes, brackets"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# nothing\n---\n", "images.yaml: the file is empty; write at least: images: {}"),
        (
            "a: 1\n\tb: 2\n",
            f"images.yaml:2: this is no valid YAML: {TAB}",
        ),
        ("a: [1\nb: 2\n", f"images.yaml:2: this is no valid YAML: did not find expected ',' or ']'; {LOOK}"),
        (b"a: 1\nb: \xff\n", "images.yaml:2: byte 0xff is not UTF-8; save the file as UTF-8"),
        ("a: 1\nb: \x07\n", "images.yaml:2: a character that YAML does not allow (0x7); take it out"),
        ("a: " + "[" * DEEPEST, f"images.yaml:1: values are nested more than {DEEPEST} deep"),
        ("a: " + "x" * (LONGEST_VALUE + 1), "images.yaml:1: a text of 32,769 characters is too long (at most 32,768)"),
        (
            "a:\n" + "- 1\n" * MOST_VALUES,
            "images.yaml:299999: the file holds more than 300,000 values; split it over several stacks",
        ),
        (b"#" * (LARGEST_FILE + 1), "images.yaml: the file is larger than 10 MB; this cannot be a file of this kind"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_refused(text: str | bytes, message: str, tmp_path: Path) -> None:
    """Beside the files in tests/cli/bad_input/catalogue_file.yaml."""
    file = tmp_path / "images.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InvalidFile) as caught:
        read(file, file="images.yaml")
    assert str(caught.value) == message


def test_keys_that_stand_twice_are_told_and_the_rest_can_be_read() -> None:
    document = parse("a: 1\nb: {a: 1, a: 2}\na: 3\n", file="images.yaml")
    assert [str(problem) for problem in document.diagnostics] == [
        "images.yaml:2: b.a: this key stands here for the second time, first in line 2; keep one",
        "images.yaml:3: a: this key stands here for the second time, first in line 1; keep one",
    ]
    assert document.value == {"a": 3, "b": {"a": 2}}
    assert document.line_of(("a",)) == 3


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile) as caught:
        read(tmp_path / "none.yaml", file="none.yaml")
    assert str(caught.value) == (
        "none.yaml: there is no such file; look at its spelling, and at the folder that it starts from; a new one "
        "needs at least: images: {}"
    )
    with pytest.raises(InvalidFile, match="the file cannot be read: is a directory"):
        read(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5_000_000,
        "- " * 4_000_000,
        "{a: " * 2_000_000,
        "a: '" + "x" * 9_000_000,
        "\n".join(f"k{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 1000)),
        "? " * 1_000_000,
    ],
    ids=lambda text: text[:6],
)
def test_hostile_files_end_soon(text: str) -> None:
    start = time.process_time()
    with pytest.raises(InvalidFile):
        parse(text, file="images.yaml")
    assert time.process_time() - start < 5


PIECES = "a|1.0|: |- |\n|  |[|]|{|}|,|'|\"|&x|*x|!!t |#|? |---\n|\t|\x00"
pieces = st.sampled_from([*PIECES.split("|"), "|"])


def outcome(text: str) -> list[str]:
    try:
        document = parse(text, file="images.yaml")
    except InvalidFile as error:
        return [str(problem) for problem in error.diagnostics]
    assert document.line_of(()) >= 1
    return []


@given(st.text(max_size=60) | st.lists(pieces, max_size=40).map("".join))
def test_any_text_is_a_document_or_problems_of_the_file(text: str) -> None:
    assert all(problem.startswith("images.yaml") for problem in outcome(text))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-999, 999),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("ab1.", min_size=1, max_size=4), inner, max_size=3)
        ),
        max_leaves=20,
    )
)
def test_json_is_read_as_it_is(value: object) -> None:
    assert parse(json.dumps({"root": value}, indent=1), file="f").value == {"root": value}
