"""Releases of a remote: which there are, and the files of one.

Nothing of the remote stays in the repository but objects without a name, which git removes by itself: no tag, no
branch. History comes along, since fetching without it would cut the history of a copy that shares it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cli.upgrade import changelog, yours
from cli.upgrade import version as versions
from cli.upgrade.git import Git, GitError, Tree, without_credentials
from cli.upgrade.project_copy import some
from cli.upgrade.stopped import Obstacle, Stopped
from cli.upgrade.version import Version, version_in

LABS = "labs"


@dataclass(frozen=True, slots=True)
class Release:
    """A release: the commit of its tag, and its files."""

    version: Version
    commit: str
    tree: Tree


def tags(git: Git, remote: str) -> dict[Version, str]:
    """The releases of a remote, each with the object that its tag names. Raises Stopped if it does not answer."""
    try:
        listed = os.fsdecode(git.run("ls-remote", "--tags", "--", remote, "v*"))
    except GitError as error:
        why = (
            f"the releases of {without_credentials(remote)} cannot be listed; git says: {error}. Nothing was changed. "
            "Look at the address, and at your access to it:"
        )
        raise Stopped([Obstacle(why, ("git remote -v", "./labs upgrade --help"))]) from None
    found = {}
    for line in listed.splitlines():
        thing, _, name = line.partition("\t")
        version = Version.of_tag(name.removeprefix("refs/tags/").removesuffix("^{}"))
        if version is not None:
            found[version] = thing  # an annotated tag is followed by the commit that it names, with ^{}
    return found


def unknown_tags(known: Mapping[Version, str], old: Version, new: Version, remote: str) -> Iterator[Obstacle]:
    """What is wrong if a remote lacks one of the two releases."""
    where = without_credentials(remote)
    there = tuple(version.tag for version in sorted(known, reverse=True))
    if new not in known:
        why = f"{where} has no release {new.tag}; it has {some(there) or 'none at all'}. Nothing was changed."
        newer = [version for version in known if version > old]
        yield Obstacle(why, (f"./labs upgrade --to {max(newer).tag}",) if newer else ())
    if old not in known:
        why = (
            f"{where} has no release {old.tag}, which this copy is of, so what you changed cannot be told from what "
            f"the release changes; nothing was changed. {versions.FILE} states the version; is this the repository "
            "that yours was copied from?"
        )
        yield Obstacle(why, ("git remote -v",))


def fetch(git: Git, remote: str, known: Mapping[Version, str], *chosen: Version) -> list[Release]:
    """The chosen ones of the known releases. Raises Stopped if they cannot be fetched."""
    names = [f"refs/tags/{version.tag}" for version in chosen]
    try:
        git.run("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", remote, *names)
    except GitError as error:
        why = f"the release cannot be fetched from {without_credentials(remote)}; git says: {error}. "
        raise Stopped([Obstacle(f"{why}Nothing was changed; repeat the command.")]) from None
    found = []
    for version in chosen:
        commit = git.commit_id(known[version])
        if commit is None:
            why = f"the tag {version.tag} of {without_credentials(remote)} names no commit, or was moved just now; "
            raise Stopped([Obstacle(f"{why}nothing was changed. Repeat the command.")])
        found.append(Release(version, commit, git.tree(commit)))
    return found


def not_ours(git: Git, release: Release) -> Obstacle | None:
    """What is wrong if the commit of a tag is not a release of this product that can finish an upgrade."""
    needed = (LABS, versions.FILE, yours.FILE, changelog.FILE)
    missing = tuple(name for name in needed if name not in release.tree)
    if missing:
        return Obstacle(
            f"the tag {release.version.tag} is no release of {versions.PROJECT}: it has no {some(missing)}. Nothing "
            "was changed. Is this the repository that yours was copied from?",
            ("git remote -v",),
        )
    states = version_in(text_of(git, release, versions.FILE))
    if states != release.version:
        return Obstacle(
            f"the tag {release.version.tag} has a {versions.FILE} of {states or 'another project'}, so it is not known "
            "what it is. Nothing was changed. Report it to whoever made the tag, and take another release."
        )
    return None


def text_of(git: Git, release: Release, path: str) -> str:
    """The text of a file of a release."""
    return git.blob(release.tree[path].blob).decode(errors="replace")
