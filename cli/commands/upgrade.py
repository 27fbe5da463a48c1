"""`labs upgrade`: a newer release of the product in a copy of it, without touching what is the administrator's."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

import click

from catalog.files.diagnostic import escaped
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
def upgrade(tag: str | None, remote: str | None, finish: str | None, *, dry_run: bool) -> None:
    """Take a newer release of the product into this copy of it.

    Changes the product's files, keeps your changes in them, and never touches what is yours: the files in yours.txt and
    the catalogues that your stacks name. Commits that, renames keys in your files if the release renamed them, then
    runs labs check and previews each of your stacks in the sandbox. One command takes it all back.

    Exit codes: 0 good; 1 stopped with everything as it was, or a step after the commit failed; 2 wrong usage.
    """
    if finish is not None and (tag is not None or remote is not None or dry_run):
        raise click.UsageError("--finish stands alone")
    try:
        if finish is not None:
            finish_upgrade(Path(), finish)
        else:
            _upgrade(Path(), *_release(tag, remote), dry_run=dry_run)
    except GitError as error:
        raise Stopped([Obstacle(f"git says: {error}. No file was changed.", ("git status",))]) from None


def _release(tag: str | None, remote: str | None) -> tuple[Version, str | None]:
    """The release and the remote that were asked for. Raises UsageError if they are none."""
    new = Version.of_tag(tag or "")
    if new is None:
        raise click.UsageError(f"--to {tag or 'is missing, and'} names no release; write it as --to v1.2.3")
    if remote is not None and (not remote or remote.startswith("-")):
        raise click.UsageError(f"--from {remote} is no remote and no address of a repository")
    return new, remote


def _upgrade(folder: Path, new: Version, remote: str | None, *, dry_run: bool) -> None:
    git, copy = project_copy(folder)
    _stop_at(list(obstacles(copy, new, remote)))
    chosen = remote or UPSTREAM
    click.echo(f"Asking {escaped(without_credentials(chosen))} for {new.tag} ...")
    known = tags(git, chosen)
    _stop_at(list(unknown_tags(known, copy.version, new, chosen)))
    click.echo(f"Fetching it, and {copy.version.tag} to compare with ...")
    base, release = fetch(git, chosen, known, copy.version, new)
    found = not_ours(git, release)
    _stop_at([found] if found else [])
    merge = merged(git, folder, copy, base, release)
    _show_changelog(text_of(git, release, changelog.FILE), copy.version, new)
    if dry_run:
        _show_files(git, copy, merge, new)
    else:
        _put_in_place(git, folder, copy, merge, new)


def _stop_at(found: list[Obstacle]) -> None:
    if found:
        raise Stopped(found)


def _show_changelog(text: str, old: Version, new: Version) -> None:
    found = changelog.between(text, old, new)
    if not found:
        click.echo(f"\nThe changelog says nothing about {new.tag}.")
    for section in found:
        click.echo(f"\n{section.version.tag}, {section.date}\n")
        for line in changelog.wrapped(section.notes, screen_width()):
            click.echo(escaped(line))


def _show_files(git: Git, copy: ProjectCopy, merge: Merge, new: Version) -> None:
    click.echo(f"\n{new.tag} would change {counted(len(merge.changes), 'file')}, and none of yours:")
    for line in letters(merge.changes, git.tree(copy.head)):
        click.echo(f"  {line}")
    _show_deleted(merge)
    click.echo("\nNothing was changed: this was a dry run.")


def _show_deleted(merge: Merge) -> None:
    for path in merge.kept_deleted[:MOST_NAMED]:
        click.echo(f"  {escaped(path)} stays deleted, as you have it")
    if len(merge.kept_deleted) > MOST_NAMED:
        click.echo(f"  … and {len(merge.kept_deleted) - MOST_NAMED} more")


def _put_in_place(git: Git, folder: Path, copy: ProjectCopy, merge: Merge, new: Version) -> None:
    message = (
        f"Upgrade to {new.tag}\n\nFrom {copy.version.tag}, by labs upgrade. Files of the administrator are unchanged."
    )
    commit = put_in_place(git, copy.head, merge.changes, message)
    click.echo(f"\n{new.tag} is in place, as commit {commit[:12]}.")
    click.echo(f"{counted(len(merge.changes), 'file')} changed, and none of yours.")
    _show_deleted(merge)
    short = copy.head[:12]
    click.echo(f"Undo it with:\n    git reset --keep {short}")
    click.echo(f"What follows can be repeated with:\n    ./labs upgrade --finish {short}")
    # From here on the files of this program are another release's: nothing of it is imported any more.
    command = [str(folder.absolute() / LABS), "upgrade", "--finish", copy.head]
    try:
        ended = subprocess.run(command, cwd=folder, check=False).returncode
    except OSError as error:
        click.echo(f"./labs of {new.tag} cannot be started: {error.strerror}. Nothing was checked.", err=True)
        ended = 1
    if ended != 0:
        raise SystemExit(1)
