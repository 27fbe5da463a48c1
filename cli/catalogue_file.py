"""Files that commands write: the catalogue is replaced as a whole, and only if nobody changed it meanwhile."""

from __future__ import annotations

import codecs
import fcntl
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import click

from catalog.files.diagnostic import InvalidFile, escaped, reason_of
from catalog.files.document import parse, text_of
from catalog.images.catalogue import Catalogue, of_document
from catalog.regions.prices import content_of
from cli.terminal import Unreadable

_ENDINGS: Final = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """A catalogue as it was read: `content` is the bytes on disk, `text` the same decoded, for the editor."""

    path: Path
    content: bytes
    text: str
    catalogue: Catalogue

    @classmethod
    def read(cls, path: Path) -> CatalogueFile:
        """Read the catalogue at `path`. Raises InvalidFile if it is unreadable or wrong."""
        text_of(path)  # raises InvalidFile with advice if the file is unreadable or not UTF-8
        return _read(path, path.read_bytes())

    def write(self, text: str) -> None:
        """Replace the file by one with this text, keeping its mode. Readers see the old or the new text, never a part.

        Raises ClickException if the file changed since it was read or cannot be written; it is then unchanged.
        """
        mark = codecs.BOM_UTF8 if self.content.startswith(codecs.BOM_UTF8) else b""
        replace_file(self.path, self.content, mark + text.encode("utf-8"))


@lru_cache(maxsize=2)
def _read(path: Path, content: bytes) -> CatalogueFile:
    """The catalogue with this content. Raises InvalidFile if it is wrong. Many stacks may have the same one."""
    text = content.decode("utf-8-sig")
    return CatalogueFile(path, content, text, of_document(parse(text, file=str(path))))


def bytes_to_replace(path: Path) -> bytes | None:
    """The bytes of a file that is to be replaced, None if there is none.

    Raises Unreadable for what cannot be read, is no file or has no end, and where its folder is missing.
    """
    try:
        return content_of(path)
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise Unreadable(f"there is no folder {escaped(str(path.parent))}; make it, or name another file") from None
        return None
    except OSError as error:
        name = escaped(str(path))
        raise Unreadable(f"{name} cannot be read: {reason_of(error)}; move it away, or name another file") from None


def replace_file(path: Path, before: bytes, content: bytes) -> None:
    """Replace a file whose content is `before`, keeping its mode. Readers see the old or the new one, never a part.

    Raises ClickException if the file has another content by now or cannot be written; it is then unchanged.
    """
    target = Path(os.path.realpath(path))  # a link stays a link
    try:
        with _locked(target.parent), undisturbed():
            if target.read_bytes() != before:
                raise click.ClickException(
                    f"{escaped(str(path))}: somebody changed the file since this command read it, so nothing "
                    "was written; run the command again"
                )
            write_whole(target, content)
    except OSError as error:
        name, reason = escaped(str(path)), reason_of(error)
        owner = isinstance(error, PermissionError)
        raise click.ClickException(
            f"{name}: the file cannot be written: {reason}. It is unchanged; "
            f"{f'chmod u+w {name} gives it to its owner' if owner else 'fix that'}, and run the command again"
        ) from None


def put_file(path: Path, before: bytes | None, content: bytes) -> None:
    """Write a file that had the bytes `before`, or was not there. Raises ClickException if that is no longer so."""
    if before is not None:
        replace_file(path, before, content)
    elif not create_file(path, content.decode("utf-8")):
        raise click.ClickException(f"{escaped(str(path))}: somebody has made the file meanwhile; run the command again")


def create_file(path: Path, text: str) -> bool:
    """Make a file with this text; returns False, and changes nothing, if there is one of this name already.

    Raises ClickException if it cannot be written; no part of it is left then.
    """
    name = escaped(str(path))
    try:
        with undisturbed(), path.open("x", encoding="utf-8", newline="") as stream:
            try:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            except OSError:
                path.unlink(missing_ok=True)
                raise
    except FileExistsError:
        return False
    except OSError as error:
        message = f"{name}: the file cannot be written: {reason_of(error)}; nothing was changed"
        raise click.ClickException(message) from None
    return True


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Excludes other commands that write into a folder. Locks the folder itself, so that no lock file is left."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Delays Ctrl-C until the replacement is complete, so that no half-written file is left."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def write_whole(target: Path, content: bytes) -> None:
    """Write a file as a whole: readers see the old or the new content, and a failure leaves the old one, if any.

    The mode stays; that of a new file is the process's own. Raises OSError.
    """
    if target.exists():
        with target.open("r+b"):
            pass  # raises PermissionError for a read-only file, which its folder would still let us replace
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(stream.fileno(), _mode(target))
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """The mode of a file, or that which a new one has."""
    try:
        return target.stat().st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def command_error(error: InvalidFile) -> click.ClickException:
    """The error of a command for an invalid file: all its findings."""
    return click.ClickException("\n".join(map(str, error.diagnostics)))
