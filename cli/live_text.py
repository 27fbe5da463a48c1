"""Lines in a terminal that are shown anew in the same place."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import click

from cli.table import WIDTH

_UP_AND_CLEAR = "\x1b[{}A\x1b[J"


class LiveText:
    """What was shown last is replaced by what is shown next; it never takes more than the screen."""

    def __init__(self) -> None:
        self._shown = 0

    def show(self, lines: Sequence[str]) -> None:
        """Show lines in place of those before. What does not fit is cut, in width and below."""
        size = shutil.get_terminal_size((WIDTH, 24))
        most = max(size.lines - 1, 1)
        fitting = [line[: size.columns - 1] for line in lines[:most]]
        if len(lines) > most:
            fitting[-1] = f"… and {len(lines) - most + 1} more lines"
        if self._shown:
            click.echo(_UP_AND_CLEAR.format(self._shown), nl=False, color=True)
        click.echo("\n".join(fitting))
        self._shown = len(fitting)
