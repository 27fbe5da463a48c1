"""Roles, a lock, soft delete and images of teachers, as docs/run/access.md and docs/run/destroy.md have them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sandbox.emulator.process.lease import lease
from tests.engine.small_project import PUBLISHED, SNAPSHOTS, small_project
from tests.support.page import page, path_with_tools, prompted, section, shown
from tests.support.pretend_azure import PretendAzure
from tests.support.project import COMPUTE, GALLERY, GROUP, LAB_ACCOUNT, LABS, SUBSCRIPTION, Project

AZ = 'exec sandbox/arm "$(echo "$3" | tr a-z A-Z)" "$5"'  # az rest --method METHOD --url URL
AUTHORIZATION = "providers/Microsoft.Authorization"
EXPORT = {
    "location": "koreacentral",
    "properties": {
        "osType": "Linux",
        "osState": "Specialized",
        "identifier": {"publisher": "teacher", "offer": "export", "sku": "one"},
    },
}
VERSION = {
    "location": "koreacentral",
    "properties": {
        "storageProfile": {"osDiskImage": {"source": {"id": f"{SNAPSHOTS}/debian-12-databases-100"}}},
        "publishingProfile": {"targetRegions": [{"name": "koreacentral"}]},
    },
}
BY_TEACHERS = {
    "biology-export": EXPORT,
    "biology-export/versions/1.0.0": VERSION,
    "python/versions/7.0.0": VERSION,
}
OLD_VERSION = f"      1.0.0: {{source: {{snapshot: {SNAPSHOTS}/ubuntu-2204-python-100}}}}\n"
# The engine's questions are answered with yes, and it does not preview what it then does.
ANSWERS = {"PULUMI_STACK": "dev", "PULUMI_OPTION_NON_INTERACTIVE": "true"}
AT_ONCE = {"PULUMI_OPTION_YES": "true", "PULUMI_OPTION_SKIP_PREVIEW": "true"}


class Page:
    """A page of the documentation, whose commands are run as they stand, on the dev stack."""

    def __init__(self, name: str, project: Project) -> None:
        self.text = page(name)
        self.project = project
        self.path = path_with_tools(project, project.path.parent / "tools", az=AZ)
        self.left = prompted(self.text)

    def run(self, heading: str) -> list[str]:
        """What each command after a heading prints."""
        return [self.one(line).stdout for line in prompted(section(self.text, heading))]

    def one(self, line: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        self.left.remove(line)
        local = line.replace("11111111-2222-3333-4444-555555555555", SUBSCRIPTION)
        answers = ANSWERS if "--preview-only" in line else ANSWERS | AT_ONCE
        ran = self.project.run("sh", "-c", local, check=check, PATH=self.path, **answers)
        assert check or ran.returncode != 0, ran.stdout
        return ran


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return small_project(tmp_path / "project")


def everything(project: Project) -> dict[str, list[str]]:
    """All that a destroy would delete, and what teachers made; asked without starting a command for each list."""
    with lease(project.path / ".sandbox") as held:
        azure = PretendAzure(held.endpoint)

        def names(path: str, api_version: str) -> list[str]:
            return sorted(entry["name"] for entry in azure.send("GET", f"{path}?{api_version}")["value"])

        images = names(f"{GALLERY}/images", COMPUTE)
        return {
            **{image: names(f"{GALLERY}/images/{image}/versions", COMPUTE) for image in images},
            "attached": names(f"{LAB_ACCOUNT}/sharedGalleries", LABS),
            "locks": names(f"{GALLERY}/{AUTHORIZATION}/locks", "api-version=2020-05-01"),
            "roles": names(f"{GALLERY}/{AUTHORIZATION}/roleAssignments", "api-version=2022-04-01"),
        }


def test_access_is_given_and_a_stack_destroyed_as_documented(project: Project) -> None:
    access, destroy = Page("run/access.md", project), Page("run/destroy.md", project)
    give_and_lock(project, access)
    for path, body in BY_TEACHERS.items():
        project.arm("PUT", f"{GALLERY}/images/{path}?{COMPUTE}", body)
    before = everything(project)
    assert before == {
        "biology-export": ["1.0.0"],
        "databases": ["1.0.0"],
        "python": ["1.1.0", "7.0.0"],
        "attached": ["contoso_lab_images"],
        "locks": ["lab-image-gallery"],
        "roles": before["roles"],
    }

    destroy.run("Protection")
    refused = project.pulumi("destroy", "--yes", "--skip-preview", check=False)
    assert "has soft delete on" in refused.stdout
    assert "images that this stack did not make" in refused.stdout
    assert everything(project) == before
    destroy.run("Soft delete")

    first, forget, *rest = prompted(section(destroy.text, "Images of others"))
    promised = shown(destroy.text).splitlines()
    printed = destroy.one(first, check=False).stdout
    assert promised[0] in printed
    listed = [line.strip() for line in printed.splitlines() if line.strip().startswith(GALLERY)]
    assert listed == [f"{GALLERY}/{line}" for line in promised[1:]]
    assert "soft delete" not in printed
    assert "Traceback" not in printed
    assert everything(project) == before

    forget_and_remember(destroy, forget)
    assert everything(project) == before
    for line in rest:
        destroy.one(line)
    destroy.run("The end")
    assert (access.left, destroy.left) == ([], [])
    assert project.listed(f"{GROUP}/resources", "api-version=2021-04-01") == []
    assert project.listed(f"{LAB_ACCOUNT}/sharedGalleries", LABS) == []


def forget_and_remember(destroy: Page, forget: str) -> None:
    """Take the way that ends without the stack, and go back to where it began."""
    stack, state = destroy.project.path / "Pulumi.dev.yaml", destroy.project.path.parent / "state.json"
    config = stack.read_text(encoding="utf-8")
    state.write_text(destroy.project.pulumi("stack", "export").stdout, encoding="utf-8")
    assert "has been removed" in destroy.one(forget).stdout
    stack.write_text(config, encoding="utf-8")
    destroy.project.pulumi("stack", "import", "--file", str(state))


def give_and_lock(project: Project, access: Page) -> None:
    """All of docs/run/access.md, in its order."""
    access.run("Give somebody a role")
    (assigned,) = access.run("What else there is")
    assert "0a000000-0000-0000-0000-000000000003" in assigned
    assert assigned.count('"principalId"') == 2

    locking = prompted(section(access.text, "Keep everybody from deleting"))
    for line in locking[:2]:
        access.one(line)
    catalogue = project.path / "images.yaml"
    whole = catalogue.read_text(encoding="utf-8")
    project.edit("images.yaml", OLD_VERSION, "")
    refused = project.up("--skip-preview", check=False)
    assert "ScopeLocked" in refused.stdout
    assert everything(project).items() >= PUBLISHED.items()
    catalogue.write_text(whole, encoding="utf-8")
    for line in locking[2:]:
        access.one(line)
    assert everything(project).items() >= (PUBLISHED | {"locks": []}).items()
    project.edit("images.yaml", OLD_VERSION, "")
    project.up("--skip-preview")
    assert everything(project)["python"] == ["1.1.0"]

    stack = project.path / "Pulumi.dev.yaml"
    locked = "  lab-image-gallery:lock: {level: CanNotDelete, notes: until the end of term}\n"
    stack.write_text(stack.read_text(encoding="utf-8") + locked, encoding="utf-8")
    access.run("Get deleted versions back")
