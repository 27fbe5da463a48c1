"""An upgrade between two tags of this very product, by the commands of its page, with real checks and previews."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from cli.upgrade.version import own_version
from tests.engine.test_real_stack import STACK
from tests.support.ids import REAL
from tests.support.page import page, prompted, section
from tests.support.project import ROOT, SUBSCRIPTION, Project
from tests.support.releases import commit, git, write
from tools.repository import copy_repository

OWN = own_version()
NEXT, LAST = (f"{OWN.major}.{OWN.minor + more}.0" for more in (1, 2))
YOURS = {
    "Pulumi.prod.yaml": f"{STACK}  lab-image-gallery:catalog: university/images.yaml\n"
    "  lab-image-gallery:galleryDescription: 'Images'   # for teachers\n",
    "policy-config.json": '{\r\n  "image-notices": {"enforcementLevel": "advisory"}\r\n}\r\n',
    ".github/CODEOWNERS": "* @university/it\n",
    "images.yaml": "images: {} # nothing here\r\n",
}
RENAMED = 'RENAMED: Final[tuple[RenamedKey, ...]] = (RenamedKey("{}", "stack", ("galleryDescription",), "about"),)'


@pytest.fixture
def upstream(tmp_path: Path) -> Project:
    """A repository with this product as its only release."""
    path = tmp_path / "upstream"
    copy_repository(path)
    shutil.rmtree(path / "policies" / ".venv", ignore_errors=True)
    git(path, "init", "-q")
    commit(path, "Release")
    git(path, "tag", f"v{OWN}")
    return Project(path)


@pytest.fixture
def copy(upstream: Project, tmp_path: Path) -> Project:
    """A shallow copy of it with a stack of a real subscription; the virtual environments are shared."""
    path = tmp_path / "copy"
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{upstream.path}", str(path))
    write(path, {**YOURS, "university/images.yaml": upstream.read("sandbox/images.yaml").replace(SUBSCRIPTION, REAL)})
    commit(path, "Our images")
    for environment in (".venv", "policies/.venv"):
        (path / environment).symlink_to(ROOT / environment)
    (path / ".git" / "info" / "exclude").write_text(".venv\n", encoding="utf-8")
    return Project(path, {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"})


def release(upstream: Project, version: str, notes: str) -> None:
    """Tag what was changed as the release `version`."""
    current = re.search(r'^version = "(.*)"$', upstream.read("pyproject.toml"), re.MULTILINE)
    assert current
    upstream.edit("pyproject.toml", (f'\nversion = "{current[1]}"', f'\nversion = "{version}"'))
    upstream.edit(
        "CHANGELOG.md", ("## [Unreleased]\n", f"## [Unreleased]\n\n## [{version}] - 2027-01-01\n\n* {notes}\n")
    )
    commit(upstream.path, f"Release {version}")
    git(upstream.path, "tag", f"v{version}")


def test_the_pages_commands_upgrade_a_copy_and_undo_it(upstream: Project, copy: Project) -> None:
    upstream.edit("cli/commands/check.py", ("No problem in", "Nothing is wrong in"))
    release(upstream, NEXT, "`./labs check` says it in other words.")
    yours = {name: (copy.path / name).read_bytes() for name in (*YOURS, "university/images.yaml")}
    before = git(copy.path, "rev-parse", "HEAD")
    text = page("run/upgrade.md")
    lines = prompted(text.split("\n## ")[0]) + prompted(section(text, "Preview on Azure"))
    printed = {}
    for line in lines:
        local = re.sub(r"https://\S+", f"file://{upstream.path}", re.sub(r"v\d+\.\d+\.\d+", f"v{NEXT}", line))
        printed[line] = copy.run("sh", "-c", local).stdout
    assert any("remote add upstream" in line for line in lines)
    dry, shown = (output for line, output in printed.items() if "./labs upgrade" in line)
    assert "M cli/commands/check.py" in dry
    assert "* `./labs check` says it in other words." in dry
    assert "Nothing is wrong in" in shown, "the old release's program checked"
    assert "== sandbox/preview prod" in shown
    assert "azure-native:compute:GalleryImageVersion ubuntu-2204-python:1.1.0 create" in shown
    assert f"Upgraded from v{OWN} to v{NEXT}." in shown
    assert {name: (copy.path / name).read_bytes() for name in yours} == yours
    assert git(copy.path, "log", "--format=%s", f"{before}..") == f"Upgrade to v{NEXT}"
    assert git(copy.path, "status", "--porcelain") == ""
    assert copy.run("./labs", "--version").stdout == f"labs {NEXT}\n"
    assert git(upstream.path, "rev-parse", "upgrade") == git(copy.path, "rev-parse", "HEAD")
    (undo,) = set(re.findall(r"git reset --keep [0-9a-f]+", shown))
    copy.run("sh", "-c", undo)
    assert git(copy.path, "rev-parse", "HEAD") == before
    assert copy.run("./labs", "--version").stdout == f"labs {OWN}\n"


def test_a_key_that_a_release_renames_is_renamed_and_a_failing_preview_is_named(
    upstream: Project, copy: Project
) -> None:
    release(upstream, NEXT, "Nothing that matters here.")
    upstream.edit(
        "catalog/stacks/renamed_keys.py", ("RENAMED: Final[tuple[RenamedKey, ...]] = ()", RENAMED.format(LAST))
    )
    upstream.edit("catalog/stacks/settings.py", ("gallery_description:", "about:"))
    upstream.edit("plan/gallery.py", ("settings.gallery_description", "settings.about"))
    upstream.edit("Pulumi.yaml", ("  galleryDescription:\n", "  about:\n"))
    release(upstream, LAST, "`galleryDescription` is called `about`.")
    # Half of the images have a disk that no teacher sees: the policies refuse them.
    copy.write(
        "university/images.yaml",
        copy.read("university/images.yaml").replace("os_disk_size_gb: 32", "os_disk_size_gb: 256"),
    )
    commit(copy.path, "Larger disks")
    before = git(copy.path, "rev-parse", "HEAD")
    stack = (copy.path / "Pulumi.prod.yaml").read_bytes()
    git(copy.path, "remote", "rename", "origin", "upstream")
    result = copy.run("make", "upgrade", f"TO=v{LAST}", check=False)
    assert result.returncode == 2, result.stdout  # as make ends whenever a command fails
    assert "Traceback" not in result.stdout + result.stderr
    assert git(copy.path, "log", "--format=%s", f"{before}..").split("\n") == [
        f"Rename keys as v{LAST} does",
        f"Upgrade to v{LAST}",
    ]
    renamed = stack.replace(b"galleryDescription", b"about")
    assert (copy.path / "Pulumi.prod.yaml").read_bytes() == renamed != stack
    assert "* Nothing that matters here." in result.stdout
    assert "image-os-disk-below-128-gb" in result.stdout
    assert "this failed: ./labs check, sandbox/preview prod." in " ".join(result.stderr.split())
    assert f"git reset --keep {before[:12]}" in result.stderr
