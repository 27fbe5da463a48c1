"""The files of a folder, to be compared before and after a command."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

BYTECODE = "__pycache__"
"""Python keeps what it compiled beside every module that it imports, unless PYTHONDONTWRITEBYTECODE is set."""


def files(folder: Path, *, without: Collection[str] = ()) -> dict[str, bytes]:
    """Content of every file below `folder` by its path in there; without Python's bytecode, and the folders `without`.

    A symbolic link to a folder is not followed.
    """
    passed_over = {BYTECODE, *without}
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not passed_over & set(path.relative_to(folder).parts)
    }
