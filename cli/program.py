"""Where this program is, seen from the folder that it is called in, and the commands that messages name there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from catalog.stacks.commands import Commands
from catalog.stacks.settings import Settings

PROGRAM: Final = Path(__file__).resolve().parents[1]
"""The folder with `labs` and `sandbox`."""


def shortest_path(path: Path) -> str:
    """A path as it is shortest from the current folder."""
    return min(os.path.relpath(path), str(path), key=len)


def program_folder() -> str:
    """The program's folder with a slash at its end, as it is shortest from the current folder; empty if it is that."""
    found = shortest_path(PROGRAM)
    return "" if found == os.curdir else f"{found}/"


def own_labs() -> str:
    """How labs is called from the current folder."""
    return f"{program_folder() or './'}labs"


def commands(settings: Settings) -> Commands:
    """The commands for a stack, as they can be typed in the current folder."""
    return Commands.of(settings, program_folder())
