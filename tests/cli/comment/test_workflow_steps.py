"""The steps of the workflows that write to GitHub, as they stand, with the events of recorded runs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from cli.comment.put import MENDED, TITLE
from cli.report.layout import MARKER
from tests.cli.comment.pretend_github import pretend_github
from tests.cli.report.golden import EVENTS
from tests.cli.report.test_answers import ANSWERS
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
        ("tools/pipeline/drift-issue", "drift", "Who and when", "POST /repos/contoso/images/issues"),
    ],
)
def test_a_step_reports_every_stack(tmp_path: Path, step: str, run: str, said: str, asked: str) -> None:
    project = Project.copy_to(tmp_path / "project")
    (project.path / ".sandbox").mkdir()
    shutil.copy(EVENTS / f"{run}.json", project.path / ".sandbox" / "dev.events")
    for answer in ANSWERS.iterdir():
        shutil.copy(answer, project.path / ".sandbox")
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


def test_the_issue_is_closed_when_every_stack_is_good(tmp_path: Path) -> None:
    project = Project.copy_to(tmp_path / "project")
    (project.path / ".sandbox").mkdir()
    events = project.path / ".sandbox" / "prod.events"
    project.write("Pulumi.prod.yaml", f"config: {{azure-native:subscriptionId: {REAL}}}\n")
    with pretend_github() as github:
        environment: dict[str, Any] = {
            "GITHUB_API_URL": github.api,
            "GITHUB_TOKEN": "t0ken",
            "GITHUB_REPOSITORY": "contoso/images",
        }
        project.run("tools/pipeline/drift-issue", **environment)  # the job of prod left nothing
        shutil.copy(EVENTS / "unchanged.json", events)
        project.run("tools/pipeline/drift-issue", **environment)
        project.run("tools/pipeline/drift-issue", **environment)
    issue, word = github.entries
    assert "failed: no events" in issue["body"]
    assert (issue["state"], word["body"]) == ("closed", MENDED)


def test_azure_pipelines_shows_the_same_as_the_summary(tmp_path: Path) -> None:
    project = Project.copy_to(tmp_path / "project")
    (project.path / ".sandbox").mkdir()
    for file in (EVENTS / "drift.json", *ANSWERS.iterdir()):
        shutil.copy(file, project.path / ".sandbox" / file.name.replace("drift.json", "dev.events"))
    shown = project.run("tools/pipeline/drift-report", "azure").stdout
    summary = Path(shown.removeprefix("##vso[task.uploadsummary]").strip()).read_text(encoding="utf-8")
    assert summary.startswith(f"{MARKER}\n## ⚠️ Changed in Azure by others")
    assert "**In labs now**" in summary
    assert project.run("tools/pipeline/drift-report", "jenkins", check=False).returncode == 2


@pytest.mark.parametrize("step", ["tools/pipeline/comment azure", "tools/pipeline/comment sandbox"])
@pytest.mark.parametrize(
    ("language", "code", "said"), [("ko", 0, "정책에서 거부됨"), ("kr", 1, "Refused by the policies")]
)
def test_a_comment_is_in_the_language_of_the_repository_and_not_lost_by_one_that_there_is_not(
    tmp_path: Path, step: str, language: str, code: int, said: str
) -> None:
    project = Project.copy_to(tmp_path / "project")
    (project.path / ".sandbox").mkdir()
    shutil.copy(EVENTS / "refused.json", project.path / ".sandbox" / "dev.events")
    with pretend_github() as github:
        ran = project.run(
            *step.split(),
            check=False,
            GITHUB_API_URL=github.api,
            GITHUB_TOKEN="t0ken",
            GITHUB_REPOSITORY="contoso/images",
            PULL_REQUEST="7",
            LABS_LANG=language,
        )
    assert ran.returncode == code, ran.stderr
    (written,) = github.entries
    assert written["body"].startswith(f"{MARKER}\n## ❌ {said}\n")
    assert ("LABS_LANG is 'kr'" in ran.stderr) is (code == 1)
