from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.project import Project


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The dev stack, deployed once for a module."""
    project = Project.copy_to(tmp_path_factory.mktemp("engine") / "project")
    project.up()
    yield project
    project.pulumi("destroy", "--yes")
