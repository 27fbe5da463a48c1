"""The folder where a user's engines are kept, for every checkout on this machine."""

import errno
import fcntl
import hashlib
import os
import platform
import pwd
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sandbox.engine.errors import CacheError
from sandbox.engine.get.pinned import MODULE, pinned_version
from sandbox.engine.get.progress import Progress

WAIT_SECONDS = 0.2
# Errors that mean the folder cannot be used.
FOLDER_ERRORS = {
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.ENOTDIR,
    errno.ENOENT,  # removed while in use
}
# Where engines are kept for a user who has no home.
FALLBACK = Path(__file__).parents[3] / ".sandbox" / "cache"


@dataclass(frozen=True)
class EngineCache:
    """Engines below `folder`, one folder each; a folder appears only when it is complete."""

    folder: Path

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "EngineCache":
        """The cache of this user: `lab-image-gallery` in `$XDG_CACHE_HOME`, else in `~/.cache`.

        Without HOME, the home in the system's list of users counts; without a writable one there, `FALLBACK`.
        """
        home = environ.get("HOME") or _home_of_user()
        base = environ.get("XDG_CACHE_HOME") or (Path(home) / ".cache" if home else FALLBACK)
        return cls(Path(base) / "lab-image-gallery")

    def entry(self, way: str) -> Path:
        """The folder of the pinned engine got by `way`, whether or not it exists yet.

        Its name has the version, the platform and a hash of the Go module's pins: another pin is another folder.
        """
        return self.entry_of(f"pulumi-v{pinned_version()}", way, MODULE)

    def entry_of(self, name: str, way: str, module: Path) -> Path:
        """The folder of a program that is got by `way` and pinned by the Go module in a folder."""
        pins = hashlib.sha256((module / "go.mod").read_bytes() + (module / "go.sum").read_bytes()).hexdigest()
        system, machine = platform.system().lower(), platform.machine().lower()
        return self.folder / f"{name}-{system}-{machine}-{way}-{pins[:8]}"

    @contextmanager
    def making(self, entry: Path) -> Iterator[Path | None]:
        """Give an empty folder that becomes `entry` on success, or None when another command has just made it.

        Only one command makes an entry at a time. The kernel drops the lock when its holder ends, however that is;
        the next holder removes what an interrupted one left.

        Raises:
            CacheError: the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._locked(entry):
                for leftover in self.folder.glob(f".{entry.name}.*"):
                    shutil.rmtree(leftover)
                if entry.exists():
                    yield None
                    return
                workplace = Path(tempfile.mkdtemp(prefix=f".{entry.name}.", dir=self.folder))
                try:
                    yield workplace
                    workplace.chmod(0o755)
                    workplace.rename(entry)
                finally:
                    shutil.rmtree(workplace, ignore_errors=True)
        except OSError as error:
            if error.errno not in FOLDER_ERRORS:
                raise
            raise self.unusable(os.strerror(error.errno or 0)) from error

    def unusable(self, reason: str) -> CacheError:
        """The error of a folder that cannot hold an engine."""
        return CacheError(
            f"{self.folder} cannot be written ({reason.lower()}), so there is no place for the Pulumi engine\n"
            "(about 120 MB). Make room or give write permission there, or name another folder with\n"
            "XDG_CACHE_HOME=/path/to/folder."
        )

    @contextmanager
    def _locked(self, entry: Path) -> Iterator[None]:
        file = self.folder / f"{entry.name}.lock"
        waiting = Progress("another command is getting the Pulumi engine; waiting for it")
        while True:
            with file.open("a") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    waiting.tick()
                    time.sleep(WAIT_SECONDS)
                    continue
                # The last holder has removed this file, so the next command locks another one of the same name.
                if not _is_same_file(lock, file):
                    continue
                waiting.done()
                try:
                    yield
                finally:
                    file.unlink(missing_ok=True)
                return


def _is_same_file(opened: IO[str], file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(opened.fileno()), file.stat())
    except FileNotFoundError:
        return False


def _home_of_user() -> str:
    """The home in the system's list of users; empty if there is none or it cannot be written."""
    try:
        home = pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return ""
    return home if os.access(home, os.W_OK | os.X_OK) else ""
