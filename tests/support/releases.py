"""Releases of a small product in a local remote, and copies of it as administrators have them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.project import ROOT
from tests.support.written import files

PROGRAM = 'print("one")\n\n\n\n\nprint("two")\n'
LABS = """#!/bin/sh
# Stands for the program of this release: notes how it is called.
echo "$0 $*" >>"${CALLS:-/dev/null}"
exit "${LABS_ENDS:-0}"
"""
PREVIEW = """#!/bin/sh
echo "$0 $*" >>"${CALLS:-/dev/null}"
[ "$1" != "${BAD_STACK:-}" ]
"""
STACK = """config:
  azure-native:subscriptionId: 11111111-2222-3333-4444-555555555555
  lab-image-gallery:galleryName: contoso_lab_images
  lab-image-gallery:resourceGroupName: galleries
  lab-image-gallery:location: koreacentral
"""
YOURS = {
    "images.yaml": "images: {}  # ours, says the university\r\n",
    "Pulumi.prod.yaml": STACK + "  lab-image-gallery:catalog: catalogues/prod.yaml\n",
    "catalogues/prod.yaml": "images: {}\n",
    "policy-config.json": "{}\n",
    ".github/CODEOWNERS": "* @university/it\n",
}
"""What an administrator adds to their copy or changes in it."""

PERSON = {f"GIT_{role}_{what}": "Ada" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
"""Variables by which git knows who commits."""


def git(folder: Path, *arguments: str, **env: str) -> str:
    """A git command as a person gives it, with a name and without any configuration of this machine's user."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", "-c", "safe.directory=*", *arguments],
        cwd=folder,
        env={**clean, **quiet, **PERSON, **env},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, f"git {arguments}: {done.stderr.decode()}"
    return done.stdout.decode(errors="surrogateescape").rstrip("\n")


def write(folder: Path, contents: Mapping[str, str | bytes | None]) -> None:
    """Write files, executable where they begin with `#!`; None deletes one."""
    for name, content in contents.items():
        path = folder / name
        if content is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        if path.read_bytes().startswith(b"#!"):
            path.chmod(0o755)


def commit(folder: Path, message: str = "Change") -> str:
    """Commit everything; the commit's id."""
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
    return git(folder, "rev-parse", "HEAD")


@dataclass(frozen=True)
class Upstream:
    """The product's repository."""

    path: Path

    @classmethod
    def at(cls, path: Path) -> Upstream:
        """A repository with the release v0.1.0, in which the administrator's files are as they are shipped."""
        path.mkdir()
        git(path, "init", "-q")
        upstream = cls(path)
        shipped: dict[str, str | bytes | None] = {
            ".gitignore": ".sandbox/\n",
            "yours.txt": (ROOT / "yours.txt").read_bytes(),
            "Pulumi.yaml": "name: lab-image-gallery\n",
            "labs": LABS,
            "sandbox/preview": PREVIEW,
            "sandbox/images.yaml": "images: {}\n",
            "program.py": PROGRAM,
            "images.yaml": "images: {}\n",
            "policy-config.json": '{"shipped": true}\n',
            ".github/CODEOWNERS": "* @template\n",
        }
        upstream.release("0.1.0", shipped, "* The first.")
        return upstream

    def release(self, version: str, contents: Mapping[str, str | bytes | None], notes: str = "* New things.") -> str:
        """Commit and tag a release that changes these files; the commit's id."""
        changelog = self.path / "CHANGELOG.md"
        before = changelog.read_text(encoding="utf-8") if changelog.exists() else ""
        older = before.removeprefix("# Changelog\n\n## [Unreleased]\n\n")
        text = f"# Changelog\n\n## [Unreleased]\n\n## [{version}] - 2026-12-01\n\n### Added\n\n{notes}\n\n{older}"
        project = f'[project]\nname = "lab-image-gallery"\nversion = "{version}"\n'
        write(self.path, {"CHANGELOG.md": text, "pyproject.toml": project, **contents})
        made = commit(self.path, f"Release {version}")
        git(self.path, "tag", "-a", "-m", "A release", f"v{version}")
        return made


@dataclass(frozen=True)
class Copy:
    """A copy of the product, with what an administrator has in it."""

    path: Path

    @classmethod
    def fork(cls, upstream: Upstream, path: Path, *options: str) -> Copy:
        """A clone with the upstream's history, or part of it."""
        git(path.parent, "clone", "-q", "--origin", "upstream", *options, f"file://{upstream.path}", str(path))
        return cls(path)._owned()

    @classmethod
    def template(cls, upstream: Upstream, path: Path) -> Copy:
        """A repository of its own with the upstream's files, as a download or a template makes it."""
        git(path.parent, "clone", "-q", str(upstream.path), str(path))
        git(path, "checkout", "-q", "v0.1.0")
        for name in git(path, "for-each-ref", "--format=%(refname)").split():
            git(path, "update-ref", "-d", name)
        git(path, "remote", "remove", "origin")
        git(path, "checkout", "-q", "--orphan", "main")
        git(path, "remote", "add", "upstream", str(upstream.path))
        git(path, "reflog", "expire", "--expire=now", "--all")
        git(path, "gc", "-q", "--prune=now")
        return cls(path)._owned()

    def _owned(self) -> Copy:
        write(self.path, YOURS)
        commit(self.path, "Our images")
        return self

    @property
    def head(self) -> str:
        """The commit that is checked out."""
        return git(self.path, "rev-parse", "HEAD")

    def files(self) -> dict[str, bytes]:
        """Content of every file."""
        return files(self.path, without={".git"})

    def state(self) -> tuple[dict[str, bytes], str, str, str]:
        """All that must be as before when an upgrade stops: files, what git says of them, references, the index."""
        return (
            self.files(),
            git(self.path, "status", "--porcelain=v1"),
            git(self.path, "for-each-ref") + git(self.path, "rev-parse", "HEAD"),
            git(self.path, "ls-files", "--stage"),
        )
