"""`labs upgrade`: a newer release of the product in a copy of it, without touching what is the administrator's."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from catalog.files.diagnostic import escaped
from cli.answer import json_option, print_answer
from cli.terminal import counted, screen_width
from cli.upgrade import changelog
from cli.upgrade.apply import letters, merged, put_in_place
from cli.upgrade.finish import finish as finish_upgrade
from cli.upgrade.git import Git, GitError, without_credentials
from cli.upgrade.merge import Merge
from cli.upgrade.project_copy import MOST_NAMED, UPSTREAM, ProjectCopy, obstacles, project_copy
from cli.upgrade.release import LABS, fetch, not_ours, tags, text_of, unknown_tags
from cli.upgrade.stopped import Obstacle, Stopped
from cli.upgrade.version import Version

CHANGES: Final = {"A": "added", "M": "modified", "D": "deleted"}

EXAMPLES: Final = """\b
Examples:
  labs upgrade --to v1.2.0 --dry-run   what it would change, and what is new
  labs upgrade --to v1.2.0             from the remote `upstream`
  labs upgrade --to v1.2.0 --from https://github.com/OWNER/REPOSITORY.git
"""


@click.command(epilog=EXAMPLES)
@click.option("--to", "tag", metavar="vX.Y.Z", help="The release.")
@click.option(
    "--from", "remote", metavar="REMOTE", help=f"A remote or the address of a repository. Default: {UPSTREAM}."
)
@click.option("--dry-run", is_flag=True, help="Show the files and the changelog, and change nothing.")
@click.option("--finish", metavar="COMMIT", help="Only repeat the steps after the commit of an upgrade from COMMIT.")
@json_option
def upgrade(tag: str | None, remote: str | None, finish: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Take a newer release of the product into this copy of it.

    Changes the product's files, keeps your changes in them, and never touches what is yours: the files in yours.txt and
    the catalogues that your stacks name. Commits that, renames keys in your files if the release renamed them, then
    runs labs check and previews each of your stacks in the sandbox. One command takes it all back. With --json, what
    is done meanwhile is shown on stderr.

    Exit codes: 0 good; 1 stopped with everything as it was, or a step after the commit failed; 2 wrong usage.
    """
    if finish is not None and (tag is not None or remote is not None or dry_run or as_json):
        raise click.UsageError("--finish stands alone")
    try:
        if finish is not None:
            finish_upgrade(Path(), finish)
        else:
            good = _upgrade(Path(), *_release(tag, remote), dry_run=dry_run)
            click.get_current_context().exit(0 if good else 1)
    except GitError as error:
        raise Stopped([Obstacle(f"git says: {error}. No file was changed.", ("git status",))]) from None


def _release(tag: str | None, remote: str | None) -> tuple[Version, str | None]:
    """The release and the remote that were asked for. Raises UsageError if they are none."""
    new = Version.of_tag(tag or "")
    if new is None:
        raise click.UsageError(f"--to {tag or 'is missing, and'} names no release; write it as --to v1.2.3")
    if remote is not None and remote.startswith("-"):
        raise click.UsageError(f"--from {remote} is no remote and no address of a repository")
    return new, remote


def _upgrade(folder: Path, new: Version, remote: str | None, *, dry_run: bool) -> bool:
    """Upgrade, or show what it would do; whether all of it succeeded."""
    git, copy = project_copy(folder)
    _stop_at(list(obstacles(copy, new, remote)))
    chosen = remote or UPSTREAM
    _say(f"Asking {escaped(without_credentials(chosen))} for {new.tag} ...")
    known = tags(git, chosen)
    _stop_at(list(unknown_tags(known, copy.version, new, chosen)))
    _say(f"Fetching it, and {copy.version.tag} to compare with ...")
    base, release = fetch(git, chosen, known, copy.version, new)
    found = not_ours(git, release)
    _stop_at([found] if found else [])
    merge = merged(git, folder, copy, base, release)
    sections = changelog.between(text_of(git, release, changelog.FILE), copy.version, new)
    _show_changelog(sections, new)
    if dry_run:
        _show_files(git, copy, merge, new)
        commit, good = None, True
    else:
        commit, good = _put_in_place(git, folder, copy, merge, new)
    if _is_json():
        answer = {
            "from": copy.version.tag,
            "to": new.tag,
            "changelog": [
                {"version": section.version.tag, "date": str(section.date), "notes": section.notes}
                for section in sections
            ],
            "changes": [
                {"path": path, "change": CHANGES[letter]}
                for letter, path in letters(merge.changes, git.tree(copy.head))
            ],
            "kept_deleted": list(merge.kept_deleted),
            "commit": commit,
            "undo": _undo(copy) if commit else None,
        }
        print_answer(answer, ok=good)
    return good


def _is_json() -> bool:
    return bool(click.get_current_context().params["as_json"])


def _say(text: str) -> None:
    """Show what is done: on stderr if stdout is for a program."""
    click.echo(text, err=_is_json())


def _undo(copy: ProjectCopy) -> str:
    return f"git reset --keep {copy.head[:12]}"


def _stop_at(found: list[Obstacle]) -> None:
    if found:
        raise Stopped(found)


def _show_changelog(found: Sequence[changelog.Section], new: Version) -> None:
    if not found:
        _say(f"\nThe changelog says nothing about {new.tag}.")
    for section in found:
        _say(f"\n{section.version.tag}, {section.date}\n")
        for line in changelog.wrapped(section.notes, screen_width()):
            _say(escaped(line))


def _show_files(git: Git, copy: ProjectCopy, merge: Merge, new: Version) -> None:
    _say(f"\n{new.tag} would change {counted(len(merge.changes), 'file')}, and none of yours:")
    for letter, path in letters(merge.changes, git.tree(copy.head)):
        _say(f"  {letter} {escaped(path)}")
    _show_deleted(merge)
    _say("\nNothing was changed: this was a dry run.")


def _show_deleted(merge: Merge) -> None:
    for path in merge.kept_deleted[:MOST_NAMED]:
        _say(f"  {escaped(path)} stays deleted, as you have it")
    if len(merge.kept_deleted) > MOST_NAMED:
        _say(f"  … and {len(merge.kept_deleted) - MOST_NAMED} more")


def _put_in_place(git: Git, folder: Path, copy: ProjectCopy, merge: Merge, new: Version) -> tuple[str, bool]:
    """Commit the changes and do what follows: the commit, and whether that succeeded."""
    message = (
        f"Upgrade to {new.tag}\n\nFrom {copy.version.tag}, by labs upgrade. Files of the administrator are unchanged."
    )
    commit = put_in_place(git, copy.head, merge.changes, message)
    _say(f"\n{new.tag} is in place, as commit {commit[:12]}.")
    _say(f"{counted(len(merge.changes), 'file')} changed, and none of yours.")
    _show_deleted(merge)
    _say(f"Undo it with:\n    {_undo(copy)}")
    _say(f"What follows can be repeated with:\n    ./labs upgrade --finish {copy.head[:12]}")
    # From here on the files of this program are another release's: nothing of it is imported any more.
    command = [str(folder.absolute() / LABS), "upgrade", "--finish", copy.head]
    try:
        ended = subprocess.run(command, cwd=folder, stdout=2 if _is_json() else None, check=False).returncode
    except OSError as error:
        click.echo(f"./labs of {new.tag} cannot be started: {error.strerror}. Nothing was checked.", err=True)
        ended = 1
    return commit, ended == 0
