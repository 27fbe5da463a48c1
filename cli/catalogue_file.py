"""The catalogue's file, for commands that write it: replaced as a whole, and only as it was read."""

from __future__ import annotations

import codecs
import fcntl
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from catalog.files.diagnostic import InvalidFile, escaped
from catalog.files.document import parse, read
from catalog.images.catalogue import Catalogue, of_document

_ENDINGS: Final = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """A catalogue as it was read: `text` is what its editors work on, `content` the bytes on disk."""

    path: Path
    content: bytes
    text: str
    catalogue: Catalogue

    @classmethod
    def read(cls, path: Path) -> CatalogueFile:
        """Read the catalogue at `path`. Raises InvalidFile when it cannot be read or is wrong."""
        read(path)  # says of a file that cannot be read, or is none of text, what to do
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
        return cls(path, content, text, of_document(parse(text, file=str(path))))

    def write(self, text: str) -> None:
        """Replace the file by one with this text, keeping its mode; readers see the old or the new one, never a part.

        Raises ClickException when the file changed since it was read or cannot be written; it is then as it was.
        """
        mark = codecs.BOM_UTF8 if self.content.startswith(codecs.BOM_UTF8) else b""
        target = Path(os.path.realpath(self.path))  # a link stays a link
        try:
            with _locked(target.parent), _undisturbed():
                if target.read_bytes() != self.content:
                    raise click.ClickException(
                        f"{escaped(str(self.path))}: somebody changed the file since this command read it, so nothing "
                        "was written; run the command again"
                    )
                _replace(target, mark + text.encode("utf-8"))
        except OSError as error:
            raise click.ClickException(_unwritable(self.path, error)) from None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Alone among the commands that write into a folder. The folder itself is locked, so that no lock file is left."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C waits for the moment that the replacement takes, so that no half-written file is left beside it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _replace(target: Path, content: bytes) -> None:
    with target.open("r+b"):
        pass  # a file that may not be written is not to be replaced either, though its folder would allow it
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(stream.fileno(), target.stat().st_mode & 0o7777)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _unwritable(path: Path, error: OSError) -> str:
    name = escaped(str(path))
    reason = (error.strerror or type(error).__name__).lower()
    advice = f"chmod u+w {name} gives it to its owner" if isinstance(error, PermissionError) else "mend that"
    return f"{name}: the file cannot be written: {reason}. It is as it was; {advice}, and run the command again"


def said(error: InvalidFile) -> click.ClickException:
    """The findings of a file as the error of a command."""
    return click.ClickException("\n".join(map(str, error.diagnostics)))
