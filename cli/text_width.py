"""How many columns of a terminal texts take, and where their lines may end.

Chinese, Japanese and Korean characters take two columns. Japanese has no spaces, so lines end between characters;
Korean lines end at spaces, as readers expect.
"""

from __future__ import annotations

import re
import textwrap
from itertools import pairwise
from typing import Final
from unicodedata import combining, east_asian_width

_FILLER: Final = "\x01"
"""Stands behind a character of two columns while `textwrap` counts characters."""
_NOT_FIRST: Final = frozenset(
    "、。，．・：；？！）］｝」』】〉》〕’”ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.:;?!)]}'\"%"
)
_NOT_LAST: Final = frozenset("（［｛「『【〈《〔‘“([{")
"""What begins and ends no line. Source: JIS X 4051, Unicode Annex 14."""
_JAPANESE: Final = re.compile("[ぁ-ヿ、。]")
_LETTERS: Final = re.compile(f"`[^`]*`?|.{_FILLER}?", re.DOTALL)
"""Characters with their fillers, and what stands in `…`."""


def width_of(text: str) -> int:
    """The columns that a text takes."""
    return sum(map(_width, text))


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The text with spaces up to this many columns, in front of it with `right`."""
    space = " " * (width - width_of(text))
    return space + text if right else text + space


def cut(text: str, width: int) -> str:
    """The beginning of a text that takes at most this many columns."""
    while width_of(text) > width:
        text = text[: width - width_of(text)] or text[:-1]
    return text


def wrapped_lines(text: str, width: int, first: str, then: str) -> list[str]:
    """The lines of a text in `width` columns; what is longer without a place to end stays whole."""
    filled = "".join(char + _FILLER if _width(char) == 2 else char for char in text)
    wrapper = _Wrapper(
        width, initial_indent=first, subsequent_indent=then, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace(_FILLER, "") for line in wrapper.wrap(filled)]


class _Wrapper(textwrap.TextWrapper):
    """Ends lines between Japanese characters too."""

    def _split(self, text: str) -> list[str]:
        return [part for chunk in super()._split(text) for part in _parts(chunk)]


def _parts(chunk: str) -> list[str]:
    """A word in parts between which a line may end; one without kana and Japanese commas is a name."""
    if not _JAPANESE.search(chunk):
        return [chunk]
    letters = _LETTERS.findall(chunk)
    parts = [letters[0]]
    for before, letter in pairwise(letters):
        if _may_end(before, letter):
            parts.append(letter)
        else:
            parts[-1] += letter
    return parts


def _may_end(before: str, after: str) -> bool:
    """Whether a line may end between two characters."""
    is_wide = before.endswith(_FILLER) or after.endswith(_FILLER)
    return is_wide and before[0] not in _NOT_LAST and after[0] not in _NOT_FIRST


def _width(char: str) -> int:
    if char.isascii():
        return 1
    if combining(char):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1
