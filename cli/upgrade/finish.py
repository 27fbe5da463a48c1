"""What follows an upgrade, done by the program of the new release: renamed keys, `labs check`, previews.

The program of the old release starts it as `./labs upgrade --finish COMMIT`, with the commit before the upgrade. That
form never changes: the program that calls it is the older one.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import click

from catalog.files.diagnostic import Diagnostic, escaped
from catalog.stacks.renamed_keys import RENAMED, RenamedKey, renamed
from catalog.stacks.stack_file import DEFAULT_CATALOGUE
from cli.upgrade import version as versions
from cli.upgrade import yours
from cli.upgrade.apply import put_in_place
from cli.upgrade.git import Entry, Git, GitError
from cli.upgrade.project_copy import ProjectCopy, project_copy, some
from cli.upgrade.stopped import Obstacle, Stopped, no_list
from cli.upgrade.version import Version, version_in

RENAMING: Final = "renaming keys"
_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}")


def finish(folder: Path, before: str) -> None:
    """Rename keys in files of the administrator, check them, preview each of their stacks, and say how to undo it.

    `before` is the commit that was checked out before the upgrade. Raises Stopped if it is none, ClickException if a
    step fails; the other steps are still done.
    """
    git, copy = project_copy(folder)
    old = _version_before(git, before)
    if not (folder / yours.FILE).is_file():
        raise Stopped([no_list(f"git checkout {before[:12]} -- {yours.FILE}")])
    named = yours.named_by_stacks(git, (folder / yours.FILE).read_text(encoding="utf-8"), folder)
    keys = keys_since(RENAMED, old, copy.version)
    failed = []
    if keys and not _rename(git, copy, keys, named):
        failed.append(RENAMING)
    for command in (["./labs", "check"], *(["sandbox/preview", stack.name] for stack in named.stacks)):
        failed += _run(folder, command)
    if not named.stacks:
        click.echo("\nThere is no stack of yours to preview.")
    undo = f"    git reset --keep {before[:12]}"
    if failed:
        what = ", ".join(failed)
        why = (
            f"{copy.version.tag} is committed, and this failed: {what}. What is wrong is said above. Mend it and "
            "repeat these steps, or undo the upgrade:"
        )
        again = f"./labs upgrade --finish {before[:12]}"
        raise click.ClickException(str(Obstacle(why, (again, undo.strip()))))
    click.echo(f"\nUpgraded from {old.tag} to {copy.version.tag}. Undo it with:\n{undo}")
    click.echo("Before you deploy, see what it changes on Azure: open a pull request.")


def keys_since(keys: Iterable[RenamedKey], old: Version, new: Version) -> list[RenamedKey]:
    """The keys that releases after `old` and up to `new` renamed, oldest release first."""
    dated = ((Version.of(key.since), key) for key in keys)
    chosen = [(version, key) for version, key in dated if version is not None and old < version <= new]
    return [key for _, key in sorted(chosen, key=lambda pair: pair[0])]


def _version_before(git: Git, before: str) -> Version:
    commit = git.commit_id(before) if _COMMIT.fullmatch(before) else None
    try:
        version = version_in(git.text("show", f"{commit}:{versions.FILE}")) if commit else None
    except GitError:
        version = None
    if version is None:
        why = f"{before} is no commit with this product before an upgrade; nothing was changed. To upgrade:"
        raise Stopped([Obstacle(why, ("./labs upgrade --to vX.Y.Z",))])
    return version


def _rename(git: Git, copy: ProjectCopy, keys: Sequence[RenamedKey], named: yours.Named) -> bool:
    """Rename keys in the administrator's files, as a commit; whether nothing is left to do by hand."""
    changes: dict[str, Entry | None] = {}
    found: list[Diagnostic] = []
    tree = git.tree(copy.head)
    kinds = {
        **dict.fromkeys(sorted({DEFAULT_CATALOGUE, *named.catalogues}), "catalogue"),
        **dict.fromkeys((stack.path.name for stack in named.stacks), "stack"),
    }
    for path, kind in kinds.items():
        chosen = [key for key in keys if key.file == kind]
        if path in tree and chosen:
            content = git.blob(tree[path].blob)
            after, more = renamed_bytes(content, chosen, path, named.project)
            found += more
            if after != content:
                changes[path] = Entry(tree[path].mode, git.write_blob(after))
    for problem in found:
        click.echo(str(problem))
    if changes and copy.uncommitted:
        why = f"Keys are not renamed while files are in no commit ({some(copy.uncommitted)}). Commit them first."
        click.echo(str(Obstacle(why)))
        return False
    if changes:
        commit = put_in_place(git, copy.head, changes, f"Rename keys as {copy.version.tag} does")
        click.echo(f"\nKeys that {copy.version.tag} renamed are renamed, as commit {commit[:12]}:")
        for path in changes:
            click.echo(f"  {escaped(path)}")
    return not found


def renamed_bytes(
    content: bytes, keys: Iterable[RenamedKey], file: str, project: str
) -> tuple[bytes, list[Diagnostic]]:
    """As `renamed`, of a file's bytes; a mark at its beginning stays."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "this is not UTF-8, so no key was renamed here; save the file as UTF-8, then repeat the step"
        return content, [Diagnostic(file, line, "", message)]
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    after, found = renamed(text.removeprefix(mark), keys, file=file, project=project)
    return (mark + after).encode("utf-8"), found


def _run(folder: Path, command: list[str]) -> list[str]:
    """Run a command in sight of the user; its name if it fails."""
    said = " ".join(command)
    click.echo(f"\n== {said}")
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, check=False)
    except OSError as error:
        click.echo(f"{said} cannot be started: {error.strerror}")
        return [said]
    return [] if done.returncode == 0 else [said]
