"""`labs upgrade --finish`: what the program of the new release does after the commit of an upgrade."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from click.testing import Result

from catalog.stacks.renamed_keys import ANY, RenamedKey
from cli.upgrade.finish import keys_since
from cli.upgrade.version import Version
from tests.support.commands import run_labs
from tests.support.releases import STACK, YOURS, Copy, Upstream, commit, git, write

RENAMED = (
    RenamedKey("0.1.0", "stack", ("location",), "never"),
    RenamedKey("0.2.0", "stack", ("location",), "region"),
    RenamedKey("0.2.0", "catalogue", ("images", ANY, "os_type"), "system"),
    RenamedKey("0.3.0", "stack", ("galleryName",), "later"),
)
CATALOGUE = "# ours\r\nimages:\r\n  gis:\r\n    os_type: Linux   # of the kernel\r\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A copy that was just upgraded from v0.1.0 to v0.2.0, and the commit before that."""
    folder = tmp_path_factory.mktemp("made")
    copy = Copy.template(Upstream.at(folder / "upstream"), folder / "copy")
    write(copy.path, {"catalogues/prod.yaml": CATALOGUE, "Pulumi.staging.yaml": STACK})
    before = commit(copy.path)
    pyproject = (copy.path / "pyproject.toml").read_text(encoding="utf-8").replace("0.1.0", "0.2.0")
    write(copy.path, {"pyproject.toml": pyproject})
    commit(copy.path, "Upgrade to v0.2.0")
    return copy.path, before


@pytest.fixture
def copy(made: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    shutil.copytree(made[0], tmp_path / "copy")
    git(tmp_path / "copy", "update-index", "--refresh")
    monkeypatch.chdir(tmp_path / "copy")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    return Copy(tmp_path / "copy")


@pytest.fixture
def before(made: tuple[Path, str]) -> str:
    return made[1]


def finish(before: str, *, exit_code: int = 0) -> Result:
    result = run_labs("upgrade", "--finish", before)
    assert result.exit_code == exit_code, result.output
    assert [line for line in result.output.splitlines() if len(line) > 80 and ".yaml:" not in line] == []
    return result


def calls(copy: Copy) -> list[str]:
    return (copy.path.parent / "calls").read_text(encoding="utf-8").splitlines()


def test_it_checks_and_previews_every_stack_of_yours_and_says_how_to_undo(copy: Copy, before: str) -> None:
    state = copy.state()
    shown = finish(before).stdout
    assert copy.state() == state
    assert calls(copy) == ["./labs check", "sandbox/preview prod", "sandbox/preview staging"]
    assert "Upgraded from v0.1.0 to v0.2.0. Undo it with:\n    git reset --keep " + before[:12] in shown


def test_without_a_stack_there_is_nothing_to_preview(copy: Copy, before: str) -> None:
    write(copy.path, {"Pulumi.prod.yaml": None, "Pulumi.staging.yaml": None})
    assert "There is no stack of yours to preview." in finish(before).stdout
    assert calls(copy) == ["./labs check"]


def test_what_fails_is_named_the_rest_is_done_and_the_commit_stays(
    copy: Copy, before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABS_ENDS", "1")
    monkeypatch.setenv("BAD_STACK", "prod")
    head = copy.head
    error = " ".join(finish(before, exit_code=1).stderr.split())
    assert "v0.2.0 is committed, and this failed: ./labs check, sandbox/preview prod." in error
    assert f"./labs upgrade --finish {before[:12]} git reset --keep {before[:12]}" in error
    assert calls(copy)[-1] == "sandbox/preview staging"
    assert copy.head == head


def test_a_command_that_cannot_be_started_has_failed(copy: Copy, before: str) -> None:
    (copy.path / "sandbox" / "preview").unlink()
    result = finish(before, exit_code=1)
    assert "sandbox/preview prod cannot be started: No such file or directory" in result.stdout


def test_renamed_keys_are_renamed_in_yours_in_a_commit_of_its_own(
    copy: Copy, before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.upgrade.finish.RENAMED", RENAMED)
    upgraded = copy.head
    shown = finish(before).stdout
    assert git(copy.path, "log", "-1", "--format=%s %P") == f"Rename keys as v0.2.0 does {upgraded}"
    changed = git(copy.path, "diff", "--name-only", upgraded).split()
    assert changed == ["Pulumi.prod.yaml", "Pulumi.staging.yaml", "catalogues/prod.yaml"]
    assert (copy.path / "catalogues/prod.yaml").read_bytes() == CATALOGUE.replace("os_type", "system").encode()
    assert (copy.path / "Pulumi.staging.yaml").read_text() == STACK.replace("location", "region")
    assert (copy.path / "images.yaml").read_bytes() == YOURS["images.yaml"].encode()
    assert "Keys that v0.2.0 renamed are renamed, as commit" in shown
    assert git(copy.path, "status", "--porcelain") == ""
    finish(before)  # again: nothing is left to rename
    assert git(copy.path, "rev-list", "--count", f"{upgraded}..") == "1"


def test_what_cannot_be_renamed_is_explained_and_the_rest_is_renamed(
    copy: Copy, before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.upgrade.finish.RENAMED", RENAMED)
    write(copy.path, {"Pulumi.prod.yaml": STACK + "  lab-image-gallery:region: koreasouth\n"})
    commit(copy.path)
    result = finish(before, exit_code=1)
    assert (
        "Pulumi.prod.yaml:5: config.lab-image-gallery:location: is called lab-image-gallery:region now" in result.stdout
    )
    assert "this failed: renaming keys." in result.stderr
    assert (copy.path / "Pulumi.staging.yaml").read_text() == STACK.replace("location", "region")


def test_keys_are_not_renamed_beside_changes_in_no_commit(
    copy: Copy, before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.upgrade.finish.RENAMED", RENAMED)
    write(copy.path, {"Pulumi.prod.yaml": STACK + "# mine\n"})
    state = copy.state()
    result = finish(before, exit_code=1)
    assert copy.state() == state
    assert "Keys are not renamed while files are in no commit (Pulumi.prod.yaml)." in " ".join(result.stdout.split())


def test_without_the_list_of_what_is_yours_nothing_is_done(copy: Copy, before: str) -> None:
    write(copy.path, {"yours.txt": None})
    state = copy.state()
    assert "yours.txt is missing" in finish(before, exit_code=1).stderr
    assert copy.state() == state


@pytest.mark.parametrize("name", ["--all", "HEAD", "0" * 40, "abc", "main:labs"])
def test_a_commit_that_is_none(copy: Copy, name: str) -> None:
    state = copy.state()
    result = run_labs("upgrade", f"--finish={name}")
    assert result.exit_code == 1
    assert "is no commit with this product before an upgrade" in " ".join(result.stderr.split())
    assert copy.state() == state


def test_keys_of_the_releases_between_two_in_order() -> None:
    keys = keys_since(reversed(RENAMED), Version(0, 1, 0), Version(0, 3, 0))
    assert [key.since for key in keys] == ["0.2.0", "0.2.0", "0.3.0"]


def test_the_programs_are_executable() -> None:
    root = Path(__file__).resolve().parents[3]
    assert all(os.access(root / name, os.X_OK) for name in ("labs", "sandbox/preview"))
