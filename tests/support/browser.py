"""The browser of the tests of pages: which chromium of the machine it is, and the packages that drive it.

Nothing here downloads a browser. Where there is none, those tests are not collected, and the run says so at its end;
where the variable CI is set, that is an error.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.repository import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TESTS: Final = ROOT / "tests" / "browser"
PACKAGES: Final = ROOT / ".sandbox" / "browser"
REQUIREMENTS: Final = TESTS / "requirements.txt"
STAMP: Final = ".stamp"
# Chrome goes first: Ubuntu lets its processes have namespaces of their own, which a browser's own sandbox needs.
NAMES: Final = ("google-chrome-stable", "google-chrome", "chromium", "chromium-browser")
INSTALL: Final = "sudo apt-get install chromium fonts-noto-cjk"


class MissingBrowserError(Exception):
    """Pages cannot be opened here; the text says why and what to do."""


def executable() -> str:
    """The browser's program: what the variable CHROMIUM names, else the first of NAMES on the path.

    Raises MissingBrowserError if there is none.
    """
    named = os.environ.get("CHROMIUM")
    for name in [named] if named else NAMES:
        if found := shutil.which(name):
            return found
    lacking = f"CHROMIUM names {named}, which is no program" if named else "there is no chromium or Chrome here"
    raise MissingBrowserError(f"{lacking}. Install it ({INSTALL}), then repeat the command.")


def is_set_up(packages: Path = PACKAGES) -> bool:
    """Whether a page can be opened here now."""
    try:
        executable()
        return (packages / STAMP).read_text(encoding="utf-8") == _wanted()
    except (MissingBrowserError, FileNotFoundError):
        return False


def set_up(packages: Path = PACKAGES) -> None:
    """Install what REQUIREMENTS pins into `packages`, unless it is there.

    Raises MissingBrowserError if there is no browser, or if the packages cannot be installed.
    """
    executable()
    try:
        packages.parent.mkdir(exist_ok=True)
        with packages.with_name("browser.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not is_set_up(packages):
                _install(packages)
    except OSError as error:
        raise MissingBrowserError(
            f"{error.filename or packages}: {error.strerror}, so what drives the browser cannot be installed. Give "
            "your user the right to write there, then repeat the command."
        ) from error


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser without a window. It ends with the block, and with this process, however that ends.

    It gets a home of its own: the user's may be missing or unwritable, and has settings of theirs.
    """
    if str(PACKAGES) not in sys.path:
        sys.path.append(str(PACKAGES))
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 # after set_up only

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(),
            # The browser's own sandbox refuses to be root's, who runs the tests in containers.
            chromium_sandbox=os.geteuid() != 0,
            env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home},
        )
        yield browser
        browser.close()


def _install(packages: Path) -> None:
    # What was interrupted before has no stamp, and is done again from the beginning.
    shutil.rmtree(packages, ignore_errors=True)
    print("tests: installing what drives the browser into .sandbox/browser (170 MB, once)", file=sys.stderr, flush=True)
    pip = [sys.executable, "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    command = [*pip, "--require-hashes", "--target", str(packages), "-r", str(REQUIREMENTS)]
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
        raise MissingBrowserError(
            "pip could not install tests/browser/requirements.txt (its message is above). Behind a proxy or a mirror, "
            "tell pip (PIP_INDEX_URL, HTTPS_PROXY), then repeat the command."
        )
    (packages / STAMP).write_text(_wanted(), encoding="utf-8")


def _wanted() -> str:
    """What was installed, and for which Python: one of the packages is compiled for it."""
    return f"{sys.implementation.cache_tag}\n{REQUIREMENTS.read_text(encoding='utf-8')}"
