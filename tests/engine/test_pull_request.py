"""The steps of the pull-request workflow as they stand, in a copy with images and stacks of a real subscription."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.report.layout import MARKER
from tests.cli.comment.pretend_github import pretend_github
from tests.support.foreign import REFUSED, move_in
from tests.support.project import Project
from tests.support.workflows import azure_steps, run_lines

CHECK, LIST, PREVIEW, SUMMARY, GATE, COMMENT = run_lines("pull-request")
(AZURE_SUMMARY,) = (step["script"] for place, step in azure_steps() if "summary" in step.get("script", ""))
NOT_ASKED = "Azure was not asked"


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The files of a university; stack `big` publishes an image that no teacher could use."""
    project = Project.copy_to(tmp_path_factory.mktemp("theirs") / "project")
    move_in(project.path)
    return project


@pytest.fixture(scope="module")
def previewed(theirs: Project) -> dict[str, tuple[int, str]]:
    """Exit code of each stack's preview, and the summary of its job."""
    found = {}
    for stack in ("prod", "big"):
        code = theirs.run("bash", "-c", PREVIEW, check=False, STACK=stack, PULUMI_DEBUG_COMMANDS="true").returncode
        summary = theirs.path / f"{stack}.summary"
        theirs.run("bash", "-c", SUMMARY, STACK=stack, GITHUB_STEP_SUMMARY=str(summary))
        found[stack] = (code, summary.read_text(encoding="utf-8"))
    return found


def listed(project: Project, output: Path) -> list[str]:
    project.run("bash", "-c", LIST, GITHUB_OUTPUT=str(output))
    matrix = json.loads(output.read_text(encoding="utf-8").removeprefix("matrix="))
    return [leg["stack"] for leg in matrix["include"]]


def test_their_files_are_checked_and_each_of_their_stacks_is_found(theirs: Project, tmp_path: Path) -> None:
    found = theirs.run("bash", "-c", CHECK, check=False)
    assert found.returncode == 1
    finding, _, counted = found.stdout.splitlines()
    assert f"images.{REFUSED}.versions.1.0.0.os_disk_size_gb: teachers would not see {REFUSED} 1.0.0" in finding
    assert (finding.partition(":")[0], counted) == ("big.yaml", "1 problem in 1 file.")
    good = theirs.run("./labs", "check", "Pulumi.prod.yaml").stdout
    for file in ("images.yaml", "Pulumi.prod.yaml", "policy-config.json"):
        assert file in good
    assert listed(theirs, tmp_path / "output") == ["big", "prod"]


def test_a_good_stack_passes_and_its_summary_says_what_it_publishes(previewed: dict[str, tuple[int, str]]) -> None:
    code, summary = previewed["prod"]
    assert code == 0
    assert "### Stack `prod`" in summary
    assert NOT_ASKED in summary
    assert "`course-29`" in summary
    assert "ticket 4711" in summary


def test_an_image_that_no_lab_can_use_fails_its_stack_only(previewed: dict[str, tuple[int, str]]) -> None:
    code, summary = previewed["big"]
    assert code != 0
    assert "### Stack `big`: refused, 1 finding of policies must be fixed" in summary
    assert "image-os-disk-below-128-gb" in summary
    assert f"{REFUSED} 1.0.0: the OS disk has 256 GB" in summary


def test_the_one_comment_has_every_stack(theirs: Project, previewed: dict[str, tuple[int, str]]) -> None:
    theirs.write("Pulumi.broken.yaml", "config: [\n")
    try:
        with pretend_github() as github:
            for _ in range(2):
                theirs.run(
                    "bash",
                    "-c",
                    COMMENT,
                    GITHUB_API_URL=github.api,
                    GITHUB_TOKEN="t0ken",
                    GITHUB_REPOSITORY="contoso/images",
                    PULL_REQUEST="7",
                )
    finally:
        (theirs.path / "Pulumi.broken.yaml").unlink()
        (theirs.path / ".sandbox" / "broken.events").unlink()
    (comment,) = github.entries
    assert comment["body"].startswith(f"{MARKER}\n## ❌ ")
    assert comment["body"].split("\n\n")[1].startswith("Previewed in the sandbox")
    assert [line.split(":")[0] for line in comment["body"].splitlines() if line.startswith("### ")] == [
        "### Stack `big`",
        "### Stack `broken`",
        "### Stack `prod`",
    ]


def test_azure_pipelines_attaches_the_same_report(theirs: Project, previewed: dict[str, tuple[int, str]]) -> None:
    shown = theirs.run("bash", "-c", AZURE_SUMMARY, STACK="big").stdout
    attached = shown.removeprefix("##vso[task.uploadsummary]").rstrip("\n")
    assert Path(attached).read_text(encoding="utf-8") == previewed["big"][1]


def test_a_stack_file_that_is_wrong_fails_its_preview(theirs: Project) -> None:
    theirs.write("Pulumi.broken.yaml", "config: [\n")
    try:
        refused = theirs.run("bash", "-c", PREVIEW, check=False, STACK="broken", PULUMI_DEBUG_COMMANDS="true")
        summary = theirs.path / "broken.summary"
        theirs.run("bash", "-c", SUMMARY, STACK="broken", GITHUB_STEP_SUMMARY=str(summary))
    finally:
        (theirs.path / "Pulumi.broken.yaml").unlink()
    assert refused.returncode != 0
    assert "### Stack `broken`: failed" in summary.read_text(encoding="utf-8")


def test_what_is_wrong_in_their_catalogue_is_in_the_summary(theirs: Project, tmp_path: Path) -> None:
    first = "os_disk_size_gb: 64"
    before = theirs.read("images.yaml")
    theirs.write("images.yaml", before.replace(first, "os_disk_size_gb: many", 1))
    try:
        checked = theirs.run("bash", "-c", CHECK, check=False)
        refused = theirs.run("bash", "-c", PREVIEW, check=False, STACK="prod", PULUMI_DEBUG_COMMANDS="true")
        summary = tmp_path / "summary"
        theirs.run("bash", "-c", SUMMARY, STACK="prod", GITHUB_STEP_SUMMARY=str(summary))
    finally:
        theirs.write("images.yaml", before)
    assert (checked.returncode, refused.returncode != 0) == (1, True)
    written = summary.read_text(encoding="utf-8")
    assert "### Stack `prod`: failed" in written
    assert "images.course-00.versions.1.0.0.os_disk_size_gb" in written


def test_a_fresh_copy_and_an_empty_catalogue_are_green(tmp_path: Path) -> None:
    fresh = Project.copy_to(tmp_path / "project")
    fresh.run("bash", "-c", CHECK)
    assert listed(fresh, tmp_path / "none") == []
    fresh.run("bash", "-c", GATE, RESULTS="success success skipped")
    other = tmp_path / "other"
    other.mkdir()
    move_in(other)
    fresh.write("Pulumi.prod.yaml", (other / "Pulumi.prod.yaml").read_text(encoding="utf-8"))
    fresh.run("bash", "-c", CHECK)
    assert listed(fresh, tmp_path / "one") == ["prod"]
    fresh.run("bash", "-c", PREVIEW, STACK="prod", PULUMI_DEBUG_COMMANDS="true")
