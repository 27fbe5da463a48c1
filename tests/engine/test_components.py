"""The package in programs of others, on the real engine: published, unchanged, taken over from the program, refused."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.page import page, section
from tests.support.program import ARGUMENTS, IMAGE, Program
from tests.support.project import COMPUTE, GALLERY, SMALL_PUBLISHED, SNAPSHOTS, Project
from tools import sdk

COMPONENT = "lab-image-gallery:index:LabImageGallery"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy in whose sandbox programs of others run; each test leaves it without a gallery."""
    return Project.copy_to(tmp_path_factory.mktemp("components") / "project")


def with_image(**changed: Any) -> dict[str, Any]:
    """The arguments with an image in which some keys are other ones."""
    return {**copy.deepcopy(dict(ARGUMENTS)), "images": {"python": {**copy.deepcopy(dict(IMAGE)), **changed}}}


def test_it_publishes_once_and_is_not_destroyed_with_what_others_made(tmp_path: Path) -> None:
    project = Project.copy_to(tmp_path / "project")
    program = Program.in_yaml(project, ARGUMENTS)
    assert ("create", COMPONENT) in program.steps()
    program.up()
    assert project.published() == {"python": ["1.0.0"]}
    outputs = json.loads(program.pulumi("stack", "output", "--json").stdout)
    assert outputs == {"galleryId": GALLERY}
    assert project.arm("GET", f"{GALLERY}?{COMPUTE}")["tags"]["lab-image-gallery"] == "university/dev"
    program.pulumi("preview", "--expect-no-changes")
    program.pulumi("refresh", "--preview-only", "--expect-no-changes")

    identifier = {"publisher": "teacher", "offer": "gis", "sku": "own"}
    properties = {"osType": "Linux", "osState": "Specialized", "identifier": identifier}
    body = {"location": "koreacentral", "properties": properties}
    project.arm("PUT", f"{GALLERY}/images/Teacher_GIS?{COMPUTE}", body)
    refused = program.refused("destroy", "--yes", "--skip-preview")
    assert "has images that this stack did not make" in refused
    assert project.published()["python"] == ["1.0.0"]


def test_a_stack_of_the_program_moves_to_the_component_and_nothing_in_azure_changes(small_up: Project) -> None:
    project = small_up
    settings = yaml.safe_load(project.read("Pulumi.dev.yaml"))["config"]
    del settings["azure-native:subscriptionId"]
    program = Program.in_yaml(project, {**settings, "catalog": "../sandbox/images.yaml"}, name="lab-image-gallery")
    assert program.steps() == [("create", COMPONENT)]
    before = len(project.requests())
    program.up()
    written = {entry["path"] for entry in project.requests()[before:] if entry["method"] != "GET"}
    assert written == set()
    program.pulumi("preview", "--expect-no-changes")
    assert project.published() == SMALL_PUBLISHED
    program.pulumi("destroy", "--yes", "--skip-preview")
    assert project.attached() == []


def test_policies_judge_what_the_component_declares(project: Project) -> None:
    large = {"source": {"snapshot": f"{SNAPSHOTS}/too-large-gis"}}
    program = Program.in_yaml(project, with_image(os_type="Windows", versions={"1.0.0": large}))
    assert "image-os-disk-below-128-gb" in program.refused()


def test_every_mistake_is_told_at_once_by_its_path(project: Project) -> None:
    """A property that the schema does not have is the program's own language's to tell."""
    wrong = with_image(os_type="linux", versions={"1.0": IMAGE["versions"]["1.0.0"]})
    program = Program.in_yaml(project, {**wrong, "location": "korea", "galleryName": "contoso-images"})
    refused = program.refused()
    assert 'galleryName: "contoso-images" is no gallery name' in refused
    assert "location: " in refused
    refused = Program.in_yaml(project, wrong).refused()
    assert 'LabImageGallery: images.python.os_type: must be Linux or Windows, not "linux"; write Linux' in refused
    assert "LabImageGallery: images.python.versions.1.0: " in refused


def test_a_file_and_an_inline_catalogue_are_one_too_many(project: Project) -> None:
    program = Program.in_yaml(project, {**ARGUMENTS, "catalog": "images.yaml"})
    assert "images: catalog names a file with it already; keep one" in program.refused()


def test_an_argument_that_is_not_known_yet_is_named_and_not_guessed(project: Project) -> None:
    group = {
        "type": "azure-native:resources:ResourceGroup",
        "properties": {"resourceGroupName": "made-here", "location": "koreacentral"},
    }
    program = Program.in_yaml(project, {**ARGUMENTS, "resourceGroupName": "${group.name}"}, group=group)
    assert "resourceGroupName: is not known before an update" in program.refused()


def test_a_secret_is_not_written_in_plain_text(project: Project) -> None:
    program = Program.in_yaml(project, {**ARGUMENTS, "galleryName": {"fn::secret": "contoso_lab_images"}})
    refused = program.refused()
    assert "galleryName: is a secret" in refused
    assert "contoso_lab_images" not in refused


def test_a_stack_has_one_component(project: Project) -> None:
    second = {"type": "lab-image-gallery:LabImageGallery", "properties": {**ARGUMENTS, "galleryName": "second"}}
    program = Program.in_yaml(project, ARGUMENTS, second=second)
    assert "this stack has another LabImageGallery already" in program.refused()


def test_a_program_that_declares_the_gallery_itself_is_its_only_owner(tmp_path: Path) -> None:
    project = Project.small(tmp_path / "project")
    declared = f"\n\npulumi.ComponentResource({COMPONENT!r}, 'gallery', {dict(ARGUMENTS)!r}, remote=True)\n"
    project.write("__main__.py", project.read("__main__.py") + declared)
    project.edit("Pulumi.yaml", ("\nruntime:\n", "\npackages: {lab-image-gallery: .}\nruntime:\n"))
    preview = project.pulumi("preview", check=False)  # the SDK may print a traceback, too, as the engine stops it
    assert preview.returncode != 0
    assert "the program declares the gallery itself" in preview.stdout


def test_the_commands_of_the_page_run_the_example_in_yaml(project: Project) -> None:
    text = section(page("publish/components.md"), "In the sandbox")
    (block,) = re.findall(r"^```sh\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    printed = [project.run("sh", "-c", command).stdout for command in block.splitlines()]
    assert len(printed) == 4
    assert "11 to create" in printed[0]
    assert printed[2].strip() == GALLERY.replace("contoso_lab_images", "contoso_university_images")
    assert "11 deleted" in printed[3]


def test_the_example_in_python_publishes_with_generated_code(project: Project, tmp_path: Path) -> None:
    sdk.write("python", tmp_path)
    # What an installation by pip leaves, which the generated code asks for its version.
    metadata = tmp_path / "pulumi_lab_image_gallery-0.0.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: pulumi_lab_image_gallery\nVersion: 0.0.0\n")
    example = Program(project, "examples/components-python")
    example.pulumi("up", "--yes", "--skip-preview", PYTHONPATH=str(tmp_path))
    outputs = json.loads(example.pulumi("stack", "output", "--json").stdout)
    assert outputs["latest"] == {"ubuntu-2204-python": "1.0.0"}
    example.pulumi("preview", "--expect-no-changes", PYTHONPATH=str(tmp_path))
    example.pulumi("destroy", "--yes", "--skip-preview")
