"""The pack in previews and updates of the real engine."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.policies.engine_fixtures import BAD_IMAGES, write_foreign_program
from tests.policies.findings import COST
from tests.policies.inputs import COMPUTE as SOURCES
from tests.support.project import CATALOGUE, COMPUTE, GALLERY, POLICY_CONFIG, ROOT, Project

VIOLATION = re.compile(r"^ +- (\[mandatory\].*?)(?=^ +- \[|^$)", re.MULTILINE | re.DOTALL)
"""Policy and message of each, as the end of a preview lists them."""
CHEAP = "costly"  # refused under a lower limit only


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project.copy_to(tmp_path_factory.mktemp("policies") / "project")


@contextmanager
def catalogue_with(project: Project, *names: str) -> Iterator[None]:
    """The shipped catalogue with bad images added, and a storage limit that `costly` exceeds."""
    catalogue, config = project.path / CATALOGUE, project.path / POLICY_CONFIG
    before = catalogue.read_text(encoding="utf-8"), config.read_text(encoding="utf-8")
    images: dict[str, Any] = {name: dict(BAD_IMAGES[name].entry) for name in names}
    added = yaml.safe_dump(images, sort_keys=False)
    catalogue.write_text(before[0] + "\n" + "".join(f"  {line}\n" for line in added.splitlines()), encoding="utf-8")
    if CHEAP in names:
        settings = json.loads(before[1])
        settings["replica-storage-below-limit"]["limitGb"] = 5_000
        config.write_text(json.dumps(settings), encoding="utf-8")
    try:
        yield
    finally:
        catalogue.write_text(before[0], encoding="utf-8")
        config.write_text(before[1], encoding="utf-8")


def refusals(project: Project, *arguments: str) -> str:
    """What a preview that must fail printed."""
    preview = project.pulumi("preview", *arguments, check=False)
    text = preview.stdout + preview.stderr
    assert preview.returncode != 0, text
    assert "Traceback" not in text
    return text


def missing(text: str, words: tuple[str, ...]) -> list[str]:
    return [word for word in words if word not in text]


def test_the_shipped_catalogue_passes(project: Project) -> None:
    preview = project.pulumi("preview", "--policy-pack", "policies")
    assert "lab-image-gallery" in preview.stdout
    assert "mandatory" not in preview.stdout


def test_a_limit_of_the_cost(project: Project) -> None:
    """Without one the sum is a notice. Whatever prices there are, none is in a currency of letters without meaning."""
    config = project.path / POLICY_CONFIG
    before = config.read_text(encoding="utf-8")

    def limited(**keys: object) -> None:
        config.write_text(json.dumps({**json.loads(before), COST: keys}), encoding="utf-8")

    try:
        limited(monthlyLimit=None, currency=None)
        told = project.pulumi("preview").stdout
        assert missing(told, ("[advisory]", "replicas of this stack")) == []
        assert "[mandatory]" not in told
        limited(monthlyLimit=1, currency="QQQ")
        refused = refusals(project)
        assert missing(refused, (COST, "[mandatory]", "replicas of this stack", "--refresh --currency QQQ")) == []
        limited(monthlyLimit=-1, currency="QQQ")
        assert "monthlyLimit" in refusals(project)
    finally:
        config.write_text(before, encoding="utf-8")


@pytest.fixture(scope="module")
def refused(project: Project) -> list[str]:
    """The violations that a preview of all bad images together printed; a second one prints the same."""

    def violations() -> list[str]:
        return [" ".join(found.split()) for found in VIOLATION.findall(refusals(project))]

    with catalogue_with(project, *BAD_IMAGES):
        found = violations()
        assert found == violations(), "the order is not stable"
    return found


@pytest.mark.parametrize("name", BAD_IMAGES)
def test_each_bad_image_is_refused(refused: list[str], name: str) -> None:
    bad = BAD_IMAGES[name]
    said = [violation for violation in refused if f" {bad.policy} (" in violation]
    assert [each for each in said if missing(each, bad.words) == []], said


def test_the_pack_speaks_the_language_of_whoever_runs_the_engine(project: Project) -> None:
    with catalogue_with(project, "too-large", "two-disks"):
        preview = project.pulumi("preview", check=False, LABS_LANG="ko", PULUMI_OPTION_COLOR="never")
        assert preview.returncode != 0
        text = preview.stdout + preview.stderr
        assert missing(text, ("too-large 1.0.0: OS 디스크가 256 GB인데", "two-disks 1.0.0: OS 디스크 외에")) == []
        assert "the OS disk has" not in text
        assert "OS ディスクが 256 GB" in project.pulumi("preview", check=False, LC_ALL="ja_JP.UTF-8").stdout


def test_a_program_without_the_component_is_validated(project: Project, tmp_path: Path) -> None:
    write_foreign_program(tmp_path / "foreign", ROOT / ".venv")
    preview = project.run("sandbox/pulumi", "-C", str(tmp_path / "foreign"), "preview", "--stack", "dev", check=False)
    text = preview.stdout + preview.stderr
    assert preview.returncode != 0
    assert missing(text, ("image-os-disk-below-128-gb", "image-single-disk", "lab-os-disk-size-gb", "256 GB")) == []


def test_a_copy_of_the_pack_validates_another_program(project: Project, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(ROOT / "policies", pack, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
    project.run("sandbox/pulumi", "-C", str(pack), "install", "--non-interactive")
    # Links lead to the interpreter, which is the machine's own.
    own = (file for file in (pack / ".venv").rglob("*") if file.is_file() and not file.is_symlink())
    size = sum(file.stat().st_size for file in own)
    assert size < 100_000_000
    write_foreign_program(tmp_path / "foreign", ROOT / ".venv")
    command = (
        "sandbox/pulumi",
        "-C",
        str(tmp_path / "foreign"),
        "preview",
        "--stack",
        "dev",
        "--policy-pack",
        str(pack),
    )
    preview = project.run(*command, check=False)
    assert preview.returncode != 0
    assert "image-os-disk-below-128-gb" in preview.stdout + preview.stderr


def test_an_image_that_was_swapped_is_found_in_the_state(fresh: Project) -> None:
    fresh.up()
    version = f"{GALLERY}/images/debian-12-databases/versions/1.0.0?{COMPUTE}"
    there: Mapping[str, Any] = fresh.arm("GET", version)
    other = f"{SOURCES}/snapshots/exactly-128"
    fresh.arm("DELETE", version)
    swapped = {
        "location": there["location"],
        "tags": there["tags"],
        "properties": {
            "publishingProfile": there["properties"]["publishingProfile"],
            "storageProfile": {"osDiskImage": {"source": {"id": other}}},
        },
    }
    fresh.arm("PUT", version, swapped)
    fresh.pulumi("refresh", "--yes", check=False)
    (fresh.path / "state.json").write_text(fresh.pulumi("stack", "export").stdout, encoding="utf-8")
    command = ("policy", "analyze", "--policy-pack", "policies", "--file", "state.json")
    analysis = fresh.run("sandbox/pulumi", *command, check=False)
    text = analysis.stdout + analysis.stderr
    assert analysis.returncode != 0
    assert missing(text, ("deployed-image-disks", "debian-12-databases", "1.0.0", "128 GB")) == []
