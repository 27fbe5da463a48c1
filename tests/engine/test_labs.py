"""Lab accounts, a lab plan and a DevTest lab with one gallery, and the end of Lab Services, as the docs have it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.page import as_written, commands
from tests.support.project import CATALOGUE, COMPUTE, GALLERY, LAB_ACCOUNT, SUBSCRIPTION, Project

PLANS_PAGE = "publish/lab-plans.md"
PLANS, DEVTEST_LABS = "api-version=2023-06-07", "api-version=2018-10-15-preview"
GROUPS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"
PLAN = f"{GROUPS}/labs/providers/Microsoft.LabServices/labPlans/contoso-plan"
OURS = f"{GROUPS}/galleries/providers/Microsoft.LabServices/labPlans/contoso-autumn"
DEVTEST = f"{GROUPS}/labs/providers/Microsoft.DevTestLab/labs/contoso-devtest"
OTHER_ACCOUNT = LAB_ACCOUNT.replace(SUBSCRIPTION, SUBSCRIPTION[:-1] + "2").replace("contoso", "fabrikam")
ONE_UPDATED = re.compile(r"Resources:\n +~ 1 updated\n +\d+ unchanged\n")
PRINCIPAL = "echo 0a000000-0000-0000-0000-000000000002"


@pytest.fixture
def project(small: Project) -> Project:
    """The small project, with one image enabled in lab plans and one disabled."""
    for name, state in (("python", "true"), ("databases", "false")):
        small.edit(CATALOGUE, (f"  {name}:\n", f"  {name}:\n    enabled_in_plan: {state}\n"))
    return small


def run(project: Project, lines: list[str]) -> str:
    """What commands print, run as they stand; the answer of the directory is made up."""
    return "\n".join(as_written(project, lines, az=PRINCIPAL))


def properties(project: Project, path: str) -> dict[str, Any]:
    found: dict[str, Any] = project.arm("GET", f"{path}?{PLANS}")["properties"]
    return found


def switches(project: Project, plan: str) -> dict[str, str]:
    """The images of galleries that a plan has, each with its state; one that nobody switched has none."""
    listed = {entry["name"]: entry["properties"] for entry in project.listed(f"{plan}/images", PLANS)}
    return {name: shown.get("enabledState", "") for name, shown in listed.items() if "sharedGalleryId" in shown}


def test_two_accounts_and_a_plan_share_the_gallery(project: Project) -> None:
    seeded = properties(project, PLAN)
    existing = commands(PLANS_PAGE, "A plan that exists")
    accounts = commands(PLANS_PAGE, "Several lab accounts")
    assert existing[-1] == accounts[-1] == "pulumi up"
    # In one update, and all at once: nothing of it depends on what was there.
    run(project, [*existing[:-1], *accounts])
    assert properties(project, PLAN) == seeded | {"sharedGalleryId": GALLERY}
    assert switches(project, PLAN) == {"python": "Enabled", "databases": "Disabled"}
    assert project.attached() == project.attached(OTHER_ACCOUNT) == [GALLERY]

    # Switched in the portal, and switched back; everything else is as it was.
    project.arm("PATCH", f"{PLAN}/images/python?{PLANS}", {"properties": {"enabledState": "Disabled"}})
    again = run(project, ["pulumi up --refresh"])
    assert "~  pulumi-python:dynamic/lab-image-gallery:ArmObject lab-plan:python" in again
    assert ONE_UPDATED.search(again), again
    assert switches(project, PLAN) == {"python": "Enabled", "databases": "Disabled"}

    # A plan of the stack's own takes the place of the other one, which gets back what it had.
    run(project, commands(PLANS_PAGE, "A plan that this stack makes"))
    assert properties(project, PLAN) == seeded
    ours = properties(project, OURS)
    assert (ours["sharedGalleryId"], ours["allowedRegions"]) == (GALLERY, ["koreacentral"])
    assert ours["supportInfo"] == {"email": "it@contoso.example"}
    assert switches(project, OURS) == {"python": "Enabled", "databases": "Disabled"}
    assert project.steps() == []

    # Labs in a region without replicas are refused before anything is touched.
    run(project, ["pulumi config set --path 'labPlan.allowedRegions[0]' japaneast"])
    assert "labs of lab-plan are made in japaneast" in " ".join(project.refused("preview").split())

    project.pulumi("destroy", "--yes")
    assert properties(project, PLAN) == seeded
    assert project.attached() == project.attached(OTHER_ACCOUNT) == []
    assert project.arm("GET", f"{OURS}?{PLANS}", check=False)["title"] == "Not Found"


def test_when_lab_services_is_gone_the_gallery_goes_on(project: Project) -> None:
    page = "run/after-lab-services.md"
    gone, back = (line for line in commands(page, "When Lab Services is gone") if line.startswith("sandbox/arm"))
    way_out = [line for line in commands(page, "When Lab Services is gone") if line.startswith("pulumi")]
    # A plan made by hand and taken over, protected as on a real stack; and an attachment that outlives Lab Services.
    project.arm("PUT", f"{OURS}?{PLANS}", {"location": "koreacentral", "properties": {"allowedRegions": []}})
    project.edit("Pulumi.dev.yaml", ("protect: false", "protect: true\n  lab-image-gallery:importExisting: true"))
    set_plan = commands(PLANS_PAGE, "A plan that this stack makes")[1:-1]
    taken = run(project, [*set_plan, *commands(page, "Attach the gallery to DevTest Labs")])
    assert "1 imported" in taken
    assert properties(project, OURS)["supportInfo"] == {"email": "it@contoso.example"}
    assert project.attached(DEVTEST, DEVTEST_LABS) == [GALLERY]
    run(project, ["pulumi config rm importExisting"])

    run(project, [gone])
    stopped = " ".join(project.refused_up().split())
    assert f"{LAB_ACCOUNT}: its service no longer exists in Azure" in stopped
    assert "Take it out with `sandbox/pulumi config rm labAccountIds --stack dev`" in stopped
    assert "Take it out with `sandbox/pulumi config rm labPlan --stack dev`" in stopped

    printed = run(project, way_out)
    assert f"{LAB_ACCOUNT}/sharedGalleries/contoso_lab_images counts as gone" in printed
    assert f"{OURS}/images/python counts as gone" in printed
    assert project.names(f"{GALLERY}/images", COMPUTE) == ["databases", "python"]
    assert project.attached(DEVTEST, DEVTEST_LABS) == [GALLERY]

    # What is protected is not deleted, but the stack comes to its end.
    run(project, ["pulumi state unprotect --all", "pulumi destroy"])
    assert project.attached(DEVTEST, DEVTEST_LABS) == []
    run(project, [back])
    assert properties(project, PLAN) == {"allowedRegions": ["koreacentral"], "provisioningState": "Succeeded"}
