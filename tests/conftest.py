"""What holds for every test."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.project import Project

# A job in the background of a script inherits an interrupt that is ignored, and would hand that on to the commands
# whose interruption is tested.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Most machines let Python keep its bytecode, so the commands under test do, whatever this one says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The same code gets the same verdict on every machine, however slow: `make fuzz` looks for examples that are new.
settings.register_profile("suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@pytest.fixture
def fresh(tmp_path: Path) -> Project:
    """A copy of the project in which nothing was done yet."""
    return Project.copy_to(tmp_path / "project")
