"""The plugin of `make unit`: a test runs until it starts a process, and is then left to `make test`.

So a new test needs no mark: what starts an engine, a command or git, itself or by a fixture, falls on the other side.
Properties are tried with fewer examples than there.
"""

from __future__ import annotations

import sys
from collections.abc import Generator

import pytest
from hypothesis import settings

LEFT = "left to make test"
STARTS = frozenset({"subprocess.Popen", "os.forkpty", "os.posix_spawn", "os.exec", "os.system"})
"""The audit events of a program that is about to start; a fork that goes on in Python costs little."""


EXAMPLES = 15
"""Of a property that names no number itself; the suite's profile has 100."""


class _Watch:
    """Whether the test that runs now wanted to start a process, and between tests nobody is stopped."""

    on = False
    stopped = False


def _stop(event: str, arguments: object) -> None:
    if event in STARTS and _Watch.on:
        _Watch.stopped = True
        raise pytest.skip.Exception(LEFT, allow_module_level=True)


sys.addaudithook(_stop)


def pytest_configure() -> None:
    """Take the profile of the suite, which the conftest has loaded by now, with fewer examples."""
    settings.register_profile("unit", settings.default, max_examples=EXAMPLES)
    settings.load_profile("unit")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Watch a test with its fixtures."""
    _Watch.on, _Watch.stopped = True, False
    try:
        return (yield)
    finally:
        _Watch.on = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count a test as left, too, that caught the stop or failed without the process."""
    report = yield
    if _Watch.stopped and report.when != "teardown":
        report.outcome, report.longrepr = "skipped", (str(item.path), 0, LEFT)
    return report


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Show a test that is left as none of those that are skipped."""
    left = report.skipped and isinstance(report.longrepr, tuple) and report.longrepr[2].endswith(LEFT)
    return (LEFT, "", LEFT) if left else None
