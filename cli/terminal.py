"""Output for a terminal: aligned tables, lines that replace each other, and the error of an unreadable file."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import Final

import click

_WIDEST: Final = 100


def _columns() -> int:
    if not sys.stdout.isatty():
        return _WIDEST
    return min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns)


WIDTH: Final = _columns()
"""Columns that all output fits in: those of the terminal, at most 100. Problems stay on one line each, for other tools
to read."""

GAP: Final = "  "
_QUOTED: Final = re.compile("`[^`]*`")
_KEPT_SPACE: Final = "\0"
_UP: Final = "\x1b[{}A"
_CLEAR_REST: Final = "\x1b[K"
_CLEAR_BELOW: Final = "\x1b[J"


class Unreadable(click.ClickException):
    """A file or folder that the user named cannot be read, so the command did nothing (exit code 2)."""

    exit_code = 2


def wrapped(text: str, *, first: str = "", then: str = "", width: int = WIDTH) -> list[str]:
    """The lines of a text in `width` columns. Ids, names of files and what stands in `…` stay whole, to be copied."""
    whole = _QUOTED.sub(lambda quoted: quoted[0].replace(" ", _KEPT_SPACE), text)
    lines = textwrap.wrap(
        whole, width, initial_indent=first, subsequent_indent=then, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace(_KEPT_SPACE, " ") for line in lines]


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[str] = ()) -> list[str]:
    """The lines of a table: `headings`, then `rows`. Columns whose heading is in `numbers` are right-aligned."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    aligned = zip(headings, widths, strict=True)
    form = GAP.join(f"{{:{'>' if heading in numbers else '<'}{width}}}" for heading, width in aligned)
    return [form.format(*cells).rstrip() for cells in (headings, *rows)]


def counted(number: int, noun: str) -> str:
    """`1 file`, `2,000 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


class LiveText:
    """Replaces the lines that it showed last by the next ones.

    They are never higher or wider than the screen, but for the last ones, which stay and are whole.
    """

    def __init__(self) -> None:
        self._shown = 0

    def show(self, lines: Sequence[str]) -> None:
        """Show lines in place of the last ones. What does not fit is cut, at the right and at the bottom."""
        size = shutil.get_terminal_size((WIDTH, 24))
        most = max(size.lines - 1, 1)
        fitting = [line[: size.columns - 1] for line in lines[:most]]
        if len(lines) > most:
            fitting[-1] = f"… and {len(lines) - most + 1} more lines"
        self._replace(fitting)

    def finish(self, lines: Sequence[str]) -> None:
        """Show the last lines in place of those before, however many and long they are."""
        self._replace(lines)
        self._shown = 0

    def _replace(self, lines: Sequence[str]) -> None:
        """Write over the lines shown: a screen cleared at once flickers, and some terminals keep what was on it."""
        if self._shown:
            text = _UP.format(self._shown) + "".join(f"{line}{_CLEAR_REST}\n" for line in lines) + _CLEAR_BELOW
            click.echo(text, nl=False, color=True)
        else:
            click.echo("\n".join(lines))
        self._shown = len(lines)
