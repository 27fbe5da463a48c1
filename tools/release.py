"""Makes the files of a release, `python -m tools.release vX.Y.Z FOLDER`: the policy pack, its checksum, the notes.

Refuses a tag that is not the version, has no section in the changelog, or changes files that are the administrator's.
Uses nothing beyond the standard library and git, so that no package is installed where a release is published.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli.upgrade import changelog
from cli.upgrade.changelog import Section, sections
from cli.upgrade.git import Git, GitError
from cli.upgrade.version import FILE as VERSION_FILE
from cli.upgrade.version import Version, version_in

ROOT: Final = Path(__file__).resolve().parents[1]
PACK: Final = "lab-image-policies"
LIST: Final = "yours.txt"


class ReleaseError(Exception):
    """The tag is no release; the message says all that is wrong."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A commit that changes files of the administrator; `ours` says whether it changes the product's as well."""

    commit: str
    yours: tuple[str, ...]
    ours: bool


def main(tag: str, folder: Path, root: Path = ROOT) -> None:
    """Write the files of a release. Raises ReleaseError if the tag is none."""
    git = Git(root)
    text = (root / changelog.FILE).read_text(encoding="utf-8")
    version = version_in((root / VERSION_FILE).read_text(encoding="utf-8"))
    found = list(problems(tag, version, sections(text)))
    if version is not None:
        found += _touching(git)
    if found or version is None:
        raise ReleaseError("\n".join(found))
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{PACK}-{version}"
    archive = folder / f"{name}.tar.gz"
    # Of a commit, not of a tree: the files then have the commit's date, and the archive is the same each time.
    arguments = ("--format=tar.gz", f"--prefix={name}/", f"--output={archive.absolute()}")
    git.run("archive", *arguments, "HEAD", "policies", "LICENSE")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    (folder / "SHA256SUMS").write_text(f"{digest}  {archive.name}\n", encoding="utf-8")
    (folder / "notes.md").write_text(sections(text)[0].notes + "\n", encoding="utf-8")


def problems(tag: str, version: Version | None, released: list[Section]) -> Iterator[str]:
    """What keeps a tag from being the release of a version with these sections in the changelog."""
    if version is None:
        yield f"{VERSION_FILE} states no version such as 1.2.3; write one"
        return
    if tag != version.tag:
        yield f"the tag is {tag}, and {VERSION_FILE} states {version}; tag the commit that states what the tag says"
    newest = released[0].version if released else None
    if newest != version:
        yield (
            f"the newest section of {changelog.FILE} is of {newest or 'no release'}, not {version}; write "
            f"## [{version}] - YYYY-MM-DD above it, with what an administrator notices"
        )
    elif not released[0].notes:
        yield f"the section {version} of {changelog.FILE} is empty; write what an administrator notices"


def _touching(git: Git) -> Iterator[str]:
    if git.text("rev-parse", "--is-shallow-repository") == "true":
        yield "the history is cut off, so it is not known what changed since the last release: git fetch --unshallow"
        return
    last = last_release(git, "HEAD^")
    if last is not None:
        for found in touched(git, last, "HEAD"):
            names = ", ".join(found.yours)
            yield f"commit {found.commit[:12]} changes {names}: {LIST} leaves that to the administrator; take it back"


def last_release(git: Git, commit: str) -> str | None:
    """The tag of the newest release that a commit has in its history; None if there is none."""
    done = git.attempt("describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", commit)
    return done.stdout.decode().strip() if done.returncode == 0 else None


def touched(git: Git, since: str, until: str) -> list[Touched]:
    """The commits after `since` up to `until` that change files of the administrator.

    Theirs is what the list said before the commit: the one that puts a file on it may change the file a last time.
    """
    changed = _changed(git, since, until)
    before = dict(zip(changed, _lists_before(git, changed), strict=True))
    # Few commits change the list: each of its texts is asked once, for what all its commits change.
    yours = {
        text: git.matching(text, {path for commit in changed if before[commit] == text for path in changed[commit]})
        for text in set(before.values())
    }
    found = ((commit, paths, yours[before[commit]].intersection(paths)) for commit, paths in changed.items())
    return [
        Touched(commit, tuple(sorted(theirs)), len(theirs) < len(paths)) for commit, paths, theirs in found if theirs
    ]


def _changed(git: Git, since: str, until: str) -> dict[str, list[str]]:
    """The paths that each commit after `since` up to `until` changes."""
    commits = git.run("rev-list", f"{since}..{until}")
    changed: dict[str, list[str]] = {commit: [] for commit in commits.decode().split()}
    paths: list[str] = []
    # -c: of a merge only what neither parent has. The id of a commit stands before its paths.
    arguments = ("--stdin", "--name-only", "--no-renames", "-r", "-c", "-z")
    for name in os.fsdecode(git.run("diff-tree", *arguments, stdin=commits)).split("\0")[:-1]:
        if name in changed:
            paths = changed[name]
        else:
            paths.append(name)
    return changed


def _lists_before(git: Git, commits: Iterable[str]) -> Iterator[str]:
    """The text of the list before each commit; empty if there was none."""
    answer = git.run("cat-file", "--batch", stdin="".join(f"{commit}^:{LIST}\n" for commit in commits).encode())
    while answer:
        about, _, answer = answer.partition(b"\n")
        if about.endswith(b" missing"):
            yield ""
        else:
            size = int(about.rpartition(b" ")[2])
            yield answer[:size].decode(errors="replace")
            answer = answer[size + 1 :]


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]))
    except (ReleaseError, GitError) as error:
        sys.exit(f"release: {error}\nNothing was published.")
