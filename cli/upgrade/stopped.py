"""Why an upgrade stops: every obstacle that was found, each with its way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import click

from cli.terminal import screen_width, wrapped

_PREFIX: Final = len("Error: ")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A reason to stop: `why` says what is wrong and what follows, `commands` are the way out, one a line."""

    why: str
    commands: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = wrapped(self.why, width=screen_width() - _PREFIX)
        return "\n".join([*lines, *(f"    {command}" for command in self.commands)])


def no_list(command: str) -> Obstacle:
    """The obstacle of a copy without yours.txt."""
    return Obstacle(
        "yours.txt is missing, so it is not known what is yours; nothing was changed. Restore it:", (command,)
    )


class Stopped(click.ClickException):
    """The upgrade did not start; nothing was changed."""

    def __init__(self, obstacles: Iterable[Obstacle]) -> None:
        super().__init__("\n".join(map(str, obstacles)))
