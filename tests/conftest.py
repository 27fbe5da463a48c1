"""What holds for every test."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support.project import Project
from tools.repository import ROOT, YOURS

# A job in the background of a script inherits an interrupt that is ignored, and would hand that on to the commands
# whose interruption is tested.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Most machines let Python keep its bytecode, so the commands under test do, whatever this one says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# `make` under test is somebody's first, also where `make test` runs it: a second one names the folders it enters.
for of_make in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
    os.environ.pop(of_make, None)

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


@pytest.fixture
def fresh(tmp_path: Path) -> Project:
    """A copy of the project in which nothing was done yet."""
    return Project.copy_to(tmp_path / "project")
