"""What preview and update say about labs, also of what was changed behind the engine's back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.project import CATALOGUE, COMPUTE, GALLERY, GROUP, LAB_ACCOUNT, LABS, SNAPSHOTS, Project
from tests.support.saved import Saved, dev

ATTACHMENT = f"{LAB_ACCOUNT}/sharedGalleries/contoso_lab_images"
PLAN = GROUP.replace("galleries", "labs") + "/providers/Microsoft.LabServices/labPlans/contoso-plan"
SEEN = "After this update: teachers see {} of {} images in {}"
UP = ("up", "--yes", "--skip-preview")


def said(project: Project, *command: str) -> list[str]:
    """The notices of a command, once each, in the order of the engine's summary."""
    printed = project.pulumi(*command).stdout
    summary = printed.partition("Diagnostics:")[2]
    return re.findall(
        r"^ {4}(?:warning: )?((?:After this update|Changes in labs|Not as in the catalogue): .*)$",
        summary,
        re.MULTILINE,
    )


def both(project: Project) -> list[str]:
    """The notices of a preview, which those of an update that follows repeat."""
    foreseen = said(project, "preview")
    assert said(project, *UP) == foreseen
    return foreseen


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The dev stack, deployed."""
    project = Project.copy_to(tmp_path_factory.mktemp("notices") / "project")
    assert said(project, "preview") == said(project, *UP) == [SEEN.format(8, 8, "contoso-labs")]
    return project


def test_a_larger_version_that_a_teacher_has_saved(project: Project) -> None:
    version = f"{GALLERY}/images/debian-12-databases/versions/1.0.1?{COMPUTE}"
    disk = {"source": {"id": f"{SNAPSHOTS}/exactly-128"}}
    profile = {"targetRegions": [{"name": "koreacentral"}]}
    properties = {"storageProfile": {"osDiskImage": disk}, "publishingProfile": profile}
    project.arm("PUT", version, {"location": "koreacentral", "properties": properties})
    state, wrong = both(project)
    assert state == SEEN.format(7, 8, "contoso-labs")
    assert wrong.startswith(
        "Not as in the catalogue: debian-12-databases is hidden in contoso-labs: version 1.0.1, which"
    )
    assert "its OS disk has 128 GB" in wrong
    assert "`sandbox/labs rollback debian-12-databases --to 1.0.0 --stack dev`" in wrong
    project.arm("DELETE", version)


def test_a_version_that_was_deleted_in_azure(project: Project) -> None:
    project.arm("DELETE", f"{GALLERY}/images/rocky-9-hpc/versions/1.0.0?{COMPUTE}")
    # The engine does nothing about it, and neither says so.
    state, wrong = both(project)
    assert state == SEEN.format(7, 8, "contoso-labs")
    assert wrong.startswith("Not as in the catalogue: rocky-9-hpc is hidden in contoso-labs: it has no version")
    assert "`sandbox/pulumi up --refresh --stack dev` makes" in wrong
    again = said(project, *UP, "--refresh")
    assert again == [
        SEEN.format(8, 8, "contoso-labs"),
        "Changes in labs: rocky-9-hpc: new labs in contoso-labs get 1.0.0, which is new there",
    ]


def test_a_lab_account_without_its_gallery(project: Project) -> None:
    project.arm("DELETE", f"{ATTACHMENT}?{LABS}")
    state, wrong = both(project)
    assert state == SEEN.format(0, 8, "contoso-labs")
    assert "are hidden in contoso-labs: the lab account has no gallery; `sandbox/pulumi up --refresh" in wrong
    assert said(project, *UP, "--refresh")[0] == SEEN.format(8, 8, "contoso-labs")


def test_a_replica_that_was_taken_away(project: Project) -> None:
    version = f"{GALLERY}/images/windows-2022-cad/versions/1.0.0?{COMPUTE}"
    body = project.arm("GET", version)
    properties = body["properties"]
    properties["publishingProfile"]["excludeFromLatest"] = True
    project.arm("PUT", version, {key: body[key] for key in ("location", "tags", "properties")})
    state, wrong = both(project)
    assert state == SEEN.format(7, 8, "contoso-labs")
    assert wrong.startswith("Not as in the catalogue: windows-2022-cad is hidden in contoso-labs: each of its versions")
    assert said(project, *UP, "--refresh")[0] == SEEN.format(8, 8, "contoso-labs")


def test_a_lab_plan_in_which_no_image_is_enabled(project: Project) -> None:
    with project.edited("Pulumi.dev.yaml", ("  factLookups: all\n", f"  factLookups: all\n  labPlanId: {PLAN}\n")):
        first = said(project, "preview")
        assert first[0] == f"{SEEN.format(8, 8, 'contoso-labs')}; teachers see 0 of 8 images in contoso-plan"
        project.up()
        wrong = both(project)[-1]
        assert "are hidden in contoso-plan: they are disabled in the lab plan; write enabled_in_plan: true for" in wrong
    project.up()


NEW = f"""\
      1.2.0:
        source:
          snapshot: {SNAPSHOTS}/ubuntu-2204-python-110
        os_disk_size_gb: 64
"""


def test_what_an_update_changes(saved: Saved, tmp_path: Path) -> None:
    own = saved.copy(dev, tmp_path / "project")  # a version that labs get is not taken back
    text = own.read(CATALOGUE)
    start, end = text.index("  ubuntu-2204-ros:\n"), text.index("  ubuntu-2404-ml:\n")
    own.write(CATALOGUE, text[:start].rstrip() + "\n" + NEW + "\n" + text[end:])
    foreseen = said(own, "preview")
    assert foreseen == [
        SEEN.format(7, 7, "contoso-labs"),
        "Changes in labs: ubuntu-2204-python: new labs in contoso-labs get 1.2.0 instead of 1.1.0",
        "Changes in labs: ubuntu-2204-ros: disappears from contoso-labs",
    ]
    assert said(own, *UP) == foreseen


def test_a_lab_that_does_not_answer_stops_nothing(project: Project) -> None:
    project.fault("GET", "/sharedImages", status=403, code="AuthorizationFailed", message="no", times=1)
    state, wrong = said(project, "preview")
    assert state == SEEN.format("0, perhaps 8,", 8, "contoso-labs")
    assert "are perhaps hidden in contoso-labs: the images of the lab account could not be read" in wrong
    project.fault("GET", "/sharedImages", status=403, code="AuthorizationFailed", message="no", times=1)
    assert said(project, *UP) == [SEEN.format(8, 8, "contoso-labs")]


def test_a_failed_update_says_nothing_of_labs(project: Project) -> None:
    project.fault("PUT", "/versions/1.3.0", status=403, code="AuthorizationFailed", message="no", times=100)
    new = NEW.replace("1.2.0", "1.3.0")
    with project.edited(CATALOGUE, ("  ubuntu-2204-ros:\n", f"{new}\n  ubuntu-2204-ros:\n")):
        failed = project.refused_up()
    assert "After this update" not in failed
