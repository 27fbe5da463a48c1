"""The Pulumi project that a folder belongs to, and stack files of a project with a name of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.files.diagnostic import InvalidFile
from catalog.stacks.project import Project, find_project
from catalog.stacks.stack_file import Stack, read_stack
from tests.support.project import SUBSCRIPTION

NAMES = st.from_regex(r"[A-Za-z0-9_.-]{1,100}", fullmatch=True)
STACK = f"""\
config:
  azure-native:subscriptionId: {SUBSCRIPTION}
  NAMESPACE:galleryName: images
  NAMESPACE:resourceGroupName: galleries
  NAMESPACE:location: koreacentral
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def problems_of_project(start: str = ".") -> str:
    with pytest.raises(InvalidFile) as caught:
        find_project(Path(start))
    return str(caught.value)


def stack(namespace: str, *, project: str = "contoso-images", more: str = "") -> Stack:
    write("Pulumi.yaml", f"name: {project}\n")
    write("Pulumi.prod.yaml", STACK.replace("NAMESPACE:", f"{namespace}:" if namespace else "") + more)
    return read_stack(Path("Pulumi.prod.yaml"))


@pytest.mark.usefixtures("folder")
def test_the_nearest_project_upwards_is_the_one() -> None:
    write("Pulumi.yaml", "name: outer\n")
    write("a/inner/Pulumi.yaml", "name: inner\n")
    write("a/inner/b/c/images.yaml", "")
    assert find_project(Path()) == Project("outer", Path(), Path())
    assert find_project(Path("a")) == Project("outer", Path("a/.."), Path("a/.."))
    assert find_project(Path("a/inner")) == Project("inner", Path("a/inner"), Path("a/inner"))
    os.chdir("a/inner/b/c")
    assert find_project(Path()) == Project("inner", Path("../.."), Path("../.."))


@pytest.mark.usefixtures("folder")
def test_no_project() -> None:
    assert find_project(Path()) is None


@pytest.mark.usefixtures("folder")
def test_a_folder_with_the_files_name_is_no_project() -> None:
    Path("Pulumi.yaml").mkdir()
    assert find_project(Path()) is None


@pytest.mark.usefixtures("folder")
def test_stack_files_lie_where_the_project_says() -> None:
    write("Pulumi.yaml", "name: contoso-images\nstackConfigDir: stacks\n")
    write("stacks/Pulumi.prod.yaml", STACK.replace("NAMESPACE", "contoso-images") + "  catalog: labs.yaml\n")
    project = find_project(Path())
    assert project is not None
    assert project.stack_files() == [project.stack_file("prod")] == [Path("stacks/Pulumi.prod.yaml")]
    found = read_stack(project.stack_file("prod"))
    assert found.catalogue is not None
    assert (found.diagnostics, found.catalogue.resolve()) == ((), Path("labs.yaml").absolute())


RULE = "1 to 100 letters, digits, hyphens, underscores and full stops"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Pulumi.yaml: the file is empty; write at least: name:"),
        (
            "runtime: python\n",
            f"Pulumi.yaml:1: name: the project has no name, so no stack can be used; write name: ({RULE})",
        ),
        ("- a\n", f"Pulumi.yaml:1: name: the project has no name, so no stack can be used; write name: ({RULE})"),
        ("name: 12\n", f"Pulumi.yaml:1: name: 12 is no name of a project: {RULE}"),
        ("a: 1\nname: lab images\n", f'Pulumi.yaml:2: name: "lab images" is no name of a project: {RULE}'),
        ('name: "a:b\\e[1m"\n', f'Pulumi.yaml:1: name: "a:b\\x1b[1m" is no name of a project: {RULE}'),
        (f"name: {'a' * 101}\n", f'Pulumi.yaml:1: name: "{"a" * 60}…" is no name of a project: {RULE}'),
    ],
)
def test_a_project_file_that_is_wrong(text: str, message: str) -> None:
    write("Pulumi.yaml", text)
    assert problems_of_project() == message
    write("Pulumi.prod.yaml", STACK)
    assert list(map(str, read_stack(Path("Pulumi.prod.yaml")).diagnostics)) == [message]


@pytest.mark.usefixtures("folder")
def test_a_project_file_that_is_no_yaml() -> None:
    write("Pulumi.yaml", "name: [\n")
    write("below/images.yaml", "")
    os.chdir("below")
    assert problems_of_project().startswith("../Pulumi.yaml:2: this is no valid YAML")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["Pulumi.json", "Pulumi.yml"])
def test_another_form_of_the_project_file(name: str) -> None:
    write(name, '{"name": "contoso-images"}')
    assert problems_of_project() == (
        f"{name}: only Pulumi.yaml and Pulumi.<stack>.yaml are read here; rename the file to Pulumi.yaml"
    )


@pytest.mark.usefixtures("folder")
def test_a_stack_file_without_a_project() -> None:
    write("Pulumi.prod.yaml", STACK)
    (problem,) = read_stack(Path("Pulumi.prod.yaml")).diagnostics
    message = "there is no Pulumi.yaml in its folder or above it, so it belongs to no project; move it to one"
    assert str(problem) == f"Pulumi.prod.yaml: {message}"


def test_a_stack_file_outside_is_one_of_the_current_project(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    write("Pulumi.yaml", "name: contoso-images\n")
    outside = tmp_path_factory.mktemp("outside") / "Pulumi.prod.yaml"
    outside.write_text(STACK.replace("NAMESPACE", "contoso-images"), encoding="utf-8")
    found = read_stack(outside)
    assert found.catalogue is not None
    assert (found.diagnostics, found.catalogue.resolve()) == ((), folder / "images.yaml")


# --- A project with a name of its own


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("namespace", ["contoso-images", ""])
def test_the_projects_name_is_the_namespace_of_its_keys(namespace: str) -> None:
    found = stack(namespace)
    assert found.diagnostics == ()
    assert found.settings is not None
    assert found.settings.owner_tag == ("lab-image-gallery", "contoso-images/prod")


@pytest.mark.usefixtures("folder")
def test_problems_name_the_projects_own_keys() -> None:
    found = stack("contoso.images", project="contoso.images", more="  contoso.images:protect: maybe\n")
    (problem,) = found.diagnostics
    assert (problem.line, problem.key) == (6, "contoso.images:protect")
    assert "pulumi config set protect true" in problem.message


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("earlier", ["lab-image-gallery", "contoso-labs"])
def test_keys_of_an_earlier_name_of_the_project(earlier: str) -> None:
    found = stack(earlier, more="  aws:region: eu-west-1\n")
    assert list(map(str, found.diagnostics)) == [
        f"Pulumi.prod.yaml:{line}: {earlier}:{key}: the project's name is contoso-images, so nobody reads this key; "
        f"write contoso-images:{key}"
        for line, key in enumerate(("galleryName", "resourceGroupName", "location"), start=3)
    ]


@pytest.mark.usefixtures("folder")
def test_keys_of_other_programs_are_left_alone() -> None:
    assert stack("contoso-images", more="  other:location: here\n  other:tags: {a: b}\n").diagnostics == ()


@given(name=NAMES)
def test_any_name_that_the_engine_accepts_is_a_namespace(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("project")
    (folder / "Pulumi.yaml").write_text(f'name: "{name}"\n', encoding="utf-8")
    file = folder / "Pulumi.prod.yaml"
    file.write_text(STACK.replace("NAMESPACE", name), encoding="utf-8")
    found = read_stack(file)
    assert found.settings is not None, found.diagnostics
    assert found.project == Project(name, folder, folder)
