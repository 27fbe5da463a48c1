"""Names and stack files in another case: commands answer the same."""

from __future__ import annotations

import pytest

from tests.cli.test_rollback import PYTHON
from tests.support.emulator_client import ACCOUNT, BUILD
from tests.support.exports_scene import STACK, Scene

pytest_plugins = ["tests.support.emulator"]
COMMANDS = (
    ("add-version", "{python}", "--source", f"{BUILD}/snapshots/ubuntu-2204-python-110", "--dry-run"),
    ("rollback", "{python}", "--to", "1.0.0", "--dry-run"),
    ("promote", "{export}", "{python}", "--dry-run"),
    ("prune", "--keep", "1", "--json"),
    ("list-unmanaged",),
    ("status",),
    ("teachers",),
    ("teachers", "--planned"),
    ("teachers", "--lab", "{lab}", "--json"),
    ("import", "{python}:1.0.1", "--json"),
    ("import", "{export}"),
)
NAMES = {"python": "python", "export": "Teacher_GIS", "lab": ACCOUNT}
SHOUTED = {key: name.upper() for key, name in NAMES.items()}
RESPELLED = (
    STACK.replace(ACCOUNT, f"/{ACCOUNT[1:].upper()}")
    .replace("resourceGroupName: galleries", "resourceGroupName: GALLERIES")
    .replace("location: koreacentral", "location: Korea Central")
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
def test_a_command_answers_the_same(scene: Scene, command: tuple[str, ...]) -> None:
    scene.export_version()
    scene.export_image()
    before, stack = scene.catalogue.read_text(encoding="utf-8"), scene.catalogue.parent / "Pulumi.dev.yaml"
    answers = []
    for names, text in ((NAMES, STACK), (SHOUTED, STACK), (NAMES, RESPELLED), (SHOUTED, RESPELLED)):
        stack.write_text(text, encoding="utf-8")
        scene.catalogue.write_text(before, encoding="utf-8")
        result = scene.labs(*(part.format(**names) for part in command))
        answers.append((result.exit_code, result.output.lower(), scene.catalogue.read_text(encoding="utf-8")))
    assert answers[0][1]
    assert answers == answers[:1] * 4


def test_an_image_in_another_case_than_in_the_gallery_gets_no_version(scene: Scene) -> None:
    text = scene.catalogue.read_text(encoding="utf-8").replace("  python:\n", "  Python:\n")
    scene.catalogue.write_text(text, encoding="utf-8")
    result = scene.labs("add-version", "python", "--source", f"{BUILD}/snapshots/ubuntu-2204-python-110")
    assert result.exit_code == 1
    assert "images.Python: the image exists as python, in another case." in result.stderr
    assert scene.catalogue.read_text(encoding="utf-8") == text
    assert "missing" not in scene.labs("status").output
    assert PYTHON not in scene.labs("list-unmanaged", "--json").output
