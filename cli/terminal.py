"""Output for a terminal: aligned tables, lines that replace each other, and the error of an unreadable file."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Sequence
from typing import Final

import click

from cli.text_width import cut, padded, width_of, wrapped_lines

NO_TERMINAL: Final = 100
"""Columns of output that goes into a file or a pipe, where nothing cuts it."""

GAP: Final = "  "
_QUOTED: Final = re.compile("`[^`]*`")
_KEPT_SPACE: Final = "\0"
_UP: Final = "\x1b[{}A"
_CLEAR_REST: Final = "\x1b[K"
_CLEAR_BELOW: Final = "\x1b[J"
_LABELS: Final = {"Error:": "red", "Warning:": "yellow"}


class Unreadable(click.ClickException):
    """A file or folder that the user named cannot be read, so the command did nothing (exit code 2)."""

    exit_code = 2


def screen_width() -> int:
    """Columns that all output fits in: those of the terminal, 100 where there is none.

    Problems stay on one line each, for other tools to read.
    """
    if sys.stdout is None or not sys.stdout.isatty():
        return NO_TERMINAL
    return shutil.get_terminal_size((NO_TERMINAL, 24)).columns


def color_of(choice: str) -> bool | None:
    """Whether output is coloured by the value of `--color`: None colours in a terminal only.

    Source of NO_COLOR: https://no-color.org, any value but an empty one.
    """
    if choice == "auto":
        return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None
    return choice == "always"


def labelled(text: str) -> str:
    """A text that begins with Error: or Warning:, which gets the label's colour; any other text as it is."""
    label = next((label for label in _LABELS if text.startswith(label)), "")
    return click.style(label, fg=_LABELS[label], bold=True) + text.removeprefix(label) if label else text


def colored_diff(line: str) -> str:
    """A line of a diff in the colours that git gives it."""
    if line.startswith(("--- ", "+++ ")):
        return click.style(line, bold=True)
    color = {"-": "red", "+": "green", "@": "cyan"}.get(line[:1])
    return click.style(line, fg=color) if color else line


def wrapped(text: str, *, first: str = "", then: str = "", width: int | None = None) -> list[str]:
    """The lines of a text in `width` columns, by default in those of the screen.

    Ids, names of files and what stands in `…` stay whole, to be copied.
    """
    whole = _QUOTED.sub(lambda quoted: quoted[0].replace(" ", _KEPT_SPACE), text)
    lines = wrapped_lines(whole, screen_width() if width is None else width, first, then)
    return [line.replace(_KEPT_SPACE, " ") for line in lines]


def fitted(text: str, *, err: bool = False) -> str:
    """A text for standard output, or with `err` for standard error: wrapped line by line in a terminal.

    Elsewhere each line stays one, for other tools to read.
    """
    stream = sys.stderr if err else sys.stdout
    if stream is None or not stream.isatty():
        return text
    width = os.get_terminal_size(stream.fileno()).columns or NO_TERMINAL
    lines = ([line] if width_of(line) <= width else wrapped(line, then="  ", width=width) for line in text.split("\n"))
    return "\n".join(part for line in lines for part in line)


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[str] = (), optional: str = ""
) -> list[str]:
    """The lines of a table: `headings`, then `rows`. Columns whose heading is in `numbers` are right-aligned.

    The column `optional` is left out if the screen is too narrow for the table.
    """
    widths = [max(map(width_of, column)) for column in zip(headings, *rows, strict=True)]
    if optional in headings and sum(widths) + len(GAP) * (len(widths) - 1) > screen_width():
        left_out = headings.index(optional)
        shorter = [[*row[:left_out], *row[left_out + 1 :]] for row in (headings, *rows)]
        return table(shorter[0], shorter[1:], numbers=numbers)
    forms = [(width, heading in numbers) for heading, width in zip(headings, widths, strict=True)]
    first, *others = [
        GAP.join(padded(cell, width, right=right) for cell, (width, right) in zip(cells, forms, strict=True)).rstrip()
        for cells in (headings, *rows)
    ]
    return [click.style(first, bold=True), *others]


def counted(number: int, noun: str) -> str:
    """`1 file`, `2,000 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


class LiveText:
    """Replaces the lines that it showed last by the next ones.

    They are never higher or wider than the screen, but for the last ones, which stay and are whole. With `err` they are
    on standard error.
    """

    def __init__(self, *, err: bool = False) -> None:
        self._shown = 0
        self._err = err

    def show(self, lines: Sequence[str]) -> None:
        """Show lines in place of the last ones. What does not fit is cut, at the right and at the bottom."""
        size = shutil.get_terminal_size((NO_TERMINAL, 24))
        most = max(size.lines - 1, 1)
        fitting = [cut(line, size.columns - 1) for line in lines[:most]]
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
            click.echo(text, nl=False, color=True, err=self._err)
        elif lines:
            click.echo("\n".join(lines), err=self._err)
        self._shown = len(lines)
