"""A version whose publication failed is published again by the next update, whatever the engine remembers of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.test_interrupted import PAGE, way_back
from tests.support.page import as_written, commands
from tests.support.project import CATALOGUE, GALLERY, LAB_ACCOUNT, LABS, SMALL_PUBLISHED, SNAPSHOTS, Project
from tests.support.saved import Saved

ATTACHMENT = f"{LAB_ACCOUNT}/sharedGalleries/contoso_lab_images"
DATABASES = f"{GALLERY}/images/databases/versions/1.0.0"
VERSIONS = {"databases:1.0.0", "python:1.0.0", "python:1.1.0"}
REFRESH = ("refresh", "--yes", "--skip-preview")
UP = ("up", "--yes", "--skip-preview")
SOURCE = f"{{snapshot: {SNAPSHOTS}/debian-12-databases-100}}"


def failed_once(project: Project, *arguments: str) -> None:
    """An update in which the copy to one region fails for every version; the region is mended afterwards."""
    project.replication(failRegions=["Korea South"])
    assert "Replication failed in region(s) 'Korea South'" in project.refused(*UP, *arguments)
    project.replication(failRegions=[])


def deployed_and_failed(path: Path) -> Project:
    """The small catalogue after such an update, the first one, in which every version was sent to Azure."""
    project = Project.small(path)
    failed_once(project, "--continue-on-error")  # on a slow machine a version fails before the next one is sent
    return project


@pytest.fixture
def failed(saved: Saved, tmp_path: Path) -> Project:
    return saved.copy(deployed_and_failed, tmp_path / "project")


def is_whole(project: Project) -> None:
    """Everything is published, and nothing is left to do."""
    assert project.published() == SMALL_PUBLISHED
    project.up("--expect-no-changes")
    project.pulumi("refresh", "--preview-only", "--expect-no-changes")


@pytest.mark.parametrize(
    "route",
    [[(*UP, "--refresh")], [REFRESH, UP], [UP], [REFRESH, REFRESH, UP]],
    ids=["up --refresh", "refresh, up", "up", "refresh twice, up"],
)
def test_a_failed_publication_is_repeated(failed: Project, route: list[tuple[str, ...]]) -> None:
    for command in route:
        failed.pulumi(*command)
    is_whole(failed)


def test_a_preview_says_what_is_published_again_and_a_failure_may_follow_a_failure(failed: Project) -> None:
    failed.pulumi(*REFRESH)
    again = failed.pulumi("preview").stdout
    assert "Published again: python:1.0.0, python:1.1.0, databases:1.0.0, since the publication failed" in again
    assert {name for operation, name in failed.steps() if operation == "update"} >= VERSIONS
    failed_once(failed)
    failed.pulumi(*REFRESH)
    (published,) = as_written(failed, commands(PAGE, "A failed publication"))
    assert "3 updated" in published
    is_whole(failed)
    assert "Published again" not in failed.pulumi("preview", "--expect-no-changes").stdout


def test_nothing_is_attached_while_a_publication_fails_again(failed: Project) -> None:
    failed.arm("DELETE", f"{ATTACHMENT}?{LABS}")  # made or not before the first failure was known
    failed.pulumi(*REFRESH)
    failed.replication(secondsPerRegion=2)  # copies take longer than everything else
    failed_once(failed)
    assert failed.attached() == []
    failed.replication(secondsPerRegion=0.05)
    failed.up()
    assert failed.attached() == [GALLERY]
    is_whole(failed)


def test_a_region_that_fails_when_it_is_added(small: Project) -> None:
    before = small.read(CATALOGUE)
    small.edit(CATALOGUE, (SOURCE, f"{SOURCE}, target_regions: [koreacentral]"))
    small.up()
    small.write(CATALOGUE, before)
    failed_once(small)
    small.pulumi(*REFRESH)
    small.up()
    assert small.regions(DATABASES) == ["Korea Central", "Korea South"]
    is_whole(small)


def test_a_version_that_the_engine_does_not_know(failed: Project) -> None:
    """As after an update that was killed, or whose provider could not read what it had begun to make."""
    urns = [line for line in failed.pulumi("stack", "--show-urns").stdout.split() if line.endswith("::databases:1.0.0")]
    failed.pulumi("state", "delete", "--yes", *urns)
    assert "cannot create already existing resource" in failed.refused_up()
    way_back(failed)
    is_whole(failed)
