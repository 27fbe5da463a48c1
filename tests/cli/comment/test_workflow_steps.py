"""The steps of the workflows that write to GitHub, as they stand, with the events of recorded runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli.comment.put import TITLE
from cli.report.layout import MARKER
from tests.cli.comment.pretend_github import pretend_github
from tests.cli.report.golden import EVENTS
from tests.support.ids import REAL
from tests.support.project import Project


@pytest.mark.parametrize(
    ("step", "run", "said", "asked"),
    [
        (
            "tools/pipeline/comment azure",
            "refused",
            "image-os-disk-below-128-gb",
            "POST /repos/contoso/images/issues/7/comments",
        ),
        (
            "tools/pipeline/comment sandbox",
            "refused",
            "Azure was not asked",
            "POST /repos/contoso/images/issues/7/comments",
        ),
        ("tools/pipeline/drift-issue", "drift", "Changed in Azure by others", "POST /repos/contoso/images/issues"),
    ],
)
def test_a_step_reports_every_stack(tmp_path: Path, step: str, run: str, said: str, asked: str) -> None:
    project = Project.copy_to(tmp_path / "project")
    (project.path / ".sandbox").mkdir()
    shutil.copy(EVENTS / f"{run}.json", project.path / ".sandbox" / "dev.events")
    # The job of this one ended before it left any events.
    (project.path / "Pulumi.prod.yaml").write_text(
        f"config: {{azure-native:subscriptionId: {REAL}}}\n", encoding="utf-8"
    )
    with pretend_github() as github:
        project.run(
            *step.split(),
            GITHUB_API_URL=github.api,
            GITHUB_TOKEN="t0ken",
            GITHUB_REPOSITORY="contoso/images",
            PULL_REQUEST="7",
        )
    (written,) = github.entries
    assert github.asked[-1] == asked
    assert written["body"].startswith(MARKER)
    assert said in written["body"]
    assert "Stack `prod`: failed" in written["body"]
    assert written.get("title", TITLE) == TITLE
