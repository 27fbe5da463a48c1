"""The file that the page is written into: only an earlier page is replaced, and never a part of one is left."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from catalog.files.diagnostic import escaped, reason_of
from cli.catalogue_file import undisturbed, write_whole
from cli.overview.page import MARK
from cli.terminal import Unreadable

_BEGINNING: Final = 2_000
"""Bytes in which an earlier page has its mark."""


def check_place(path: Path) -> None:
    """Raise Unreadable if no page can be written there: before Azure is asked, as that takes long."""
    name = escaped(str(path))
    try:
        target = Path(os.path.realpath(path))
        if target.is_dir():
            raise Unreadable(
                f"{name} is a folder; name a file in it, such as --out {escaped(str(path / 'overview.html'))}"
            )
        if not target.parent.is_dir():
            raise Unreadable(
                f"{name}: there is no folder {escaped(str(target.parent))}; make it, or choose another place"
            )
        if target.exists():
            if not target.is_file():
                raise Unreadable(f"{name} is no file; choose another place with --out")
            with target.open("r+b") as stream:
                beginning = stream.read(_BEGINNING)
            if beginning and MARK.encode() not in beginning:
                raise Unreadable(
                    f"{name} is no overview that labs wrote, so it is not overwritten; choose another place with --out "
                    "or remove the file"
                )
        elif not os.access(target.parent, os.W_OK | os.X_OK):
            raise Unreadable(f"{name}: the folder is not writable; choose another place with --out")
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "it has a character that no name has"
        raise Unreadable(f"{name}: the page cannot be written: {reason}; choose another place with --out") from None


def write_page(path: Path, text: str) -> None:
    """Write the page, replacing an earlier one as a whole. Raises Unreadable as `check_place`; the old file stays."""
    check_place(path)
    target = Path(os.path.realpath(path))
    try:
        with undisturbed():
            write_whole(target, text.encode("utf-8"))
    except OSError as error:
        name = escaped(str(path))
        raise Unreadable(
            f"{name}: the page cannot be written: {reason_of(error)}; nothing was changed; name another place"
        ) from None
