"""Roles, a lock, soft delete and images of teachers, as docs/run/access.md and docs/run/destroy.md have them."""

from __future__ import annotations

from tests.support.page import as_written, page, prompted, section, shown
from tests.support.project import (
    CATALOGUE,
    COMPUTE,
    GALLERY,
    GROUP,
    LAB_ACCOUNT,
    LABS,
    SMALL_PUBLISHED,
    SNAPSHOTS,
    SUBSCRIPTION,
    Project,
)

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


class Page:
    """A page of the documentation, whose commands are run as they stand, on the dev stack."""

    def __init__(self, name: str, project: Project) -> None:
        self.text = page(name)
        self.project = project
        self.left = prompted(self.text)

    def run(self, heading: str) -> list[str]:
        """What each command after a heading prints."""
        return [self.one(line) for line in prompted(section(self.text, heading))]

    def one(self, line: str, *, check: bool = True) -> str:
        """What a command prints; it must fail without `check`."""
        self.left.remove(line)
        local = line.replace("11111111-2222-3333-4444-555555555555", SUBSCRIPTION)
        (printed,) = as_written(self.project, [local], check=check, az=AZ)
        return printed


def everything(project: Project) -> dict[str, list[str]]:
    """All that a destroy would delete, and what teachers made."""
    images = project.names(f"{GALLERY}/images", COMPUTE)
    return {
        **{image: project.names(f"{GALLERY}/images/{image}/versions", COMPUTE) for image in images},
        "attached": project.names(f"{LAB_ACCOUNT}/sharedGalleries", LABS),
        "locks": project.names(f"{GALLERY}/{AUTHORIZATION}/locks", "api-version=2020-05-01"),
        "roles": project.names(f"{GALLERY}/{AUTHORIZATION}/roleAssignments", "api-version=2022-04-01"),
    }


def test_access_is_given_and_a_stack_destroyed_as_documented(small: Project) -> None:
    project = small
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
    refused = project.refused("destroy", "--yes", "--skip-preview")
    assert "has soft delete on" in refused
    assert "images that this stack did not make" in refused
    assert everything(project) == before
    destroy.run("Soft delete")

    first, forget, *rest = prompted(section(destroy.text, "Images of others"))
    promised = shown(destroy.text).splitlines()
    printed = destroy.one(first, check=False)
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
    assert project.attached() == []


def forget_and_remember(destroy: Page, forget: str) -> None:
    """Take the way that ends without the stack, and go back to where it began."""
    project = destroy.project
    project.write("state.json", project.pulumi("stack", "export").stdout)
    with project.edited("Pulumi.dev.yaml"):
        assert "has been removed" in destroy.one(forget)
    project.pulumi("stack", "import", "--file", "state.json")


def give_and_lock(project: Project, access: Page) -> None:
    """All of docs/run/access.md, in its order."""
    access.run("Give somebody a role")
    assigned, changed = access.run("What else there is")
    assert "0a000000-0000-0000-0000-000000000003" in assigned
    assert assigned.count('"principalId"') == 2
    assert "write galleries/contoso_lab_images" in changed

    locking = prompted(section(access.text, "Keep everybody from deleting"))
    for line in locking[:2]:
        access.one(line)
    with project.edited(CATALOGUE, (OLD_VERSION, "")):
        assert "ScopeLocked" in project.refused_up()
        assert everything(project).items() >= SMALL_PUBLISHED.items()
    for line in locking[2:]:
        access.one(line)
    assert everything(project).items() >= (SMALL_PUBLISHED | {"locks": []}).items()
    project.edit(CATALOGUE, (OLD_VERSION, ""))
    project.up()
    assert everything(project)["python"] == ["1.1.0"]

    locked = "  lab-image-gallery:lock: {level: CanNotDelete, notes: until the end of term}\n"
    project.write("Pulumi.dev.yaml", project.read("Pulumi.dev.yaml") + locked)
    access.run("Get deleted versions back")
