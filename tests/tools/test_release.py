"""A release: what is refused, what is published, and that it touches nothing of an administrator's."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from cli.upgrade.changelog import Section
from cli.upgrade.git import Git
from cli.upgrade.version import Version, own_version
from tests.support.project import ROOT, Project
from tests.support.releases import PERSON, commit, git, write
from tests.support.workflows import NAMES
from tests.support.written import files
from tools.release import LIST, last_release, problems, touched

PATTERNS = (ROOT / LIST).read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
ONE = Section(Version(1, 2, 3), "2026-12-01", "* New.")


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A repository with what a release is made from, and its first commit."""
    root = tmp_path / "product"
    for name in ("cli", "tools", "policies"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns(".venv", "__pycache__", ".*_cache"))
    for name in ("pyproject.toml", "CHANGELOG.md", "LICENSE", LIST):
        shutil.copy(ROOT / name, root / name)
    write(root, {"images.yaml": "images: {}\n", ".gitignore": ".sandbox/\n__pycache__/\n"})
    git(root, "init", "-q")
    commit(root)
    return root


def release(root: Path, tag: str) -> subprocess.CompletedProcess[str]:
    """The pipeline's step, with no package but Python's own."""
    tools = root.parent / "tools"
    tools.mkdir(exist_ok=True)
    if not (tools / "python3").exists():
        (tools / "python3").write_text(f'#!/bin/sh\nexec {sys.executable} -I -S -c "$BARE" "$@"\n', encoding="utf-8")
        (tools / "python3").chmod(0o755)
    # -m does not go with -I, which keeps packages and variables of this machine away.
    bare = (
        "import runpy, sys; sys.path.insert(0, '.'); sys.argv[1:] = sys.argv[3:]; "
        "runpy.run_module('tools.release', run_name='__main__', alter_sys=True)"
    )
    env = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "GITHUB_REF_NAME": tag, "BARE": bare, **PERSON}
    return subprocess.run(
        [root / "tools" / "pipeline" / "release"],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )


def refused(root: Path, tag: str) -> str:
    result = release(root, tag)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert result.stderr.endswith("\nNothing was published.\n")
    assert not (root / ".sandbox").exists()
    return result.stderr


@pytest.mark.parametrize(
    ("tag", "version", "released", "said"),
    [
        ("v1.2.4", Version(1, 2, 3), [ONE], "the tag is v1.2.4, and pyproject.toml states 1.2.3"),
        ("1.2.3", Version(1, 2, 3), [ONE], "the tag is 1.2.3"),
        ("v1.2.3", Version(1, 2, 3), [], "the newest section of CHANGELOG.md is of no release, not 1.2.3"),
        ("v1.3.0", Version(1, 3, 0), [ONE], "## [1.3.0] - YYYY-MM-DD"),
        ("v1.2.3", Version(1, 2, 3), [Section(Version(1, 2, 3), "2026-12-01", "")], "is empty"),
        ("v1.2.3", None, [ONE], "pyproject.toml states no version such as 1.2.3"),
    ],
)
def test_what_is_no_release(tag: str, version: Version | None, released: list[Section], said: str) -> None:
    (found,) = problems(tag, version, released)
    assert said in found


def test_all_that_is_wrong_is_said_together() -> None:
    assert len(list(problems("v9.9.9", Version(1, 3, 0), [ONE]))) == 2
    assert list(problems("v1.2.3", Version(1, 2, 3), [ONE])) == []


def test_the_files_of_a_release(product: Path, tmp_path: Path) -> None:
    version = own_version()
    # The tag is on the commit, as in the workflow, and is no earlier release.
    git(product, "tag", version.tag)
    result = release(product, version.tag)
    assert (result.returncode, result.stderr) == (0, "")
    made = files(product / ".sandbox" / "release")
    name = f"lab-image-policies-{version}"
    assert set(made) == {f"{name}.tar.gz", "SHA256SUMS", "notes.md"}
    digest = hashlib.sha256(made[f"{name}.tar.gz"]).hexdigest()
    assert made["SHA256SUMS"].decode() == f"{digest}  {name}.tar.gz\n"
    assert made["notes.md"].decode().startswith("### Added\n\n* ")
    assert "## [" not in made["notes.md"].decode()
    with tarfile.open(product / ".sandbox" / "release" / f"{name}.tar.gz") as archive:
        archive.extractall(tmp_path / "out")
    pack = tmp_path / "out" / name / "policies"
    assert files(pack) == files(product / "policies")
    assert files(pack.parent, without={"policies"}) == {"LICENSE": (ROOT / "LICENSE").read_bytes()}
    # The pack works alone: it finds all that it imports, and the version that it has is the release's.
    ran = subprocess.run(
        [ROOT / "policies" / ".venv" / "bin" / "python", "-c", "import lab_image_policies.policies"],
        cwd=pack,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert release(product, version.tag).returncode == 0
    assert files(product / ".sandbox" / "release") == made, "the same commit makes the same files"


def test_another_tag_is_refused(product: Path) -> None:
    assert "the tag is v99.0.0" in refused(product, "v99.0.0")


def test_a_release_that_touches_what_is_yours_is_refused(product: Path) -> None:
    git(product, "tag", "v0.0.1")
    write(product, {"images.yaml": "images: {}  # better\n", "cli/new.py": ""})
    bad = commit(product)
    write(product, {"images.yaml": "images: {}\n"})
    worse = commit(product)  # back again: whoever took the commit between has it
    error = refused(product, own_version().tag)
    assert f"commit {bad[:12]} changes images.yaml: yours.txt leaves that to the administrator" in error
    assert f"commit {worse[:12]} changes images.yaml" in error


def test_before_the_first_release_nobody_has_files_to_keep(product: Path) -> None:
    write(product, {"images.yaml": "images: {}  # better\n"})
    commit(product)
    assert release(product, own_version().tag).returncode == 0


def test_a_history_that_is_cut_off_is_refused(product: Path, tmp_path: Path) -> None:
    write(product, {"cli/new.py": ""})
    commit(product)
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{product}", "shallow")
    assert "the history is cut off" in refused(tmp_path / "shallow", own_version().tag)


def test_every_commit_is_looked_at_and_of_a_merge_what_it_adds(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {LIST: PATTERNS, "images.yaml": "1\n", "Pulumi.dev.yaml": "1\n", "program": "1\n"})
    first = commit(tmp_path)
    write(tmp_path, {"Pulumi.dev.yaml": "2\n", "sandbox/images.yaml": "2\n"})
    good = commit(tmp_path)
    write(tmp_path, {"Pulumi.prod.yaml": "3\n", "ü/images.yaml": "3\n", ".github/CODEOWNERS": "3\n"})
    both = commit(tmp_path)
    git(tmp_path, "mv", "images.yaml", "catalogue.yaml")
    moved = commit(tmp_path)
    git(tmp_path, "checkout", "-q", "-b", "other", good)
    write(tmp_path, {"other": "x\n"})
    commit(tmp_path)
    git(tmp_path, "merge", "-q", "--no-commit", "main")
    write(tmp_path, {"policy-config.json": "{}\n"})
    merge = commit(tmp_path)
    here = Git(tmp_path)
    found = {each.commit: (each.yours, each.ours) for each in touched(here, first, "HEAD")}
    assert found == {
        both: ((".github/CODEOWNERS", "Pulumi.prod.yaml"), True),
        moved: (("images.yaml",), True),
        merge: (("policy-config.json",), False),
    }
    assert touched(here, first, good) == []


def test_the_commit_that_hands_a_file_over_may_change_it_and_a_later_one_may_not(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"program": "1\n", "file": "1\n"})
    first = commit(tmp_path)
    write(tmp_path, {LIST: "/file\n", "file": "2\n"})
    handed = commit(tmp_path)
    write(tmp_path, {"file": "3\n"})
    late = commit(tmp_path)
    write(tmp_path, {LIST: "", "file": "4\n"})
    back = commit(tmp_path)  # what was theirs is not taken back together with a change
    found = [(each.commit, each.yours) for each in touched(Git(tmp_path), first, "HEAD")]
    assert found == [(back, ("file",)), (late, ("file",))]
    assert handed not in dict(found)


def test_no_commit_of_this_repository_since_the_last_release_changes_ours_and_yours() -> None:
    """A commit of yours alone is an administrator's, in their copy; the workflow of a release refuses that as well."""
    here = Git(ROOT)
    since = last_release(here, "HEAD")
    if since is None and (ROOT / ".git").exists():
        # No release yet, or none in a history that is cut off: since the list is there, or since the cut.
        since = here.text("log", "--diff-filter=A", "--format=%H", "--", LIST).split("\n")[-1]
    found = touched(here, since, "HEAD") if since else []
    assert [each for each in found if each.ours] == []


def test_what_generates_files_leaves_yours_alone(fresh: Project) -> None:
    yours = dict.fromkeys(("images.yaml", "policy-config.json", "Pulumi.prod.yaml", ".github/CODEOWNERS"), "of us: [\n")
    write(fresh.path, yours)
    # One that notices: what is generated was changed, and is written again.
    write(fresh.path, {"images.schema.json": "{}\n", "policies/policy-config.schema.json": "{}\n"})
    recipe = MAKEFILE.split("\ngenerated:")[1].split("\n\n")[0].splitlines()[1:]
    ran = [line.strip("\t@").replace("$(PYTHON)", ".venv/bin/python").split() for line in recipe]
    goldens = ["tests.components.golden", "tests.cli.offers.golden", "tests.cli.overview.golden"]
    assert [line[-1] for line in ran[-3:]] == goldens, "they write below tests"
    for command in ran[:-3]:
        fresh.run(*command)
    assert {name: fresh.read(name) for name in yours} == yours
    assert fresh.read("images.schema.json") == (ROOT / "images.schema.json").read_text(encoding="utf-8")


def test_the_workflows_of_the_product_are_not_yours() -> None:
    """Else no release would bring a change of them, and the next one would be refused."""
    assert Git(ROOT).matching(PATTERNS, [f".github/workflows/{name}.yml" for name in NAMES]) == frozenset()


def test_publishing_gives_github_the_notes_and_the_files(product: Path, tmp_path: Path) -> None:
    release(product, own_version().tag)
    (tmp_path / "tools" / "gh").write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" >{tmp_path}/gh\nexit "${{GH_ENDS:-0}}"\n', encoding="utf-8"
    )
    (tmp_path / "tools" / "gh").chmod(0o755)
    env = {
        **os.environ,
        "PATH": f"{tmp_path}/tools{os.pathsep}{os.environ['PATH']}",
        "GITHUB_REF_NAME": own_version().tag,
    }
    script = product / "tools" / "pipeline" / "publish"
    subprocess.run([script], env=env, check=True)
    tag, folder = own_version().tag, ".sandbox/release"
    assert (tmp_path / "gh").read_text(encoding="utf-8").split("\n")[:-1] == [
        *("release", "create", tag, "--verify-tag", "--title", tag, "--notes-file", f"{folder}/notes.md"),
        *(f"{folder}/lab-image-policies-{tag[1:]}.tar.gz", f"{folder}/SHA256SUMS"),
    ]
    failed = subprocess.run([script], env={**env, "GH_ENDS": "1"}, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "GitHub did not take the release (its message is above)" in failed.stderr
