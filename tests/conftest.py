"""What holds for every test."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support import browser
from tests.support.project import Project
from tests.support.saved import Saved
from tools.repository import ROOT, YOURS

# A job in the background of a script inherits an interrupt that is ignored, and would hand that on to the commands
# whose interruption is tested.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Most machines let Python keep its bytecode, so the commands under test do, whatever this one says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# `make` under test is somebody's first, also where `make test` runs it: a second one names the folders it enters.
for of_make in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
    os.environ.pop(of_make, None)

# People's own language is not that of the texts that tests expect.
os.environ.pop("LABS_LANG", None)
for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
    if os.environ.get(name, "").startswith(("ko", "ja")):
        os.environ[name] = "C.UTF-8"

# The same code gets the same verdict on every machine, however slow: `make fuzz` looks for examples that are new.
settings.register_profile("suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


PRICES = frozenset(
    {ROOT / "catalog" / "regions" / "prices.json", ROOT / "policies" / "lab_image_policies" / "prices.json"}
)
"""Yours too, and read by commands and policies wherever they run; no test expects a figure of them."""


def _leave_yours_alone(event: str, arguments: tuple[Any, ...]) -> None:
    """What an administrator wrote decides no test: reading it here fails."""
    if event != "open" or not isinstance(arguments[0], str) or not arguments[0].endswith((".yaml", ".json", "OWNERS")):
        return
    path = Path(arguments[0]).absolute()
    if path not in PRICES and path.is_relative_to(ROOT) and YOURS.match_file(path.relative_to(ROOT)):
        raise AssertionError(f"{path.name} is an administrator's file, and no test reads it")


sys.addaudithook(_leave_yours_alone)


NO_BROWSER = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Set up what opens pages in a browser, once, if such tests are asked for, alone or among others."""
    paths = [(config.invocation_params.dir / argument.split("::")[0]).resolve() for argument in config.args]
    alone = any(path.is_relative_to(browser.TESTS) for path in paths)
    among = any(browser.TESTS.is_relative_to(path) for path in paths)
    if hasattr(config, "workerinput") or not (alone or among):
        return
    try:
        browser.set_up()
    except browser.MissingBrowserError as error:
        if alone or os.environ.get("CI"):
            raise pytest.UsageError(f"tests/browser cannot run: {error}") from error
        config.stash[NO_BROWSER] = str(error)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Pass over the tests that open pages where there is no browser: the end of the run says so."""
    return True if collection_path == browser.TESTS and not browser.is_set_up() else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in one line that tests were not run, and what they need."""
    if why := config.stash.get(NO_BROWSER, None):
        terminalreporter.write_line(f"NOT RUN: tests/browser, the pages in a browser: {why}", yellow=True)


LONG = ("tests/browser", "tests/engine", "tests/policies/attacks", "tests/policies/test_engine", "tests/tools/test_sdk")
"""Folders and files of the tests that take most of the time, by the beginnings of their paths."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long files at the beginning of each half, which is what two processes begin with.

    The one that ends first takes tests from the end of the other's half: short ones, by which both end together.
    """
    long: dict[Path, list[pytest.Item]] = {}
    short: list[pytest.Item] = []
    for item in items:
        long.setdefault(item.path, []).append(item) if item.nodeid.startswith(LONG) else short.append(item)
    files = list(long.values())
    first = [item for file in files[::2] for item in file]
    second = [item for file in files[1::2] for item in file]
    room = max(0, len(items) // 2 - len(first))
    items[:] = [*first, *short[:room], *second, *short[room:]]


@pytest.fixture(scope="session")
def saved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Saved:
    """Deployed projects to copy; all processes of this run share them."""
    own = tmp_path_factory.getbasetemp()
    return Saved((own.parent if hasattr(request.config, "workerinput") else own) / "saved")


@pytest.fixture
def fresh(tmp_path: Path) -> Project:
    """A copy of the project in which nothing was done yet."""
    return Project.copy_to(tmp_path / "project")
