"""The READMEs in other languages say what README.md says, whose commands tests/engine/test_readme.py runs."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from tests.support.project import ROOT

TRANSLATED = ("README.ko.md", "README.ja.md")
BLOCK = re.compile(r"^ *```(console|text)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
TARGET = re.compile(r"\]\(([^)\s]+)\)")
NUMBER = re.compile(r"\d+(?:\.\d+)*")
HEADING = re.compile(r"^## ", re.MULTILINE)
IN_WORDS = {"15"}
"""Numbers that the English text has in words: a quarter of an hour, 15 minutes."""


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def prose(name: str) -> str:
    """A page without its blocks, and without the addresses of links."""
    return TARGET.sub("]", FENCED.sub("", text(name)))


ENGLISH = text("README.md")


@pytest.mark.parametrize("name", TRANSLATED)
def test_every_block_of_commands_and_output_is_there_in_order(name: str) -> None:
    assert BLOCK.findall(text(name)) == BLOCK.findall(ENGLISH)
    assert "```mermaid" not in text(name)


@pytest.mark.parametrize("name", TRANSLATED)
def test_it_names_no_command_file_link_or_number_that_the_english_one_lacks(name: str) -> None:
    assert set(CODE.findall(prose(name))) <= set(CODE.findall(prose("README.md")))
    others = {"README.md", *TRANSLATED} - {name}
    assert set(TARGET.findall(text(name))) <= {*TARGET.findall(ENGLISH), "README.md"}
    assert others <= set(TARGET.findall(text(name)))
    # A word for one or two of something may be a figure elsewhere.
    assert set(NUMBER.findall(prose(name))) <= {*NUMBER.findall(prose("README.md")), *IN_WORDS, "1", "2"}


@pytest.mark.parametrize("name", TRANSLATED)
def test_it_leaves_out_nothing_of_the_first_minute_and_of_azure(name: str) -> None:
    told = ENGLISH[: ENGLISH.index("## Where things are")]
    without = TARGET.sub("]", FENCED.sub("", told))
    assert set(CODE.findall(without)) <= set(CODE.findall(prose(name)))
    assert set(NUMBER.findall(without)) <= set(NUMBER.findall(prose(name)))
    assert set(TARGET.findall(told)) <= {*TARGET.findall(text(name)), name}
    assert len(HEADING.findall(text(name))) == len(HEADING.findall(told))


@pytest.mark.parametrize("name", TRANSLATED)
def test_its_steps_are_those_of_the_english_one(name: str) -> None:
    steps = [int(number) for number in re.findall(r"^(\d)\. ", text(name), re.MULTILINE)]
    assert steps == [int(number) for number in re.findall(r"^(\d)\. ", ENGLISH, re.MULTILINE)]
    assert all(after == before + 1 for before, after in pairwise(steps))


@pytest.mark.parametrize("name", TRANSLATED)
def test_each_readme_leads_to_the_others(name: str) -> None:
    assert f"]({name})" in ENGLISH
    assert f"](../{name})" in text("docs/README.md")
