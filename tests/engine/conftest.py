from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import saved as states
from tests.support.project import Project
from tests.support.saved import Saved


@pytest.fixture(scope="module")
def deployed(saved: Saved, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The dev stack, deployed: one copy for a module."""
    return saved.copy(states.dev, tmp_path_factory.mktemp("engine") / "project")


@pytest.fixture
def small(tmp_path: Path) -> Project:
    """A copy of the project with the small catalogue, in which nothing was done yet."""
    return Project.small(tmp_path / "project")


@pytest.fixture
def small_up(saved: Saved, tmp_path: Path) -> Project:
    """The small catalogue, deployed: a copy for one test."""
    return saved.copy(states.small, tmp_path / "project")
