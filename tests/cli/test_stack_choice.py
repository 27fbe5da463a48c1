"""Which stack a command works on: the choice as a function, the workspace's file, and what commands say."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.stacks.project import Project
from cli.stack_choice import Selection, StackChoice, StackChoiceError, choose_stack, selected_stack
from sandbox.emulator.process.lease import lease
from tests.support.builders import SNAPSHOT
from tests.support.commands import run_labs
from tests.support.project import SUBSCRIPTION

PROJECT = "contoso-images"
NAMES = st.from_regex(r"[A-Za-z0-9_.-]{1,20}", fullmatch=True)
FORMS = st.sampled_from(("{}", "contoso/{}", f"contoso/{PROJECT}/{{}}"))
BACKEND = "https://api.pulumi.com"


def refusal(files: tuple[str, ...] = ("dev", "prod"), **given: object) -> str:
    with pytest.raises(StackChoiceError) as caught:
        choose_stack(project=PROJECT, files=files, **given)  # type: ignore[arg-type]
    return str(caught.value)


# --- The choice

INPUTS = {
    "option": st.none() | NAMES,
    "variable": st.none() | st.just("") | NAMES,
    "remembered": st.none() | NAMES,
    "files": st.lists(NAMES, max_size=4, unique=True),
}


@given(form=FORMS, **INPUTS)
def test_the_first_that_names_a_stack_decides(
    form: str, option: str | None, variable: str | None, remembered: str | None, files: list[str]
) -> None:
    selection = Selection("workspace.json", stacks={BACKEND: form.format(remembered)} if remembered else {})
    named = option or variable or (remembered if variable is None else None)
    expected = named or (files[0] if len(files) == 1 else None)
    option, variable = (form.format(name) if name else name for name in (option, variable))
    if expected is None or expected not in files:
        message = refusal(tuple(files), option=option, variable=variable, selection=selection)
        assert all(f"--stack {file}" in message for file in files)
    else:
        choice = choose_stack(project=PROJECT, files=files, option=option, variable=variable, selection=selection)
        assert choice.name == expected
        remembered_where = variable or (remembered if variable is None else None)
        assert bool(choice.reason) is (option is None and bool(remembered_where))


@given(
    variable=st.sampled_from((None, "")), remembered=NAMES, files=st.lists(NAMES, min_size=2, max_size=4, unique=True)
)
def test_a_stack_that_is_named_by_nobody_is_never_guessed(
    variable: str | None, remembered: str, files: list[str]
) -> None:
    # An empty variable hides the selection.
    selection = Selection(stack="" if variable is None else remembered)
    assert "there are several stacks" in refusal(tuple(files), variable=variable, selection=selection)


@pytest.mark.parametrize(
    ("given", "choice"),
    [
        ({"option": "prod"}, StackChoice("prod")),
        ({"option": "contoso/contoso-images/prod"}, StackChoice("prod")),
        ({"variable": "contoso/prod"}, StackChoice("prod", "from PULUMI_STACK")),
        ({"selection": Selection("w", "prod")}, StackChoice("prod", "selected in the workspace")),
        # A stack for each backend: that of the backend in use, or the same in all.
        (
            {"selection": Selection("w", "", {"a": "x/y/dev", "b": "prod"}), "backend": "b"},
            StackChoice("prod", "selected in the workspace"),
        ),
        ({"selection": Selection("w", "dev", {"a": "prod"})}, StackChoice("prod", "selected in the workspace")),
        (
            {"selection": Selection("w", "dev", {"a": "prod"}), "backend": "b"},
            StackChoice("dev", "selected in the workspace"),
        ),
        (
            {"selection": Selection("w", "", {"a": "prod", "b": "prod"})},
            StackChoice("prod", "selected in the workspace"),
        ),
    ],
)
def test_choices(given: dict[str, object], choice: StackChoice) -> None:
    assert choose_stack(project=PROJECT, files=["dev", "prod"], **given) == choice  # type: ignore[arg-type]


def test_the_only_file() -> None:
    assert choose_stack(project=PROJECT, files=["prod"]) == StackChoice("prod")
    assert choose_stack(project=PROJECT, files=["prod"], selection=Selection()) == StackChoice("prod")


FORM = "and a stack is STACK or ORGANIZATION/PROJECT/STACK"
FILE = "the workspace's file /home/w.json"
MISSING = "Pulumi.test.yaml: there is no such stack file"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "there are several stacks; choose one:"),
        ({"option": "test"}, f"{MISSING};"),
        ({"option": ""}, f'--stack names "", {FORM};'),
        ({"variable": "test"}, f"{MISSING} (PULUMI_STACK names the stack);"),
        ({"variable": "a/b/c/dev"}, f'PULUMI_STACK names "a/b/c/dev", {FORM};'),
        ({"selection": Selection("/home/w.json", "test")}, f"{MISSING} ({FILE} names the stack);"),
        (
            {"selection": Selection("/home/w.json", "contoso/other/dev")},
            f'{FILE} names "contoso/other/dev", a stack of another project than contoso-images;',
        ),
        (
            {"selection": Selection("w", "", {"a": "dev", "b": "prod"})},
            "dev and prod are selected in different backends; choose one, or the backend with PULUMI_BACKEND_URL:",
        ),
    ],
)
def test_refusals(given: dict[str, object], message: str) -> None:
    assert refusal(**given) == f"{message} --stack dev or --stack prod"  # type: ignore[arg-type]


def test_a_stack_that_is_misspelt_gets_the_nearest_and_many_are_not_all_offered() -> None:
    many = tuple(f"department-{number:03}" for number in range(100))
    assert refusal(("dev", "prod", "test"), option="prd") == (
        "Pulumi.prd.yaml: there is no such stack file; --stack prod"
    )
    said = refusal(many, option="x")
    assert said.startswith(
        "Pulumi.x.yaml: there is no such stack file; --stack department-000 or --stack department-001"
    )
    assert said.endswith("--stack department-009; ./labs stacks lists all 100")


def test_a_user_without_a_home_has_selected_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    assert selected_stack(Project("lab-image-gallery", folder, Path()), {}) == Selection()


def test_no_stack_at_all() -> None:
    assert refusal(()) == "there is no stack file here: make a stack with ./labs init"


# --- The workspace's file


@pytest.fixture
def workspace(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the engine keeps the selection of a project in the current folder."""
    home = folder / "home"
    monkeypatch.setenv("PULUMI_HOME", str(home))
    monkeypatch.setenv("PWD", str(folder))
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    digest = hashlib.sha1(str(folder / "Pulumi.yaml").encode(), usedforsecurity=False).hexdigest()
    file = home / "workspaces" / f"lab-image-gallery-{digest}-workspace.json"
    file.parent.mkdir(parents=True)
    return file


def selected(file: Path, content: object) -> Selection:
    file.write_text(json.dumps(content), encoding="utf-8")
    return selected_stack(Project("lab-image-gallery", Path(), Path()), os.environ)


def test_what_engines_write(workspace: Path) -> None:
    assert selected_stack(Project("lab-image-gallery", Path(), Path()), os.environ) == Selection()
    assert selected(workspace, {"stack": "prod"}) == Selection(str(workspace), "prod")
    assert selected(workspace, {"stacks": {BACKEND: "contoso/x/prod"}}).names(BACKEND) == ["contoso/x/prod"]


@pytest.mark.parametrize("content", [[], "dev", {"stack": 1, "stacks": []}, {"stacks": {"a": None}}])
def test_other_content_selects_nothing(workspace: Path, content: object) -> None:
    assert selected(workspace, content).names("") == []


def test_a_project_below_or_under_another_name_of_its_folder(
    workspace: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.write_text('{"stack": "prod"}', encoding="utf-8")
    (folder / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(folder / "a" / "b")
    upwards = Project("lab-image-gallery", Path("../.."), Path("../.."))
    assert selected_stack(upwards, os.environ | {"PWD": str(folder / "a" / "b")}).stack == "prod"
    # A PWD that names another folder is an old one, of a process that has moved.
    assert selected_stack(upwards, os.environ | {"PWD": str(folder)}).stack == "prod"
    link = folder / "link"
    link.symlink_to(folder / "a" / "b")
    monkeypatch.chdir(link)
    assert selected_stack(upwards, os.environ | {"PWD": str(link)}).stack == ""


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\udcff"])
def test_a_file_that_is_no_json(workspace: Path, text: str) -> None:
    workspace.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(StackChoiceError, match=r"workspace\.json cannot be read: it is no JSON; name a stack with"):
        selected_stack(Project("lab-image-gallery", Path(), Path()), os.environ)


def test_a_file_that_cannot_be_read(workspace: Path) -> None:
    workspace.mkdir()
    with pytest.raises(StackChoiceError, match=r"workspace\.json cannot be read: is a directory; name a stack with"):
        selected_stack(Project("lab-image-gallery", Path(), Path()), os.environ)


# --- Commands

STACK = f"""\
config:
  azure-native:subscriptionId: {SUBSCRIPTION}
  galleryName: contoso_lab_images
  resourceGroupName: galleries
  location: koreacentral
"""
PRETEND = (
    f"Error: subscription {SUBSCRIPTION} is a pretend one, which Azure does not have; use sandbox/labs instead of "
    "labs, and sandbox/pulumi instead of pulumi; or name a stack of your own.\n"
)


def image(sku: str) -> dict[str, object]:
    return {
        "os_type": "Linux",
        "os_state": "Generalized",
        "identifier": {"publisher": "contoso", "offer": "labs", "sku": sku},
        "versions": {"1.0.0": {"source": {"snapshot": SNAPSHOT}}},
    }


@pytest.fixture
def stacks(folder: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two stacks of the pretend subscription, and no Azure; the workspace's file."""
    for name in ("dev", "prod"):
        (folder / f"Pulumi.{name}.yaml").write_text(STACK, encoding="utf-8")
    images = {name: image(sku=name) for name in ("gis", "trial")}
    (folder / "images.yaml").write_text(json.dumps({"images": images}), encoding="utf-8")
    monkeypatch.delenv("ARM_ENDPOINT", raising=False)
    return workspace


COMMANDS = (
    ("status",),
    ("teachers",),
    ("teachers", "--planned"),
    ("list-unmanaged",),
    ("import", "python:1.0.0"),
    ("add-version", "gis", "--source", f"snapshot={SNAPSHOT}"),
    ("add-image", "cad", "--like", "gis", "--source", f"snapshot={SNAPSHOT}"),
    ("promote", "trial", "gis"),
    ("prune",),
)


@pytest.mark.usefixtures("stacks")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_pretend_stack_is_for_the_sandbox(command: tuple[str, ...]) -> None:
    result = run_labs(*command, "--stack", "dev")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", PRETEND)


@pytest.mark.usefixtures("stacks")
def test_an_azure_that_the_environment_names_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with lease(tmp_path / "sandbox") as held:
        for name, value in held.environment().items():
            monkeypatch.setenv(name, value)
        result = run_labs("status", "--stack", "dev")
    assert "There is no gallery contoso_lab_images" in result.stdout


def test_a_command_says_which_stack_it_uses(stacks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stacks.write_text('{"stack": "prod"}', encoding="utf-8")
    assert run_labs("status").stderr == f"Stack prod, selected in the workspace.\n{PRETEND}"
    monkeypatch.setenv("PULUMI_STACK", "dev")
    assert run_labs("status").stderr == f"Stack dev, from PULUMI_STACK.\n{PRETEND}"
    assert run_labs("status", "--stack", "prod").stderr == PRETEND
    result = run_labs("status", "--json")
    assert (result.stderr, json.loads(result.stdout)["ok"]) == ("", False)


def test_a_selected_stack_that_is_gone(stacks: Path, folder: Path) -> None:
    stacks.write_text('{"stack": "prod"}', encoding="utf-8")
    (folder / "Pulumi.prod.yaml").unlink()
    result = run_labs("status")
    where = f"the workspace's file {stacks} names the stack"
    error = f"Error: Pulumi.prod.yaml: there is no such stack file ({where}); --stack dev\n"
    assert (result.exit_code, result.stderr) == (2, error)


def test_outside_any_project(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    message = (
        "Error: there is no Pulumi.yaml in this folder or above it, so there is no project here; call labs in the "
        "project's folder\n"
    )
    for command in ("status", "stacks"):
        result = run_labs(command)
        assert (result.exit_code, result.stderr) == (2, message)


@pytest.mark.usefixtures("stacks")
def test_a_project_file_that_is_wrong(folder: Path) -> None:
    (folder / "Pulumi.yaml").write_text("name: [\n", encoding="utf-8")
    for command in (("status",), ("stacks",)):
        result = run_labs(*command)
        assert (result.exit_code, result.stderr.split(": this is")[0]) == (1, "Error: Pulumi.yaml:2")
    result = run_labs("check")
    assert result.exit_code == 1
    assert result.stdout.count("Pulumi.yaml:2: this is no valid YAML") == 1


@pytest.mark.usefixtures("stacks")
def test_commands_work_in_a_folder_of_the_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below")
    check = run_labs("check")
    assert (check.exit_code, check.stdout.splitlines()[0]) == (
        0,
        "No problem in ../Pulumi.dev.yaml, ../Pulumi.prod.yaml, ../images.yaml.",
    )
    assert "../images.yaml" in run_labs("stacks").stdout
    assert run_labs("status", "--stack", "dev").stderr == PRETEND


def test_a_catalogue_outside_the_project_is_read_from_every_folder(stacks: Path, folder: Path) -> None:
    outside = folder.parent / f"{folder.name}-images.yaml"
    (folder / "images.yaml").rename(outside)
    for named in (f"../{outside.name}", str(outside)):
        (folder / "Pulumi.dev.yaml").write_text(f"{STACK}  catalog: {named}\n", encoding="utf-8")
        check = run_labs("check", "Pulumi.dev.yaml")
        assert (check.exit_code, f"{named} in stack dev" in check.stdout) == (0, True)
        assert run_labs("status", "--stack", "dev").stderr == PRETEND


@pytest.mark.usefixtures("stacks")
def test_a_catalogue_that_is_a_folder(folder: Path) -> None:
    (folder / "Pulumi.dev.yaml").write_text(f"{STACK}  catalog: home\n", encoding="utf-8")
    check = run_labs("check", "Pulumi.dev.yaml")
    message = "home: this is a folder; name a catalogue such as home/images.yaml"
    assert (check.exit_code, check.stdout.splitlines()[0]) == (
        1,
        f"Pulumi.dev.yaml:6: lab-image-gallery:catalog: {message}",
    )
    status = run_labs("status", "--stack", "dev")
    assert (status.exit_code, status.stderr) == (1, "Error: home: the file cannot be read: is a directory\n")
