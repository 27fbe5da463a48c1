"""The merge of a release into the copy's files: computed beside them, then put in place as one commit."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from shlex import quote

from catalog.files.diagnostic import escaped
from cli.catalogue_file import undisturbed
from cli.upgrade.git import Entry, Git, GitError, Tree
from cli.upgrade.merge import ADDED, FILE_MODES, Conflict, Merge, merge
from cli.upgrade.project_copy import TAKE_BACK, ProjectCopy
from cli.upgrade.release import Release, text_of
from cli.upgrade.stopped import Obstacle, Stopped, no_list
from cli.upgrade.yours import FILE, Lists, named_by_stacks, yours


def merged(git: Git, folder: Path, copy: ProjectCopy, base: Release, release: Release) -> Merge:
    """What the release changes in the copy, texts merged; no file is written. Raises Stopped with every conflict."""
    ours = git.tree(copy.head)
    if FILE not in ours:
        command = f"git checkout {base.commit[:12]} -- {FILE} && git commit -m 'The list of what is ours'"
        raise Stopped([no_list(command)])
    lists = Lists(git.blob(ours[FILE].blob).decode(errors="replace"), text_of(git, release, FILE))
    named = named_by_stacks(git, f"{lists.now}\n{lists.next}", folder)
    if named.problems:
        found = "\n".join(map(str, named.problems))
        why = "a stack file cannot be read, so it is not known which catalogue is yours; nothing was changed:"
        raise Stopped([Obstacle(why, (*found.split("\n"), "./labs check"))])
    named_only = named.catalogues - base.tree.keys()
    theirs = named_only | yours(git, lists, ours.keys(), {*base.tree, *release.tree})
    found_merge = merge(base.tree, ours, release.tree, theirs)
    conflicts = list(found_merge.conflicts)
    changes = dict(found_merge.changes)
    for text in found_merge.texts:
        blob = git.merged(text.ours, text.base, text.theirs)
        if blob is None:
            conflicts.append(Conflict(text.path, "the release changes the lines that you changed"))
        else:
            changes[text.path] = Entry(text.mode, blob)
    explained = [_explained(git, each, ours, (base.tree, release.tree)) for each in conflicts]
    unknown = in_the_way(folder, changes, ours)
    if explained or unknown:
        # The files that no commit has come first: the commands for conflicts would overwrite them.
        obstacles = [_of_unknown(unknown, release)] if unknown else []
        raise Stopped([*obstacles, *([_of_conflicts(explained, release)] if explained else [])])
    return Merge(changes, (), found_merge.kept_deleted, ())


def _explained(git: Git, conflict: Conflict, ours: Tree, releases: Iterable[Tree]) -> Conflict:
    """The conflict, with another reason if line breaks are all that you changed."""
    mine = ours.get(conflict.path)
    others = (tree.get(conflict.path) for tree in releases)
    if mine is None or mine.mode not in FILE_MODES:
        return conflict
    lines = git.blob(mine.blob).replace(b"\r\n", b"\n")
    same = (each for each in others if each is not None and each.mode in FILE_MODES and each.blob != mine.blob)
    if any(git.blob(each.blob).replace(b"\r\n", b"\n") == lines for each in same):
        return Conflict(conflict.path, "your change is in its line breaks only")
    return conflict


def in_the_way(folder: Path, changes: Mapping[str, Entry | None], ours: Tree) -> frozenset[Conflict]:
    """Files that no commit has where changes write: git overwrites those that it ignores.

    Whether names that differ in case only are one file is for the file system to say.
    """
    added = (path for path, entry in changes.items() if entry is not None and path not in ours)
    gone = [path for path, entry in changes.items() if entry is None and path in ours]
    return frozenset(found for path in added if (found := _obstructed(folder, path, ours, gone)) is not None)


def _obstructed(folder: Path, path: str, ours: Tree, gone: Collection[str]) -> Conflict | None:
    for parent in map(str, PurePosixPath(path).parents):
        there = folder / parent
        if os.path.lexists(there) and not _is_folder(there) and not _same(folder, parent, ours):
            return Conflict(parent, "the release adds a folder, and you have a file of that name")
    if not _is_folder(folder / path):
        return Conflict(path, ADDED) if os.path.lexists(folder / path) and not _same(folder, path, gone) else None
    inside = (each.relative_to(folder).as_posix() for each in (folder / path).rglob("*") if not _is_folder(each))
    kept = min((each for each in inside if each not in ours), default=None)
    if kept is None:
        return None
    if any(each.startswith(f"{path}/") for each in ours):
        return Conflict(kept, f"the release makes {path} a file")
    return Conflict(path, "the release adds a file, and you have a folder of that name")


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _same(folder: Path, path: str, tracked: Collection[str]) -> bool:
    """Whether a path is one of those that git knows, also spelled in another case where that is the same file."""
    folded = path.casefold()
    near = (folder / each for each in tracked if each.casefold() == folded)
    there = (folder / path).lstat()
    return any(os.path.lexists(each) and os.path.samestat(each.lstat(), there) for each in near)


def _of_unknown(conflicts: Iterable[Conflict], release: Release) -> Obstacle:
    tag = release.version.tag
    found = sorted(conflicts, key=lambda conflict: conflict.path)
    return Obstacle(
        f"{tag} brings files where you have others that no commit has, so they would be lost; nothing was changed. "
        "Move yours out of the way, here to the folder above, and upgrade:",
        (
            *(f"{escaped(conflict.path)}: {conflict.reason}" for conflict in found),
            "",
            *(f"mv -i -- {quote(conflict.path)} .." for conflict in found),
            f"./labs upgrade --to {tag}",
        ),
    )


def _of_conflicts(conflicts: list[Conflict], release: Release) -> Obstacle:
    found = sorted(conflicts, key=lambda conflict: conflict.path)
    tag = release.version.tag
    return Obstacle(
        f"{tag} and you changed the same files of the product, and which is right is yours to decide; nothing was "
        "changed. Take the release's files, upgrade, and put your change in again. Your lines stay in the history.",
        (*(f"{escaped(conflict.path)}: {conflict.reason}" for conflict in found), *_take(found, release)),
    )


def _take(conflicts: list[Conflict], release: Release) -> Iterator[str]:
    """Commands that take the release's files."""
    paths = sorted({conflict.path for conflict in conflicts})
    there = [quote(path) for path in paths if path in release.tree]
    gone = [quote(path) for path in paths if path not in release.tree]
    yield ""
    if there:
        yield f"git restore --source={release.commit[:12]} --staged --worktree -- {' '.join(there)}"
    if gone:
        yield f"git rm -- {' '.join(gone)}"
    yield f"git commit -m 'Files as {release.version.tag} has them'"
    yield f"./labs upgrade --to {release.version.tag}"


def put_in_place(git: Git, head: str, changes: Mapping[str, Entry | None], message: str) -> str:
    """Commit changes on `head` and check the commit out; its id. Files that do not change are not written.

    Raises Stopped if another command moved HEAD meanwhile, or files cannot be written.
    """
    commit = git.commit(head, changes, message)
    if git.commit_id("HEAD") != head:
        why = "another command made a commit meanwhile; nothing was changed. Repeat the command."
        raise Stopped([Obstacle(why)])
    try:
        with undisturbed():
            git.run("reset", "--keep", "--quiet", commit, GIT_REFLOG_ACTION="labs upgrade")
    except GitError as error:
        why = (
            f"the files cannot all be written; git says: {error}. The commit that was checked out still is. Look at "
            "what git has changed, put that back (a change of yours that is in no commit is lost with it), and delete "
            "those of the files that git lists which the upgrade added:"
        )
        raise Stopped([Obstacle(why, ("git status", *TAKE_BACK))]) from None
    return commit


def letters(changes: Mapping[str, Entry | None], before: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
    """Each changed file with A (added), M (modified) or D (deleted) before it, in git's way."""
    for path in sorted(changes):
        letter = "D" if changes[path] is None else "M" if path in before else "A"
        yield letter, path
