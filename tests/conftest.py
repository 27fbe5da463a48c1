"""What holds for every test."""

import signal
from pathlib import Path

import pytest

from tests.engine.project import Project

# A job in the background of a script inherits an interrupt that is ignored, and would hand that on to the commands
# whose interruption is tested.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def fresh(tmp_path: Path) -> Project:
    """A copy of the project in which nothing was done yet."""
    return Project.copy_to(tmp_path / "project")
