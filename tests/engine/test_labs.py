"""Lab accounts, a lab plan and a DevTest lab with one gallery, and the end of Lab Services, as the docs have it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.emulator.process.lease import lease
from tests.engine.small_project import small_project
from tests.support.emulator_client import Client
from tests.support.page import commands, path_with_tools
from tests.support.project import GALLERY, LAB_ACCOUNT, SUBSCRIPTION, Project

PLANS_PAGE = "publish/lab-plans.md"
PLANS, LABS, DEVTEST_LABS = "2023-06-07", "2019-01-01-preview", "2018-10-15-preview"
GROUPS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"
PLAN = f"{GROUPS}/labs/providers/Microsoft.LabServices/labPlans/contoso-plan"
OURS = f"{GROUPS}/galleries/providers/Microsoft.LabServices/labPlans/contoso-autumn"
DEVTEST = f"{GROUPS}/labs/providers/Microsoft.DevTestLab/labs/contoso-devtest"
OTHER_ACCOUNT = LAB_ACCOUNT.replace(SUBSCRIPTION, SUBSCRIPTION[:-1] + "2").replace("contoso", "fabrikam")
ONE_UPDATED = re.compile(r"Resources:\n +~ 1 updated\n +\d+ unchanged\n")
PRINCIPAL = "echo 0a000000-0000-0000-0000-000000000002"
ANSWERS: dict[str, Any] = {f"PULUMI_OPTION_{name}": "true" for name in ("YES", "NON_INTERACTIVE", "SKIP_PREVIEW")} | {
    "PULUMI_STACK": "dev"
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The small project, with one image enabled in lab plans and one disabled."""
    made = small_project(tmp_path / "project")
    for name, state in (("python", "true"), ("databases", "false")):
        made.edit("images.yaml", f"  {name}:\n", f"  {name}:\n    enabled_in_plan: {state}\n")
    return made


def run(project: Project, lines: list[str]) -> str:
    """Run commands as they stand; what they print. `pulumi` is the sandbox's, and the directory's answer is made up."""
    path = path_with_tools(project, project.path.parent / "tools", az=PRINCIPAL)
    ran = [project.run("sh", "-c", line, PATH=path, **ANSWERS) for line in lines]
    return "\n".join(each.stdout for each in ran)


def ask(project: Project, path: str, api_version: str, method: str = "GET", body: object = None) -> Any:
    """One answer of the project's pretend Azure, without the time that a command takes to start."""
    with lease(project.path / ".sandbox") as held:
        client = Client(held.endpoint)
        try:
            return client.send(method, f"{path}?api-version={api_version}", body).body
        finally:
            client.close()


def properties(project: Project, path: str) -> dict[str, Any]:
    found: dict[str, Any] = ask(project, path, PLANS)["properties"]
    return found


def switches(project: Project, plan: str) -> dict[str, str]:
    """The images that a plan has, each with its state."""
    listed = ask(project, f"{plan}/images", PLANS)["value"]
    return {entry["name"]: entry["properties"]["enabledState"] for entry in listed}


def attached(project: Project, lab: str, api_version: str = LABS) -> list[str]:
    return [entry["properties"]["galleryId"] for entry in ask(project, f"{lab}/sharedGalleries", api_version)["value"]]


def test_two_accounts_and_a_plan_share_the_gallery(project: Project) -> None:
    seeded = properties(project, PLAN)
    existing = commands(PLANS_PAGE, "A plan that exists")
    accounts = commands(PLANS_PAGE, "Several lab accounts")
    assert existing[-1] == accounts[-1] == "pulumi up"
    # In one update, and all at once: nothing of it depends on what was there.
    run(project, [*existing[:-1], *accounts])
    assert properties(project, PLAN) == seeded | {"sharedGalleryId": GALLERY}
    assert switches(project, PLAN) == {"python": "Enabled", "databases": "Disabled"}
    assert attached(project, LAB_ACCOUNT) == attached(project, OTHER_ACCOUNT) == [GALLERY]

    # Switched in the portal, and switched back; everything else is as it was.
    ask(project, f"{PLAN}/images/python", PLANS, "PATCH", {"properties": {"enabledState": "Disabled"}})
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
    refused = project.pulumi("preview", check=False)
    assert refused.returncode != 0
    assert "labs of lab-plan are made in japaneast" in " ".join(refused.stdout.split())

    project.pulumi("destroy", "--yes")
    assert properties(project, PLAN) == seeded
    assert attached(project, LAB_ACCOUNT) == attached(project, OTHER_ACCOUNT) == []
    assert ask(project, OURS, PLANS)["error"]["code"] == "ResourceNotFound"


def test_when_lab_services_is_gone_the_gallery_goes_on(project: Project) -> None:
    page = "run/after-lab-services.md"
    gone, back = (line for line in commands(page, "When Lab Services is gone") if line.startswith("sandbox/arm"))
    way_out = [line for line in commands(page, "When Lab Services is gone") if line.startswith("pulumi")]
    # A plan made by hand and taken over, protected as on a real stack; and an attachment that outlives Lab Services.
    ask(project, OURS, PLANS, "PUT", {"location": "koreacentral", "properties": {"allowedRegions": []}})
    project.edit("Pulumi.dev.yaml", "protect: false", "protect: true\n  lab-image-gallery:importExisting: true")
    set_plan = commands(PLANS_PAGE, "A plan that this stack makes")[1:-1]
    taken = run(project, [*set_plan, *commands(page, "Attach the gallery to DevTest Labs")])
    assert "1 imported" in taken
    assert properties(project, OURS)["supportInfo"] == {"email": "it@contoso.example"}
    assert attached(project, DEVTEST, DEVTEST_LABS) == [GALLERY]
    run(project, ["pulumi config rm importExisting"])

    run(project, [gone])
    stopped = project.up("--skip-preview", check=False)
    assert stopped.returncode != 0
    told = " ".join(stopped.stdout.split())
    assert f"{LAB_ACCOUNT}: its service no longer exists in Azure" in told
    assert "Take it out with `pulumi config rm labAccountIds`" in told
    assert "Take it out with `pulumi config rm labPlan`" in told

    printed = run(project, way_out)
    assert f"{LAB_ACCOUNT}/sharedGalleries/contoso_lab_images counts as gone" in printed
    assert f"{OURS}/images/python counts as gone" in printed
    images = ask(project, f"{GALLERY}/images", "2024-03-03")["value"]
    assert {each["name"] for each in images} == {"databases", "python"}
    assert attached(project, DEVTEST, DEVTEST_LABS) == [GALLERY]

    # What is protected is not deleted, but the stack comes to its end.
    run(project, ["pulumi state unprotect --all", "pulumi destroy"])
    assert attached(project, DEVTEST, DEVTEST_LABS) == []
    run(project, [back])
    assert properties(project, PLAN) == {"allowedRegions": ["koreacentral"], "provisioningState": "Succeeded"}
