"""A gallery that a program of others composes of its parts, on the real engine."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from components.package.parts import PARTS
from tests.support import ids
from tests.support.page import page, section
from tests.support.program import IMAGE, Program
from tests.support.project import COMPUTE, GALLERY, SNAPSHOTS, Project

WHERE = {"galleryName": "contoso_lab_images", "resourceGroupName": "galleries", "location": "koreacentral"}
IN_GALLERY = {**WHERE, "galleryId": "${gallery.galleryId}"}
DEVTEST = f"{ids.GROUPS}/labs/providers/Microsoft.DevTestLab/labs/contoso-devtest"
PLAN = {"name": "composed"}
LARGE = {"source": {"snapshot": f"{SNAPSHOTS}/too-large-gis"}}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy in whose sandbox the programs run; each test leaves it without a gallery."""
    return Project.copy_to(tmp_path_factory.mktemp("composed") / "project")


def part(name: str, arguments: Mapping[str, Any], *after: str) -> dict[str, Any]:
    """A resource of a program in YAML: a part, after others."""
    entry: dict[str, Any] = {"type": f"lab-image-gallery:{name}", "properties": copy.deepcopy(dict(arguments))}
    return {**entry, "options": {"dependsOn": [f"${{{each}}}" for each in after]}} if after else entry


def gallery(**changed: Any) -> dict[str, Any]:
    return part("Gallery", {**WHERE, "protect": False, **changed})


def image(name: str = "python", definition: object = IMAGE, **changed: Any) -> dict[str, Any]:
    return part("LabImage", {**IN_GALLERY, "protect": False, "image": name, "definition": definition, **changed})


def attachment(images: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    arguments = {**IN_GALLERY, "labAccountId": ids.LAB_ACCOUNT, "images": dict(images), **changed}
    return part("LabAccountAttachment", arguments, "python")


def lab_plan(images: Mapping[str, Any]) -> dict[str, Any]:
    arguments = {**IN_GALLERY, "labPlan": PLAN, "labAccountIds": [ids.LAB_ACCOUNT], "protect": False}
    return part("LabPlan", {**arguments, "images": dict(images)}, "python")


def guard(*after: str) -> dict[str, Any]:
    return part("GalleryGuard", {"galleryId": "${gallery.galleryId}"}, *after)


def test_it_is_published_once_and_nothing_is_destroyed_with_what_others_made(project: Project) -> None:
    parts = {
        "gallery": gallery(),
        "python": image(labAccountIds=[ids.LAB_ACCOUNT], labPlan=PLAN),
        "attachment": attachment({"python": IMAGE}, labPlan=PLAN),
        "devtest": part("DevTestAttachment", {**IN_GALLERY, "devTestLabId": DEVTEST}, "python"),
        "plan": lab_plan({"python": {**IMAGE, "enabled_in_plan": True}}),
    }
    program = Program.of_resources(project, {**parts, "guard": guard(*parts)})
    steps = program.steps()
    assert {("create", kind) for kind in PARTS} <= set(steps)
    assert [kind for _, kind in steps].count("pulumi:providers:azure-native") == 1
    program.up()
    assert (project.published(), project.attached()) == ({"python": ["1.0.0"]}, [GALLERY])
    assert project.arm("GET", f"{GALLERY}?{COMPUTE}")["tags"]["lab-image-gallery"] == "university/dev"
    program.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")

    theirs, path = {"source": {"id": f"{SNAPSHOTS}/ubuntu-2204-python-100"}}, f"{GALLERY}/images/python/versions/7.0.0"
    body = {"location": "koreacentral", "properties": {"storageProfile": {"osDiskImage": theirs}}}
    project.arm("PUT", f"{path}?{COMPUTE}", body)
    without = Program.of_resources(project, {"gallery": gallery(), "guard": guard("gallery")})
    refused = without.refused("up", "--yes", "--skip-preview")
    assert "DestroyGuard (destroy-guard:python)" in refused
    assert "/images/python/versions/7.0.0" in refused
    assert project.names(f"{GALLERY}/images/python/versions", COMPUTE) == ["1.0.0", "7.0.0"]
    project.arm("DELETE", f"{path}?{COMPUTE}")
    program = Program.of_resources(project, {**parts, "guard": guard(*parts)})
    program.up()

    identifier = {"publisher": "teacher", "offer": "gis", "sku": "own"}
    properties = {"osType": "Linux", "osState": "Specialized", "identifier": identifier}
    own = f"{GALLERY}/images/Teacher_GIS?{COMPUTE}"
    project.arm("PUT", own, {"location": "koreacentral", "properties": properties})
    assert "has images that this stack did not make" in program.refused("destroy", "--yes", "--skip-preview")
    assert (project.published()["python"], project.attached()) == (["1.0.0"], [GALLERY])
    project.arm("DELETE", own)
    before = len(project.requests())
    program.pulumi("destroy", "--yes", "--skip-preview")
    deleted = [entry["path"].partition("?")[0] for entry in project.requests()[before:] if entry["method"] == "DELETE"]
    assert {path.rpartition("/")[2] for path in deleted[:3]} == {"contoso_lab_images", "composed"}
    assert deleted[3:] == [f"{GALLERY}/images/python/versions/1.0.0", f"{GALLERY}/images/python", GALLERY]


def test_the_example_publishes_and_is_deleted(project: Project) -> None:
    text = section(page("publish/components.md"), "Compose it yourself")
    (block,) = re.findall(r"^```sh\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    up, destroy = block.splitlines()
    example = Program(project, "examples/components-composed")
    project.run("sh", "-c", up)
    assert list(json.loads(example.pulumi("stack", "output", "versions").stdout)) == ["1.0.0"]
    assert "12 deleted" in project.run("sh", "-c", destroy).stdout


def test_policies_judge_each_part(project: Project) -> None:
    """The source has 256 GB."""
    large = {**copy.deepcopy(dict(IMAGE)), "os_type": "Windows", "versions": {"1.0.0": LARGE}}
    program = Program.of_resources(project, {"gallery": gallery(), "python": image(definition=large)})
    assert "image-os-disk-below-128-gb" in program.refused()


def test_every_mistake_is_told_by_its_path(project: Project) -> None:
    wrong = {**copy.deepcopy(dict(IMAGE)), "os_type": "linux"}
    refused = Program.of_resources(project, {"gallery": gallery(), "python": image(definition=wrong)}).refused()
    assert 'LabImage: definition.os_type: must be Linux or Windows, not "linux"; write Linux' in refused
    lab = {"python": image(), "attachment": attachment({}, labAccountId="contoso-labs", location="korea")}
    refused = Program.of_resources(project, {"gallery": gallery(), **lab}).refused()
    assert "labAccountId: " in refused
    assert "location: " in refused
    other = {"python": image(), "attachment": attachment({"python": IMAGE}, targetRegions="home")}
    refused = Program.of_resources(project, {"gallery": gallery(), **other}).refused()
    assert "images.python.versions.1.0.0: goes to koreacentral by these arguments, and to koreacentral, k" in refused
    other = {"python": image(), "attachment": attachment({})}
    refused = Program.of_resources(project, {"gallery": gallery(), **other}).refused()
    assert "images: lacks python, which a LabImage of this stack declares" in refused
    elsewhere = image(galleryName="another", galleryId=GALLERY)
    refused = Program.of_resources(project, {"gallery": gallery(), "python": elsewhere}).refused()
    assert f"galleryId: is {GALLERY}, and galleryName" in refused


def test_one_object_has_one_component(project: Project) -> None:
    parts = {"gallery": gallery(), "python": image(), "twin": image("Python")}
    assert "this stack has another LabImage already for" in Program.of_resources(project, parts).refused()
    whole = part("LabImageGallery", {**WHERE, "images": {}}, "gallery")
    assert (
        "this stack has a Gallery already"
        in Program.of_resources(project, {"gallery": gallery(), "whole": whole}).refused()
    )
