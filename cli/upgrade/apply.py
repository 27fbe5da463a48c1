"""The merge of a release into the copy's files: computed beside them, then put in place as one commit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from shlex import quote

from catalog.files.diagnostic import escaped
from cli.catalogue_file import undisturbed
from cli.upgrade.git import Entry, Git, GitError
from cli.upgrade.merge import Conflict, Merge, merge
from cli.upgrade.project_copy import ProjectCopy
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
    if conflicts:
        raise Stopped([_of_conflicts(conflicts, release)])
    return Merge(changes, (), found_merge.kept_deleted, ())


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
            "what git has changed, and put that back; a change of yours that is in no commit is lost with it:"
        )
        raise Stopped([Obstacle(why, ("git status", "git reset --hard HEAD"))]) from None
    return commit


def letters(changes: Mapping[str, Entry | None], before: Mapping[str, Entry]) -> Iterator[str]:
    """Each changed file with A (added), M (modified) or D (deleted) before it."""
    for path in sorted(changes):
        letter = "D" if changes[path] is None else "M" if path in before else "A"
        yield f"{letter} {escaped(path)}"
