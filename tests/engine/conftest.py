from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.project import Project


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The dev stack, deployed once for a module."""
    project = Project.copy_to(tmp_path_factory.mktemp("engine") / "project")
    project.up()
    return project


@pytest.fixture
def small(tmp_path: Path) -> Project:
    """A copy of the project with the small catalogue, in which nothing was done yet."""
    return Project.small(tmp_path / "project")
