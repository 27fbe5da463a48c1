"""The copy of the product in a folder, and what keeps it from being upgraded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Final

from cli.upgrade import version as versions
from cli.upgrade import yours
from cli.upgrade.git import Git, GitError
from cli.upgrade.stopped import Obstacle, Stopped
from cli.upgrade.version import Version, version_in

UPSTREAM: Final = "upstream"
"""The remote that releases come from, unless another one is named."""

MOST_NAMED: Final = 10
"""Files that an obstacle names; of more it says how many."""

TAKE_BACK: Final = ("git reset --hard HEAD", "git clean -nd")
"""Commands that put back the files of the commit, and list those that it does not have."""

_STASH: Final = "git stash --include-untracked"

# A file or folder of the repository's own that git has while a command waits to be continued.
_UNFINISHED: Final = {
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "BISECT_LOG": "bisect",
}


@dataclass(frozen=True, slots=True)
class ProjectCopy:
    """A copy: its version and the commit that is checked out, which states it; the version that the files state; files
    that are in no commit, and those of them that are not the administrator's; files by which a git command that runs or
    was killed locks the repository; a git command that waits to be continued; and the names of the remotes."""

    version: Version
    head: str
    version_of_files: Version | None
    uncommitted: tuple[str, ...]
    not_yours: tuple[str, ...]
    locks: tuple[str, ...]
    unfinished: str | None
    remotes: frozenset[str]


def project_copy(folder: Path) -> tuple[Git, ProjectCopy]:
    """The copy in a folder. Raises Stopped if there is none, or it is no repository with a commit."""
    git = Git(folder)
    of_files = _version_of_files(folder)
    try:
        version = _version_of_commit(git) or of_files
        top = git.attempt("rev-parse", "--show-toplevel")
    except GitError:
        why = "there is no git on PATH, and releases come by git; nothing was changed. Install git, such as:"
        raise Stopped([Obstacle(why, ("sudo apt install git",))]) from None
    if version is None:
        raise Stopped([_no_copy()])
    said = top.stderr.decode(errors="replace")
    if top.returncode != 0 and "not a git repository" not in said:
        raise Stopped([Obstacle(f"git does not open this repository: {said.strip()}. Nothing was changed.")])
    top_folder = Path(top.stdout.decode(errors="surrogateescape").rstrip("\n"))
    if top.returncode != 0 or _ignores_all(git):
        why = (
            "this folder is no git repository, as after a download without git, so an upgrade could not be undone; "
            "nothing was changed. Make it one, then repeat the command:"
        )
        raise Stopped([Obstacle(why, ("git init && git add -A && git commit -m 'Our copy'",))])
    if top_folder.resolve() != folder.resolve():
        inside = folder.resolve().relative_to(top_folder.resolve()).as_posix()
        why = (
            f"the product is in the folder {inside} of a larger repository, and an upgrade needs a repository that has "
            "the product at its top; nothing was changed. Make one, with the history of that folder:"
        )
        split = f"git -C {quote(str(top_folder))} subtree split --prefix={quote(inside)} -b lab-images"
        clone = f"git clone -b lab-images {quote(str(top_folder))} {quote(f'{top_folder}-lab-images')}"
        raise Stopped([Obstacle(why, (split, clone))])
    head = git.commit_id("HEAD")
    if head is None:
        why = "this repository has no commit yet, so an upgrade could not be undone; nothing was changed. Commit first:"
        raise Stopped([Obstacle(why, ("git add -A && git commit -m 'Our copy'",))])
    uncommitted = tuple(_uncommitted(git))
    return git, ProjectCopy(
        version,
        head,
        of_files,
        uncommitted,
        tuple(_not_yours(git, folder, uncommitted)) if uncommitted else (),
        tuple(_locks(git, folder)),
        _unfinished(git, folder),
        frozenset(git.text("remote").split("\n")) - {""},
    )


def _version_of_files(folder: Path) -> Version | None:
    try:
        return version_in((folder / versions.FILE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def _version_of_commit(git: Git) -> Version | None:
    shown = git.attempt("show", f"HEAD:./{versions.FILE}")
    return version_in(shown.stdout.decode(errors="replace")) if shown.returncode == 0 else None


def _no_copy() -> Obstacle:
    why = (
        f"{versions.FILE} in this folder is missing or states no version of {versions.PROJECT}, so it is not known "
        "which release this is a copy of; nothing was changed. Call the command in the folder that has the file "
        f"labs, or restore {versions.FILE}:"
    )
    return Obstacle(why, (f"git restore {versions.FILE}",))


def _ignores_all(git: Git) -> bool:
    """Whether the folder only lies in a repository that does not know it, such as that of a home folder."""
    tracked = git.attempt("ls-files", "--error-unmatch", versions.FILE).returncode == 0
    return not tracked and git.attempt("rev-parse", "--show-prefix").stdout.strip() != b""


def _uncommitted(git: Git) -> Iterator[str]:
    arguments = (
        "status",
        "--porcelain=v1",
        "-z",
        "--untracked-files=all",
        "--no-renames",
        "--ignore-submodules=none",
    )
    return (entry[3:] for entry in git.names(*arguments))


def _not_yours(git: Git, folder: Path, uncommitted: tuple[str, ...]) -> Iterator[str]:
    """Those of some files that are the product's or of nobody known: by the list of the commit, and by the stacks."""
    listed = git.attempt("show", f"HEAD:./{yours.FILE}")
    patterns = os.fsdecode(listed.stdout) if listed.returncode == 0 else ""
    theirs = git.matching(patterns, uncommitted) | yours.named_by_stacks(git, patterns, folder).catalogues
    return (path for path in uncommitted if path not in theirs)


def _locks(git: Git, folder: Path) -> Iterator[str]:
    """The locks that git would wait for in vain: of the index, of HEAD and of its branch."""
    branch = git.attempt("symbolic-ref", "--quiet", "HEAD").stdout.decode(errors="surrogateescape").strip()
    for name in ("index", "HEAD", *([branch] if branch else [])):
        path = git.text("rev-parse", "--git-path", f"{name}.lock")
        if (folder / path).exists():
            yield path


def _unfinished(git: Git, folder: Path) -> str | None:
    for name, command in _UNFINISHED.items():
        if (folder / git.text("rev-parse", "--git-path", name)).exists():
            return command
    return None


def obstacles(copy: ProjectCopy, to: Version, remote: str | None) -> Iterator[Obstacle]:
    """Everything that keeps a copy from the release `to` of a remote, before that is asked."""
    if copy.locks:
        why = (
            f"{some(copy.locks)} locks this repository: a git command is running, or one was killed; nothing was "
            "changed. If none is running, delete the lock:"
        )
        yield Obstacle(why, (f"rm {' '.join(map(quote, copy.locks))}",))
    if to == copy.version:
        yield Obstacle(f"this copy is of {to.tag} already, so there is nothing to upgrade.")
    if to < copy.version:
        why = (
            f"this copy is of {copy.version.tag}, which is newer than {to.tag}, and an upgrade only goes forward; "
            "nothing was changed. To take an upgrade back, revert its commits:"
        )
        yield Obstacle(why, (f"git log --oneline --grep 'Upgrade to {copy.version.tag}'", "git revert COMMIT"))
    if copy.unfinished:
        why = f"a {copy.unfinished} waits to be finished, so an upgrade would become part of it; nothing was changed. "
        yield Obstacle(f"{why}Finish or abort it first:", ("git status",))
    if copy.uncommitted:
        yield _in_no_commit(copy)
    if remote is None and UPSTREAM not in copy.remotes:
        why = (
            f"it is not known where releases come from, since there is no remote {UPSTREAM}; nothing was changed. Name "
            "the repository that this one was copied from, once or each time:"
        )
        yield Obstacle(
            why,
            (
                f"git remote add {UPSTREAM} https://github.com/OWNER/REPOSITORY.git",
                f"./labs upgrade --to {to.tag} --from https://github.com/OWNER/REPOSITORY.git",
            ),
        )


def _in_no_commit(copy: ProjectCopy) -> Obstacle:
    named = some(copy.uncommitted)
    if copy.version_of_files not in (None, copy.version):
        return Obstacle(
            f"files here are in no commit ({named}): they are of {copy.version_of_files.tag} and the commit that is "
            f"checked out is of {copy.version.tag}, as after an upgrade that was cut off. Do not commit them. Put the "
            "files of the commit back, which drops every change since it, yours as well; then delete those of the "
            "files that git lists which the upgrade added:",
            TAKE_BACK,
        )
    if not copy.not_yours:
        why = (
            f"files here are in no commit ({named}), and what git does not know cannot be put back; nothing was "
            "changed. Commit them, or set them aside until the upgrade is done:"
        )
        return Obstacle(why, ("git add -A && git commit", _STASH))
    return Obstacle(
        f"files here are in no commit ({named}), and what git does not know cannot be put back; nothing was changed. "
        f"Not yours by {yours.FILE}: {some(copy.not_yours)}. An upgrade that was cut off leaves such files too, and "
        "docs/run/upgrade.md says how to take it back. Look at them; then commit your own by name, or set all aside "
        "until the upgrade is done:",
        ("git status", "git add FILE && git commit", _STASH),
    )


def some(names: tuple[str, ...]) -> str:
    """Names for a message: all, or the first ones and how many more there are."""
    shown = ", ".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown} and {len(names) - MOST_NAMED} more"
