"""Which files are the administrator's: those that yours.txt matches, and the catalogues that their stacks name.

A catalogue of the product's own (the sandbox's, an example's) stays the product's, also when a stack names it: whoever
knows the product's files takes those out.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalog.files.diagnostic import Diagnostic, InvalidFile
from catalog.stacks.project import PROJECT_FILE, find_project
from catalog.stacks.stack_file import Stack, read_stack
from cli.upgrade.git import Git

FILE: Final = "yours.txt"


@dataclass(frozen=True, slots=True)
class Lists:
    """The texts of yours.txt in a copy and in the release that it is upgraded to."""

    now: str
    next: str


@dataclass(frozen=True, slots=True)
class Named:
    """The administrator's stacks, and the catalogues that they name: paths from the project's folder, with `/`.

    `project` is the project's name. `problems` are of a Pulumi.yaml and of stack files that cannot be read: which
    catalogue these name is not known.
    """

    project: str
    stacks: tuple[Stack, ...]
    catalogues: frozenset[str]
    problems: tuple[Diagnostic, ...]


def yours(git: Git, lists: Lists, present: Collection[str], paths: Collection[str]) -> frozenset[str]:
    """Those of `paths` that are the administrator's in an upgrade. `present` are the files that their copy has.

    What the release's list matches is theirs. What only the copy's list matches is theirs if it is there: a release
    takes nothing over, and may still bring a file whose name used to be theirs.
    """
    return git.matching(lists.next, paths) | (git.matching(lists.now, paths) & frozenset(present))


def named_by_stacks(git: Git, patterns: str, folder: Path) -> Named:
    """The administrator's stacks in a project's folder, and the catalogues in it that they name."""
    try:
        project = find_project(folder)
    except InvalidFile as error:
        return Named("", (), frozenset(), error.diagnostics)
    if project is None:
        message = "there is no such file, so it is not known which files are stacks; restore it"
        return Named("", (), frozenset(), (Diagnostic(PROJECT_FILE, None, "", message),))
    files = {path.name: path for path in project.stack_files()}
    theirs = git.matching(patterns, files)
    stacks = tuple(read_stack(path) for name, path in files.items() if name in theirs)
    named = (_inside(folder, stack.catalogue) for stack in stacks if stack.catalogue is not None)
    problems = tuple(found for stack in stacks if stack.catalogue is None for found in stack.diagnostics)
    return Named(project.name, stacks, frozenset().union(*named), problems)


def _inside(folder: Path, catalogue: Path) -> set[str]:
    """The paths of a catalogue from the folder, as it is named and where it really lies; none if it is elsewhere."""
    spelled = (os.path.relpath(catalogue, folder), os.path.relpath(catalogue.resolve(), folder.resolve()))
    return {Path(path).as_posix() for path in spelled if Path(path).parts[:1] != ("..",)}
