"""The stack that a command of the sandbox takes if it names none."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from sandbox.engine.errors import EngineError
from sandbox.engine.get.engine import Engine
from sandbox.engine.run.arguments import Arguments
from sandbox.engine.run.home import Home
from sandbox.engine.run.stacks import Project, Stacks


@pytest.fixture
def stacks(tmp_path: Path) -> Stacks:
    """A project with two stacks, in a sandbox in which nothing is selected."""
    (tmp_path / "Pulumi.yaml").write_text("name: contoso-images\nruntime: python\n", encoding="utf-8")
    for name in ("dev", "prod"):
        (tmp_path / f"Pulumi.{name}.yaml").write_text("config: {}\n", encoding="utf-8")
    project = Project.find(tmp_path)
    assert project is not None
    return Stacks(Home(tmp_path / ".sandbox", tmp_path), project, Engine(tmp_path, "", {}, tmp_path), {})


def selection(stacks: Stacks) -> Path:
    digest = hashlib.sha1(str(stacks.project.file).encode(), usedforsecurity=False).hexdigest()
    file = stacks.home.pulumi_home / "workspaces" / f"contoso-images-{digest}-workspace.json"
    file.parent.mkdir(parents=True)
    return file


def chosen(stacks: Stacks, **environ: str) -> str | None:
    return stacks.chosen(Arguments(["preview"], environ))


def test_several_and_none_selected(stacks: Stacks) -> None:
    assert chosen(stacks) is None
    assert chosen(stacks, PULUMI_STACK="organization/contoso-images/prod") == "prod"


def test_the_selected_one_in_each_form_that_engines_write(stacks: Stacks) -> None:
    file, ours = selection(stacks), stacks.home.state.as_uri()
    for content, expected in (
        ({"stack": "prod"}, "prod"),
        ({"stacks": {ours: "organization/contoso-images/prod"}}, "prod"),
        ({"stack": "dev", "stacks": {ours: "prod"}}, "prod"),
        ({"stack": "dev", "stacks": {"https://api.pulumi.com": "prod"}}, "dev"),
        ({"stacks": {"https://api.pulumi.com": "prod"}}, None),
        ([], None),
    ):
        file.write_text(json.dumps(content), encoding="utf-8")
        assert chosen(stacks) == expected


def test_a_selection_that_cannot_be_read(stacks: Stacks) -> None:
    file = selection(stacks)
    file.write_text("{", encoding="utf-8")
    with pytest.raises(EngineError, match=r"workspace\.json cannot be read .*\nRemove that file, and select a stack"):
        chosen(stacks)


def test_stack_files_in_a_folder_of_their_own(stacks: Stacks, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: contoso-images\nstackConfigDir: stacks\n", encoding="utf-8")
    project = Project.find(tmp_path)
    assert project is not None
    assert project.stack_file("prod") == tmp_path / "stacks" / "Pulumi.prod.yaml"


def test_a_stack_whose_file_is_gone_is_refused_and_one_that_was_never_made_is_left_to_the_engine(
    stacks: Stacks,
) -> None:
    state = stacks.home.state / ".pulumi" / "stacks" / "contoso-images"
    state.mkdir(parents=True)
    for ending in (".json", ".json.gz"):
        (state / f"prod{ending}").touch()
        stacks.require_file("prod")
        file = stacks.project.stack_file("prod")
        content = file.read_bytes()
        file.unlink()
        with pytest.raises(
            EngineError, match=r"Pulumi\.prod\.yaml: there is no such stack file any more.*\nPut the file"
        ):
            stacks.require_file("prod")
        assert not file.exists()
        file.write_bytes(content)
        (state / f"prod{ending}").unlink()
    stacks.require_file("nobody")
