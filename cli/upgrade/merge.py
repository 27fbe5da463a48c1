"""What a release changes in a copy that was changed as well: one decision a file, on its three states.

Pure: `base` is the release that the copy is of, `ours` the copy, `theirs` the release to come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from cli.upgrade.git import Entry, Tree

FILE_MODES: Final = frozenset({"100644", "100755"})
"""Modes of files with content, as git writes them: a link or a submodule has another."""

ADDED: Final = "the release adds it, and you have another file of that name"
"""The reason of a conflict."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A file that the upgrade cannot decide. `reason` reads on after the path."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class TextMerge:
    """A file whose content both sides changed: the blobs, and the mode that it gets."""

    path: str
    ours: str
    base: str
    theirs: str
    mode: str


@dataclass(frozen=True, slots=True)
class Merge:
    """What to do with every file that the release changes.

    `changes` are final (None: deleted), `texts` have to be merged line by line. `kept_deleted` are files that the
    release changes and the copy does not have any more. Files of the administrator are in none of them.
    """

    changes: dict[str, Entry | None]
    texts: tuple[TextMerge, ...]
    kept_deleted: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


def changed_paths(base: Tree, theirs: Tree) -> list[str]:
    """The paths that differ between two releases, sorted."""
    return sorted(path for path in {*base, *theirs} if base.get(path) != theirs.get(path))


def merge(base: Tree, ours: Tree, theirs: Tree, yours: Collection[str]) -> Merge:
    """The merge of a release into a copy; paths in `yours` are left alone."""
    changes: dict[str, Entry | None] = {}
    texts, kept_deleted, conflicts = [], [], []
    for path in changed_paths(base, theirs):
        if path in yours:
            continue
        match _decide(path, base.get(path), ours.get(path), theirs.get(path)):
            case Conflict() as conflict:
                conflicts.append(conflict)
            case TextMerge() as text:
                texts.append(text)
            case Entry() as entry if entry != ours.get(path):
                changes[path] = entry
            case None if path in ours:
                changes[path] = None
            case None if path in theirs:
                kept_deleted.append(path)
    conflicts += _folders(changes, {path for path in ours if changes.get(path, ours[path]) is not None})
    return Merge(changes, tuple(texts), tuple(kept_deleted), tuple(conflicts))


def _decide(
    path: str, base: Entry | None, ours: Entry | None, theirs: Entry | None
) -> Entry | TextMerge | Conflict | None:
    """The file's new state; None if it is gone."""
    if ours in (base, theirs):
        return theirs
    if base is None:
        return Conflict(path, ADDED)
    if ours is None:
        return None
    if theirs is None:
        return Conflict(path, "the release deletes or moves it, and you changed it")
    return _both_changed(path, base, ours, theirs)


def _both_changed(path: str, base: Entry, ours: Entry, theirs: Entry) -> Entry | TextMerge | Conflict:
    mode = theirs.mode if ours.mode == base.mode else ours.mode
    if ours.blob in (base.blob, theirs.blob):
        return Entry(mode, theirs.blob)
    if theirs.blob == base.blob:
        return Entry(mode, ours.blob)
    if not {base.mode, ours.mode, theirs.mode} <= FILE_MODES:
        return Conflict(path, "the release changes it, and so did you; one of the three is no ordinary file")
    return TextMerge(path, ours.blob, base.blob, theirs.blob, mode)


def _folders(changes: dict[str, Entry | None], kept: set[str]) -> Iterable[Conflict]:
    """Conflicts of a file with a folder of the same name."""
    added = {path for path, entry in changes.items() if entry is not None}
    present = kept | added
    for path in sorted(present):
        for parent in map(str, PurePosixPath(path).parents):
            if parent in present and (parent in added or path in added):
                file = parent if parent in added else path
                yield Conflict(file, f"the release has it, and you have {path if file == parent else parent}")
