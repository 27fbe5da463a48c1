"""A project made by `pulumi new`, and a program that a project elsewhere starts: docs/run/new-project.md."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.ids import REAL
from tests.support.page import commands, page, path_with_tools, prompted
from tests.support.project import ROOT, SNAPSHOTS, SUBSCRIPTION, Project
from tests.support.university import signed_in
from tools.repository import copy_repository

PAGE = "run/new-project.md"
ENVIRONMENTS = (".venv", "policies/.venv")
CATALOGUE = """\
images:
  own:
    os_type: Linux
    os_state: Generalized
    identifier: {publisher: contoso, offer: own, sku: one}
    versions:
      1.0.0:
        source: {snapshot: SOURCE}
        os_disk_size_gb: 32
"""
OWN = CATALOGUE.replace("SOURCE", f"{SNAPSHOTS}/debian-12-databases-100")
OWN_REAL = OWN.replace(SUBSCRIPTION, REAL)
STACK = f"""\
config:
  azure-native:subscriptionId: {SUBSCRIPTION}
  contoso-images:galleryName: contoso_lab_images
  contoso-images:resourceGroupName: galleries
  contoso-images:location: koreacentral
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean clone of the repository."""
    folder = tmp_path_factory.mktemp("template") / "lab-image-gallery"
    copy_repository(folder)
    return folder


@pytest.fixture(scope="module")
def made(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project that the page's second command makes of the clone."""
    return new_project(template, tmp_path_factory.mktemp("new"), "--yes")


def new_project(template: Path, folder: Path, option: str) -> Project:
    """The project that the command of the page with this option makes."""
    new = next(line for line in prompted(page(PAGE)) if option in line)
    project = Project(folder / "contoso-images")
    # The packages are there already, which is all that lies in the folder before.
    (project.path / "policies").mkdir(parents=True)
    (project.path / ".venv").symlink_to(ROOT / ".venv")
    line = re.sub(r"https://\S+", shlex.quote(str(template)), new)
    maker = Project(folder, {"LAB_SANDBOX_DIR": str(folder / "sandbox")})
    maker.run("sh", "-c", f"{line} --force", PATH=path_with_tools(Project(ROOT), folder / "tools"))
    (project.path / "policies" / ".venv").symlink_to(ROOT / "policies" / ".venv")
    return project


def modes(folder: Path) -> dict[str, bool]:
    """Each file of a folder, and whether it can be run."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".venv" not in path.relative_to(folder).parts)
    return {str(path.relative_to(folder)): path.stat().st_mode & 0o100 != 0 for path in files}


def images(preview: str) -> list[str]:
    """Names of the images in a preview's JSON."""
    states: list[dict[str, Any]] = [step["newState"] for step in json.loads(preview)["steps"]]
    return [state["inputs"]["image"] for state in states if state["type"] == "lab-image-gallery:index:LabImage"]


def test_the_copy_is_complete_and_its_commands_can_be_run(made: Project, template: Path) -> None:
    there = modes(made.path)
    assert {name: mode for name, mode in modes(template).items() if there.get(name) is not mode} == {}
    assert set(there) - set(modes(template)) == {"Pulumi.prod.yaml"}


def test_the_copy_has_the_name_and_the_answers(made: Project) -> None:
    project = yaml.safe_load(made.read("Pulumi.yaml"))
    assert project["name"] == "contoso-images"
    assert "template" not in project
    assert "# An object, for which the engine knows no properties" in made.read("Pulumi.yaml")
    config = yaml.safe_load(made.read("Pulumi.prod.yaml"))["config"]
    assert config == {
        "azure-native:subscriptionId": REAL,
        "contoso-images:resourceGroupName": "galleries",
        "contoso-images:galleryName": "contoso_lab_images",
        "contoso-images:location": "koreacentral",
    }


def test_the_template_asks_for_every_required_key() -> None:
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
    required = {key for key, entry in project["config"].items() if "default" not in entry}
    assert set(project["template"]["config"]) == required | {"azure-native:subscriptionId"}
    assert all("default" not in entry and entry["description"] for entry in project["template"]["config"].values())


def test_the_pages_commands_work_in_the_copy(made: Project) -> None:
    made.write("images.yaml", OWN_REAL)
    lines = prompted(page(PAGE))
    ran = lines[lines.index("cd contoso-images") + 1 : lines.index("make up") + 1]
    assert ran == ["git init --quiet", "./labs check", "make preview STACK=prod", "make up"]
    printed = {line: made.run("sh", "-c", line).stdout for line in ran}
    assert "images.yaml in stack prod, home region koreacentral:" in printed["./labs check"]
    assert "own:1.0.0" in printed["make preview STACK=prod"]
    assert "contoso_lab_images" in printed["make up"]
    gallery = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/galleries/providers/Microsoft.Compute/galleries"
    tags = made.arm("GET", f"{gallery}/contoso_lab_images?api-version=2024-03-03")["tags"]
    assert tags == {"lab-image-gallery": "contoso-images/dev"}
    status = made.run("sandbox/labs", "status", "--stack", "dev")
    assert "Not in" not in status.stdout


def test_a_stack_and_an_image_by_command(template: Path, tmp_path: Path) -> None:
    made = new_project(template, tmp_path, "--generate-only")
    lines = prompted(page(PAGE).split("\n## The name\n")[0])
    first = next(number for number, line in enumerate(lines) if "--generate-only" in line)
    change, *ran = lines[first + 1 :]
    assert (change, [line.split()[1] for line in ran]) == ("cd contoso-images", ["init", "add-image", "preview"])
    with signed_in(made) as azure:
        printed = [made.run("sh", "-c", line, check=True, **azure).stdout for line in ran[:-1]]
    assert printed[0].startswith("Pulumi.prod.yaml: written.")
    assert "contoso-images:galleryName: contoso_lab_images" in made.read("Pulumi.prod.yaml")
    assert "ubuntu-2204-python:1.0.0" in made.run("sh", "-c", ran[-1]).stdout


def test_the_selected_stack_is_remembered(made: Project) -> None:
    made.run("sandbox/pulumi", "stack", "select", "dev", "--non-interactive")
    status = made.run("sandbox/labs", "status", check=False)
    assert status.stderr.splitlines()[0] == "Stack dev, selected in the workspace."
    preview = made.run("sandbox/pulumi", "preview", "--json")
    assert "own" not in images(preview.stdout)
    refused = made.run("./labs", "status", "--stack", "dev", check=False)
    assert "use sandbox/labs instead of labs" in refused.stderr


def test_the_engine_refuses_a_folder_with_content(template: Path, tmp_path: Path) -> None:
    (tmp_path / "here" / "notes").mkdir(parents=True)
    refused = Project(tmp_path, {"LAB_SANDBOX_DIR": str(tmp_path / "sandbox")}).run(
        str(ROOT / "sandbox/pulumi"), "new", str(template), "--dir", "here", "--yes", check=False
    )
    assert "is not empty" in refused.stdout + refused.stderr


# --- The program in another folder


@pytest.fixture
def elsewhere(tmp_path: Path) -> Project:
    """The page's project beside a copy of the program, which has a catalogue and stacks of its own."""
    program = Project.copy_to(tmp_path / "lab-image-gallery")
    project = Project(tmp_path / "contoso-images")
    (project.path / "below").mkdir(parents=True)
    (described,) = re.findall(r"^```yaml\n(.*?)^```", page(PAGE), flags=re.MULTILINE | re.DOTALL)
    project.write("Pulumi.yaml", described)
    project.write("Pulumi.prod.yaml", STACK)
    project.write("images.yaml", OWN)
    program.write("images.yaml", "images: {wrong: true}\n")
    return project


def test_the_program_reads_the_projects_own_files(elsewhere: Project) -> None:
    check, preview = (line for line in commands(PAGE, "The program in another folder") if line.startswith("../"))
    assert "images.yaml in stack prod" in elsewhere.run("sh", "-c", check).stdout
    assert images(elsewhere.run("sh", "-c", f"{preview} --json").stdout) == ["own"]
    # In a folder below too, and through a link.
    link = elsewhere.path / "below" / "labs"
    link.symlink_to(elsewhere.path.parent / "lab-image-gallery" / "labs")
    below = Project(elsewhere.path / "below")
    assert "No problem in ../Pulumi.prod.yaml, ../images.yaml." in below.run("./labs", "check").stdout
    assert images(below.run("../../lab-image-gallery/sandbox/pulumi", "preview", "--json").stdout) == ["own"]
    # Another catalogue, and a real subscription, whose sources have placeholders.
    elsewhere.write("catalogues.yaml", OWN_REAL.replace("  own:", "  other:"))
    elsewhere.write("Pulumi.real.yaml", STACK.replace(SUBSCRIPTION, REAL) + "  catalog: catalogues.yaml\n")
    real = elsewhere.run("sh", "-c", f"{preview} --json".replace("prod", "real"))
    assert images(real.stdout) == ["other"]
    assert "as Pulumi.real.yaml and catalogues.yaml declare them" in real.stderr


def test_what_is_wrong_in_the_projects_own_files_is_named(elsewhere: Project) -> None:
    preview = ("../lab-image-gallery/sandbox/pulumi", "preview", "--stack", "prod")
    elsewhere.write("images.yaml", "images: [\n")
    refused = elsewhere.run(*preview, check=False)
    assert f"{elsewhere.path}/images.yaml:2: this is no valid YAML" in refused.stdout
    (elsewhere.path / "images.yaml").unlink()
    refused = elsewhere.run(*preview, check=False)
    assert f"{elsewhere.path}/images.yaml: there is no such file" in refused.stdout
    elsewhere.write("Pulumi.prod.yaml", STACK.replace("contoso-images:galleryName", "lab-image-gallery:galleryName"))
    refused = elsewhere.run(*preview, check=False)
    assert "contoso-images:galleryName: is missing" in refused.stdout
    check = elsewhere.run("../lab-image-gallery/labs", "check", "Pulumi.prod.yaml", check=False)
    assert "write contoso-images:galleryName" in check.stdout
