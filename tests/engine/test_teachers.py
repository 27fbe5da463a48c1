"""What docs/run/teachers.md shows: images that vanish behind the stack's back, what says so, and what mends it."""

from __future__ import annotations

import subprocess

import pytest

from tests.support import ids
from tests.support.page import page, prompted, section
from tests.support.project import COMPUTE, GALLERY, LAB_ACCOUNT, LABS, SNAPSHOTS, Project

PAGE = page("run/teachers.md")
VERSIONS = f"{GALLERY}/images/debian-12-databases/versions"
PLAN = f"{ids.GROUPS}/labs/providers/Microsoft.LabServices/labPlans/contoso-plan"
PLANS = "api-version=2023-06-07"
ATTACHED = f"{LAB_ACCOUNT}/sharedGalleries/contoso_lab_images?{LABS}"


@pytest.fixture
def project(deployed: Project) -> Project:
    """The dev stack, in which teachers see everything."""
    deployed.replication(secondsPerRegion=0)
    for command in ("teachers", "status"):
        assert "Teachers see 8 of 8 images in contoso-labs." in labs(deployed, command, code=0)
    return deployed


def labs(project: Project, *arguments: str, code: int = 1) -> str:
    """What a command prints, on long lines."""
    done: subprocess.CompletedProcess[str] = project.run("sandbox/labs", *arguments, "--stack", "dev", check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def flat(text: str) -> str:
    return " ".join(text.split())


def shown(heading: str) -> list[str]:
    """The lines of the example under a heading of the page, in pieces where it leaves something out."""
    block = section(PAGE, heading).split("```text\n")[1].split("```")[0]
    return [flat(piece) for piece in flat(block).split("…") if piece.strip(" ()")]


def said(project: Project, heading: str, summary: str) -> None:
    """Both commands say what the page shows; status in a sentence."""
    teachers, status = (flat(labs(project, command)) for command in ("teachers", "status"))
    for piece in shown(heading):
        assert piece in teachers, teachers
    for text in (teachers, status):
        assert summary in text
    assert status.endswith(f"{summary} `sandbox/labs teachers --stack dev` says what to do.")


def test_a_template_saved_over_an_image(project: Project) -> None:
    source = {"osDiskImage": {"source": {"id": f"{SNAPSHOTS}/exactly-128"}}}
    regions = {"targetRegions": [{"name": "Korea Central"}, {"name": "Korea South"}]}
    body = {"location": "Korea Central", "properties": {"storageProfile": source, "publishingProfile": regions}}
    project.arm("PUT", f"{VERSIONS}/1.0.1?{COMPUTE}", body)
    said(project, "A template saved over an image", "Teachers see 7 of 8 images in contoso-labs.")
    listed = labs(project, "list-unmanaged", code=0)
    assert "it takes the place of 1.0.0 in contoso-labs: new labs there get no version of the image" in listed
    project.arm("DELETE", f"{VERSIONS}/1.0.1?{COMPUTE}")


def test_a_version_deleted_in_azure(project: Project) -> None:
    project.arm("DELETE", f"{VERSIONS}/1.0.0?{COMPUTE}")
    said(project, "A version deleted in Azure", "Teachers see 7 of 8 images in contoso-labs.")
    assert "debian-12-databases:1.0.0: missing in Azure" in labs(project, "status")
    project.up("--refresh")
    assert "debian-12-databases:1.0.0: ready in koreacentral, koreasouth" in labs(project, "status", code=0)


def test_a_lab_without_the_gallery(project: Project) -> None:
    project.arm("DELETE", ATTACHED)
    said(project, "A lab without the gallery", "Teachers see 0 of 8 images in contoso-labs.")
    assert "lab account contoso-labs in koreacentral has no gallery\n" in labs(project, "status")
    (planned,) = prompted(section(PAGE, "Before an update"))
    after = project.run("sh", "-c", f"{planned} --stack dev", check=False)
    assert (after.returncode, "Teachers see 8 of 8 images" in after.stdout) == (1, True)
    assert "This needs `sandbox/pulumi up --refresh --stack dev`." in flat(after.stdout)
    project.up("--refresh")
    assert "attached to lab account contoso-labs in koreacentral\n" in labs(project, "status", code=0)


def test_images_that_are_off_in_a_lab_plan(project: Project) -> None:
    key = "  labAccountServicePrincipalObjectId"
    plan = f"  labPlanId: {PLAN}\n  labPlanServicePrincipalObjectId: 0a000000-0000-0000-0000-000000000002\n"
    with project.edited("Pulumi.dev.yaml", (key, plan + key)):
        assert "All 8 images are hidden in contoso-plan" in labs(project, "teachers", "--planned")
        project.up()
        said(
            project,
            "Images that are off in a lab plan",
            "Teachers see 8 of 8 images in contoso-labs; teachers see 0 of 8 images in contoso-plan.",
        )
        for name in project.names(f"{GALLERY}/images", COMPUTE):
            project.arm("PATCH", f"{PLAN}/images/{name}?{PLANS}", {"properties": {"enabledState": "Enabled"}})
        for command in ("teachers", "status"):
            assert "Teachers see 8 of 8 images in contoso-labs and contoso-plan." in labs(project, command, code=0)
    project.up()
