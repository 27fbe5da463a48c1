"""Every command answers a program in one shape: `--json`, good answers and errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest

from cli.labs import COMMANDS, labs
from tests.support.answers import answer_of
from tests.support.emulator_client import BUILD, ONE, definition, version
from tests.support.exports_scene import GALLERY, Scene

pytest_plugins = ["tests.support.emulator"]

NEW_STACK = ("--subscription", ONE.rpartition("/")[2], "--location", "koreacentral", "--gallery", "second")
SOURCE = f"{BUILD}/snapshots/ubuntu-2204-python-110"
ADDED = {"catalogue", "image", "version", "added", "diff", "dry_run", "new_image", "carried_over", "notes"}
GOOD: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "init": (
        ("next", *NEW_STACK, "--resource-group", "galleries"),
        {"stack", "file", "target_regions", "notes", "next"},
    ),
    "check": ((), {"files", "problems", "warnings", "storage"}),
    "list-unmanaged": ((), {"gallery", "unmanaged"}),
    "cost": (("--keep", "1"), {"planned", "month", "images", "regions", "savings", "transfer", "unknown"}),
    "readiness": ((), {"stack", "retirement", "days_left", "regions", "without_service", "images", "twins"}),
    "regions": (("--refresh", "--dry-run"), {"date", "added", "changed", "kept", "unknown", "stacks", "changelog"}),
    "prices": ((), {"file", "currency", "date", "storage", "transfer", "without_price"}),
    "stacks": ((), {"include"}),
    "overview": ((), {"page", "stacks"}),
    "import": (("python:1.0.1",), {"catalogue", "image", "new_image", "added", "warnings"}),
    "add-image": (("gis", "--source", SOURCE, "--os-state", "Generalized"), ADDED),
    "add-version": (("python", "--source", SOURCE), ADDED),
    "promote": (("trial", "python"), ADDED),
    "rollback": (("python", "--to", "1.0.0"), ADDED),
    "prune": (("--keep", "1"), {"catalogue", "unprotect", "remove", "held", "diff"}),
}
"""A call of each command that answers about the scene, and keys of its answer."""

WITHOUT = {"report", "comment"}
ASKS_NOTHING = {"init", "readiness", "prices", "stacks", "check"}
SHOWS_REFUSALS = {"overview"}
"""Its page, and so its answer, has what Azure refuses beside what other stacks show."""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_it(name: str) -> None:
    command = labs.get_command(click.Context(labs), name)
    assert command is not None
    options = {option for parameter in command.params for option in parameter.opts}
    assert ("--json" in options) is (name not in WITHOUT)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("wrong", [["--no-such-option"], ["--stack"], ["--stack", "nobody", "--", "a", "b", "c"]])
def test_wrong_usage_is_answered_in_json(name: str, wrong: list[str], scene: Scene) -> None:
    result = scene.labs(name, "--json", *wrong)
    assert (result.exit_code, result.stderr) == (2, ""), result.output
    assert set(answer_of(result)) == {"ok", "error"}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_answer_has_the_same_shape_everywhere(name: str, scene: Scene) -> None:
    scene.export_version()
    scene.made(f"{GALLERY}/images/trial", definition("trial"))
    scene.made(f"{GALLERY}/images/trial/versions/1.0.0", version())
    arguments, keys = GOOD[name]
    result = scene.labs(name, *arguments, "--json")
    assert result.stderr == ""
    assert keys < set(answer_of(result)), "whether the answer is good is another matter"


@pytest.mark.parametrize("name", [name for name in GOOD if name not in ASKS_NOTHING | SHOWS_REFUSALS])
def test_a_refusal_of_azure_has_it_too(name: str, scene: Scene) -> None:
    scene.fault("/subscriptions/", 403, code="AuthorizationFailed", message="no")
    result = scene.labs(name, *GOOD[name][0], "--json")
    assert (result.exit_code, result.stderr) == (1, ""), result.output
    assert set(answer_of(result)) == {"ok", "error"}


@pytest.mark.parametrize("name", ["check", "stacks"])
def test_an_answer_with_problems_is_not_ok(name: str, scene: Scene) -> None:
    Path("Pulumi.dev.yaml").write_text("config: {lab-image-gallery:galleryNam: x}\n", encoding="utf-8")
    assert answer_of(scene.labs(name, "--json"))["ok"] is False


def test_what_import_and_prune_answer(scene: Scene) -> None:
    scene.export_version()
    imported: dict[str, Any] = answer_of(scene.labs("import", "python:1.0.1", "--json"))
    assert imported == {
        "ok": True,
        "catalogue": "images.yaml",
        "image": "python",
        "new_image": False,
        "added": ["1.0.1"],
        "warnings": [],
    }
    assert answer_of(scene.labs("import", "python:1.0.1", "--json"))["added"] == []
    pruned = answer_of(scene.labs("prune", "--keep", "1", "--json"))
    assert pruned["unprotect"] == [{"image": "python", "version": "1.0.0"}]
    assert pruned["diff"] == scene.labs("prune", "--keep", "1").stdout
    assert pruned["diff"].startswith("--- a/images.yaml\n")


def test_init_asks_nothing_under_json(scene: Scene) -> None:
    result = scene.labs("init", "--json", input="anything\n")
    assert "with --json nothing is asked, so these are needed: STACK" in answer_of(result)["error"]
