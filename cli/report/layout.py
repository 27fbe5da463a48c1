"""The two layouts of a report: Markdown and plain text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from catalog.files.diagnostic import escaped
from cli.report.line import Line, Quoted
from cli.terminal import wrapped

LONGEST: Final = 1500
"""Characters of one quoted text; a message of ours with two ids of Azure has about 700."""
MARKER: Final = "<!-- lab-image-gallery report -->"
"""First line of the Markdown. A later run finds the comment to replace by it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The form of a report: its first lines, the templates of headlines and section titles, and how lines are written.

    `quote` shows a text that others wrote; `item` is one line of a section, with its end.
    """

    start: str
    headline_form: str
    title_form: str
    quote: Callable[[str], str]
    item_form: Callable[[str], str]

    def headline(self, line: Line) -> str:
        """The title of a chapter, with line ends."""
        return self.headline_form.format(self._text(line))

    def title(self, title: str) -> str:
        """The title of a section, with line ends."""
        return self.title_form.format(title)

    def item(self, line: Line) -> str:
        """One line, with its end."""
        return self.item_form(self._text(line))

    def _text(self, line: Line) -> str:
        return "".join(self.quote(piece.text) if isinstance(piece, Quoted) else piece for piece in line)


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


def _wrapped(text: str) -> str:
    return "\n".join(wrapped(text, first="  - ", then="    ")) + "\n"


MARKDOWN: Final = Layout(
    start=f"{MARKER}\n## What this changes\n",
    headline_form="\n### {}\n",
    title_form="\n**{}**\n\n",
    quote=_code,
    item_form="- {}\n".format,
)
"""For a comment on GitHub. Quoted texts are code spans, which can hold no mention, link or HTML."""

PLAIN: Final = Layout(
    start="What this changes\n",
    headline_form="\n{}\n",
    title_form="\n  {}\n",
    quote=_cut,
    item_form=_wrapped,
)
"""For a terminal of 100 columns."""
