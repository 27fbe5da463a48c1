"""Plain aligned text for a terminal of 100 columns; the same when piped into a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

WIDTH: Final = 100
"""Columns that all output fits in, but for problems: these stay on one line each, for other tools to read."""

GAP: Final = "  "


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[str] = ()) -> list[str]:
    """The lines of a table: `headings`, then `rows`. Columns whose heading is in `numbers` are right-aligned."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    right = [heading in numbers for heading in headings]
    return [_line(cells, widths, right) for cells in (headings, *rows)]


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    aligned = (
        cell.rjust(width) if is_number else cell.ljust(width)
        for cell, width, is_number in zip(cells, widths, right, strict=True)
    )
    return GAP.join(aligned).rstrip()
