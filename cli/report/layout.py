"""The two layouts of a report: Markdown and plain text."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import Final, Protocol

from catalog.files.diagnostic import escaped
from cli.report.line import Line, Quoted
from cli.terminal import WIDTH

LONGEST: Final = 1500
"""Characters of one quoted text; a message of ours with two ids of Azure has about 700."""
MARKER: Final = "<!-- lab-image-gallery report -->"
"""First line of the Markdown. A later run finds the comment to replace by it."""


class Layout(Protocol):
    """The form of a report."""

    @property
    def start(self) -> str:
        """The first lines."""
        ...

    def headline(self, line: Line) -> str:
        """The title of a chapter, with line ends."""
        ...

    def title(self, title: str) -> str:
        """The title of a section, with line ends."""
        ...

    def item(self, line: Line) -> str:
        """One line, with its end."""
        ...


@dataclass(frozen=True, slots=True)
class Markdown:
    """For a comment on GitHub. Quoted texts are code spans, which can hold no mention, link or HTML."""

    start: str = f"{MARKER}\n## What this changes\n"

    def headline(self, line: Line) -> str:  # noqa: D102 - as in Layout
        return f"\n### {_pieces(line, _code)}\n"

    def title(self, title: str) -> str:  # noqa: D102
        return f"\n**{title}**\n\n"

    def item(self, line: Line) -> str:  # noqa: D102
        return f"- {_pieces(line, _code)}\n"


@dataclass(frozen=True, slots=True)
class Plain:
    """For a terminal of 100 columns."""

    start: str = "What this changes\n"

    def headline(self, line: Line) -> str:  # noqa: D102 - as in Layout
        return f"\n{_pieces(line, _cut)}\n"

    def title(self, title: str) -> str:  # noqa: D102
        return f"\n  {title}\n"

    def item(self, line: Line) -> str:  # noqa: D102
        lines = textwrap.wrap(
            _pieces(line, _cut),
            WIDTH,
            initial_indent="  - ",
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        return "\n".join(lines) + "\n"


class _Write(Protocol):
    def __call__(self, text: str, /) -> str: ...


def _pieces(line: Line, write: _Write) -> str:
    return "".join(write(piece.text) if isinstance(piece, Quoted) else piece for piece in line)


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
