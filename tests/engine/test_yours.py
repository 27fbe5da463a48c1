"""What an administrator writes changes nothing of the product's own: its dev stack, its rehearsal, its tests."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.support.ids import REAL
from tests.support.project import SUBSCRIPTION, Project
from tools.bench.workload import Workload

STACK = f"""config:
  azure-native:subscriptionId: {REAL}
  lab-image-gallery:galleryName: university_images
  lab-image-gallery:resourceGroupName: images
  lab-image-gallery:location: westeurope
"""
KINDS = {
    "hostile": '!!python/object/apply:os.system ["exit 1"]\n',
    "broken": "images: [\n",
    "empty": "images: {}\n",
    "large": Workload(900).catalogue_text().replace(SUBSCRIPTION, REAL),
}
OF_THE_DEV_STACK = (
    "tests/catalog/test_dev_catalogue.py",
    "tests/catalog/test_settings.py",
    "tests/cli/test_process.py",
)
IN_A_FOLDER_OF_THEIR_OWN = ("test_a_folder_that_is_gone", "test_modules_in_the_current_folder_are_left_alone")
"""Tests of processes that have no part in what lies in the repository, and start many."""


def settle(folder: Path, kind: str) -> dict[str, bytes]:
    """Put files of another university into a copy of the repository; what they hold, by path."""
    catalogue = KINDS[kind]
    policies = {"hostile": '{"all": "disabled"}', "broken": "{", "empty": "", "large": json.dumps({"x": [1] * 10_000})}
    written = {
        "images.yaml": catalogue,
        "policy-config.json": policies[kind],
        "Pulumi.prod.yaml": f"secretsprovider: azurekeyvault://theirs.vault.azure.net/keys/k\n{STACK}",
        "Pulumi.wrong.yaml": "config: [\n",
        "Pulumi.other.yaml": f"{STACK}  lab-image-gallery:catalog: theirs/other.yaml\n",
        "theirs/other.yaml": catalogue,
        ".github/CODEOWNERS": "* @university/images\n",
    }
    (folder / "theirs").mkdir()
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {name: text.encode() for name, text in written.items()}


@pytest.fixture
def repository(tmp_path: Path) -> Project:
    """The whole repository with its tests, as a new copy is."""
    return Project.copy_to(tmp_path / "copy", with_tests=True)


def test_its_sandbox_and_its_rehearsal_are_the_same(repository: Project) -> None:
    for command in ("init -q", "add -A", "-c user.name=a -c user.email=a@b commit -qm first"):
        repository.run("git", *command.split())
    written = settle(repository.path, "hostile")
    outputs = repository.run("make", "up").stdout
    assert "teachers see 8 of 8 images" in outputs
    assert REAL not in outputs
    repository.up("--expect-no-changes")
    repository.run("make", "rehearse")
    changed = repository.run("git", "status", "--porcelain", "--untracked-files=all").stdout.splitlines()
    assert {line[3:] for line in changed} == written.keys()
    assert {name: (repository.path / name).read_bytes() for name in written} == written


@pytest.mark.parametrize("kind", KINDS)
def test_its_tests_pass_as_before(repository: Project, kind: str) -> None:
    settle(repository.path, kind)
    without = " and ".join(f"not {name}" for name in IN_A_FOLDER_OF_THEIR_OWN)
    ran = repository.run(sys.executable, "-m", "pytest", "-q", "-x", "-k", without, *OF_THE_DEV_STACK)
    assert " passed" in ran.stdout
    assert "failed" not in ran.stdout
