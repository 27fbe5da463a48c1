"""The two layouts of a report: Markdown and plain text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, Literal

from catalog.files.diagnostic import escaped
from cli.report.line import Line, Link, Piece, Prose, Quoted
from cli.terminal import wrapped

LONGEST: Final = 1500
"""Characters of one quoted text; a message of ours with two ids of Azure has about 700."""
MARKER: Final = "<!-- lab-image-gallery report -->"
"""First line of the Markdown. A later run finds the comment to replace by it."""
COLUMNS: Final = 80
"""Columns of plain text, which is often kept in a log."""

Mark = Literal["bad", "careful", "good"]
MARKS: Final[dict[Mark, str]] = {"bad": "❌", "careful": "⚠️", "good": "✅"}

# What GitHub makes nothing of: words of letters, dates, times, and numbers that are no list and no commit.
_WORD: Final = re.compile(
    r"""["'(]*(?:[^\W\d_]+(?:['’][^\W\d_]+)*|\d{1,6}(?:[.,]\d{1,6}){0,3}|\d{4}-\d\d-\d\d|\d\d(?::\d\d){1,2})[.,;:!?)"']*"""
)
_SIGNS: Final = ("/", "×")
"""Between two words; alone they are none of Markdown's."""
_COMMIT: Final = re.compile(r"[a-f\d]{7,40}", re.IGNORECASE)
_KEY: Final = re.compile("[a-z]+(_[a-z]+)+:")
"""A key of the catalogue, of more words than one: `protect:` may be a word before a colon."""
_VALUE: Final = re.compile(r"(true|false|null|\d+|[\[{].*)[.,;:!?)\"']*")
_NUMBERED: Final = re.compile(r"\d+[.)]")
_PUNCTUATION: Final = re.compile(r"[.,;:!?)\"']*")
_CJK: Final = re.compile(
    "([\u3001\u3002\u300c-\u300f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff08\uff09\uff1a\uff1b]+)"
)
"""Letters and punctuation of Korean and Japanese, which touch the names and numbers beside them."""
_BETWEEN: Final = re.compile(r"[.,;:!?()\"']*")
_AROUND: Final = re.compile(r"([\"'(]*)(.+?)([.,;:!?)\"']*)")


@dataclass(frozen=True, slots=True)
class Layout:
    """The form of a report: its first lines, the templates of headlines and section titles, and how lines are written.

    `piece` shows what is no fixed word; `item_form` is one line of a section, with its end. `cells` separates the cells
    of a table, whose head is written if `has_head`.
    """

    start_form: Callable[[Mark, str], str]
    note_form: Callable[[str], str]
    headline_form: Callable[[str], str]
    title_form: str
    piece: Callable[[Quoted | Prose | Link], str]
    item_form: Callable[[str], str]
    row_form: Callable[[Sequence[str]], str]
    has_head: bool

    def start(self, mark: Mark, line: Line) -> str:
        """The first lines, with the verdict."""
        return self.start_form(mark, self._text(line))

    def headline(self, line: Line) -> str:
        """The title of a chapter, with line ends."""
        return self.headline_form(self._text(line))

    def title(self, title: str, columns: Sequence[str] = ()) -> str:
        """The title of a section, and the head of its table if it is one, with line ends."""
        head = self.row_form(columns) + self.row_form(["---"] * len(columns)) if columns and self.has_head else ""
        return self.title_form.format(title) + head

    def item(self, line: Line) -> str:
        """One line, with its end."""
        return self.item_form(self._text(line))

    def row(self, cells: Sequence[Line]) -> str:
        """One row of a table, with its end."""
        return self.row_form([self._text(cell) for cell in cells])

    def _text(self, line: Line) -> str:
        return "".join(piece if isinstance(piece, str) else self.piece(piece) for piece in line)


def is_good(markdown: str) -> bool:
    """Whether the verdict of a report in Markdown is good: nothing failed, and nothing has to be looked at."""
    return markdown.split("\n", 2)[1:2] != [] and markdown.split("\n", 2)[1].startswith(f"## {MARKS['good']} ")


def _cut(text: str) -> str:
    """On one line, with invisible characters escaped, and at most LONGEST characters."""
    shown = escaped(" ".join(text[: LONGEST + 1].split()))
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"


def _code(text: str) -> str:
    """A code span: CommonMark ends it only at as many backticks as it began with, and strips one space at each end."""
    shown = _cut(text)
    longest = max(map(len, re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    space = " " if not shown or shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{space}{shown}{space}{fence}"


def _readable(text: str) -> str:
    """A sentence in Markdown: plain words as they are, commands in backticks and everything else as code spans.

    Plain words are letters, or short numbers, with punctuation around: nothing that Markdown or GitHub interprets.
    """
    shown = ""
    for index, part in enumerate(re.split("`([^`]+)`", _cut(text))):
        if index % 2:
            # Backticks that touch are one fence, and a word that touches one is no word of its own.
            touches = shown and shown[-1] not in " (\"'" and not _CJK.match(shown[-1])
            shown += (" " if touches else "") + _code(part)
            continue
        after = _PUNCTUATION.match(part) if index else None
        shown += after[0] if after else ""
        words = part[after.end() if after else 0 :]
        spaced = words[:1].isspace() or (index > 0 and bool(words) and not _CJK.match(words.lstrip("(")))
        shown += (" " if spaced else "") + " ".join(_words(words)) + (" " if words[-1:].isspace() else "")
    return shown.strip()


def _words(text: str) -> Iterator[str]:
    """The words of a text, those that belong into code together."""
    strange: list[str] = []
    words = text.split()
    touching = bool(_CJK.search(text))
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        if _CJK.search(word):
            yield from _span(strange)
            strange = []
            yield _around_cjk(word)
        elif _is_plain(word) and not (strange and _KEY.fullmatch(strange[-1])):
            yield from _span(strange)
            strange = []
            yield word
        elif touching and "(" in word.lstrip("\"'("):
            yield from _span(strange)
            strange = []
            yield _around_bracket(word)
        else:
            strange.append(word)
            # Names in a list are each one's own; a key and its value are one.
            if word.endswith((",", ";", ":")) and not (_KEY.fullmatch(word) and _VALUE.fullmatch(following)):
                yield from _span(strange)
                strange = []
    yield from _span(strange)


def _around_cjk(word: str) -> str:
    """A word with letters of Korean or Japanese, which touch names and numbers: those as any other word."""
    shown = ""
    for index, part in enumerate(_CJK.split(word)):
        shown += part if index % 2 or _BETWEEN.fullmatch(part) else _around_bracket(part)
    return shown


def _around_bracket(word: str) -> str:
    """A word in which a bracket opens that it does not close, as Korean writes it: `USD(2026-01-01 …)`."""
    name, bracket, inside = word.rpartition("(")
    if not name.strip("\"'(") or ")" in inside:
        return word if _is_plain(word) else "".join(_span([word]))
    return _around_bracket(name) + bracket + (_around_bracket(inside) if inside else "")


def _is_plain(word: str) -> bool:
    return word in _SIGNS or (
        bool(_WORD.fullmatch(word)) and not _NUMBERED.fullmatch(word) and not _COMMIT.search(word)
    )


def _span(words: Sequence[str]) -> Iterator[str]:
    """Words as one code span; the punctuation around it, which is the sentence's, stays outside."""
    if not words:
        return
    found = _AROUND.fullmatch(" ".join(words))
    before, inner, after = found.groups() if found else ("", " ".join(words), "")
    if after.startswith(")") and "(" in inner:
        inner, after = inner + ")", after[1:]
    yield before + _code(inner) + after


def _in_markdown(piece: Quoted | Prose | Link) -> str:
    if isinstance(piece, Prose):
        return _readable(piece.text)
    shown = _code(piece.text)
    return f"[{shown}]({piece.address})" if isinstance(piece, Link) and piece.address else shown


def _in_plain(piece: Quoted | Prose | Link) -> str:
    return _cut(piece.text)


def _markdown_row(cells: Sequence[str]) -> str:
    """A bar ends a cell, in a code span too, and renderers do not agree on how to escape it."""
    return "| " + " | ".join(cell.replace("|", "¦") or "–" for cell in cells) + " |\n"


def _plain_row(cells: Sequence[str]) -> str:
    first, *rest = cells
    return _wrapped(f"{first}: {'; '.join(filter(None, rest))}")


def _wrapped(text: str) -> str:
    return "\n".join(wrapped(text, first="  - ", then="    ", width=COLUMNS)) + "\n"


def _paragraph(text: str) -> str:
    return "\n".join(wrapped(text, width=COLUMNS)) + "\n"


MARKDOWN: Final = Layout(
    start_form=lambda mark, text: f"{MARKER}\n## {MARKS[mark]} {text}\n",
    note_form="\n{}\n".format,
    headline_form="\n### {}\n".format,
    title_form="\n**{}**\n\n",
    piece=_in_markdown,
    item_form="- {}\n".format,
    row_form=_markdown_row,
    has_head=True,
)
"""For a comment on GitHub. Of texts that others wrote only plain words stand outside code spans, which can hold no
mention, link or HTML."""

PLAIN: Final = Layout(
    start_form=lambda _mark, text: _paragraph(text),
    note_form=lambda text: "\n" + _paragraph(text),
    headline_form=lambda text: "\n" + _paragraph(text),
    title_form="\n  {}\n",
    piece=_in_plain,
    item_form=_wrapped,
    row_form=_plain_row,
    has_head=False,
)
"""For a terminal of 80 columns."""

__all__ = ["COLUMNS", "LONGEST", "MARKDOWN", "MARKER", "MARKS", "PLAIN", "Layout", "Mark", "Piece"]
