"""Which stack a command works on if several could be meant, and the stack that the engine remembers."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from catalog.files.diagnostic import escaped, reason_of, shown
from catalog.files.similar import nearest
from catalog.stacks.project import Project
from catalog.texts.joined import all_of
from catalog.texts.translation import N_, _, p_
from cli.program import own_labs

STACK_VARIABLE: Final = "PULUMI_STACK"
BACKEND_VARIABLE: Final = "PULUMI_BACKEND_URL"
MOST_OPTIONS: Final = 10
"""So many stacks an error offers."""


class StackChoiceError(Exception):
    """No stack can be chosen; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What `pulumi stack select` has left in a workspace's file: stacks by the address of their backend.

    `stack` is the one of engines that know a single backend. Both may be qualified: `organization/project/stack`.
    """

    file: str = ""
    stack: str = ""
    stacks: Mapping[str, str] = field(default_factory=dict)

    def names(self, backend: str) -> list[str]:
        """The stacks that may be meant: that of `backend`, as in the engine; without an address those of all."""
        if backend or not self.stacks:
            chosen = self.stacks.get(backend, self.stack)
            return [chosen] if chosen else []
        return sorted(set(self.stacks.values()))


@dataclass(frozen=True, slots=True)
class StackChoice:
    """A chosen stack. `reason` says in a few words where it was remembered; empty if it is named or the only one."""

    name: str
    reason: str = ""


def choose_stack(
    *,
    project: str,
    files: Sequence[str],
    option: str | None = None,
    variable: str | None = None,
    backend: str = "",
    selection: Selection | None = None,
) -> StackChoice:
    """The stack of a command: that of `--stack`, else of PULUMI_STACK, else the selected one, else the only file's.

    `files` are the stacks that have a file. A variable that is set but empty hides the selection, as in the engine.

    Raises StackChoiceError if none is chosen, or the chosen one is of another project or has no file.
    """
    if option is not None:
        return _with_file(StackChoice(option), "--stack", project, files)
    if variable:
        return _with_file(
            StackChoice(variable, _("from {variable}", variable=STACK_VARIABLE)), STACK_VARIABLE, project, files
        )
    selected = selection.names(backend) if selection is not None and variable is None else []
    if len(selected) > 1:
        raise StackChoiceError(
            _(
                "{stacks} are selected in different backends; choose one, or the backend with {variable}: {options}",
                stacks=all_of(list(map(escaped, selected))),
                variable=BACKEND_VARIABLE,
                options=_options(files),
            )
        )
    if selection is not None and selected:
        place = _("the workspace's file {file}", file=escaped(selection.file))
        return _with_file(StackChoice(selected[0], _("selected in the workspace")), place, project, files)
    if len(files) == 1:
        return StackChoice(files[0])
    if files:
        raise StackChoiceError(_("there are several stacks; choose one: {options}", options=_options(files)))
    raise StackChoiceError(_("there is no stack file here: {options}", options=_options(files)))


def _with_file(choice: StackChoice, origin: str, project: str, files: Sequence[str]) -> StackChoice:
    """The choice by its plain name. Raises StackChoiceError if that is no stack of the project, or has no file."""
    *qualifiers, name = choice.name.split("/")
    given = {"origin": origin, "name": shown(choice.name), "options": _options(files)}
    if len(qualifiers) > 2 or not name or not all(qualifiers):
        raise StackChoiceError(
            _("{origin} names {name}, and a stack is STACK or ORGANIZATION/PROJECT/STACK; {options}", **given)
        )
    if len(qualifiers) == 2 and qualifiers[1] != project:
        raise StackChoiceError(
            _("{origin} names {name}, a stack of another project than {project}; {options}", **given, project=project)
        )
    if name not in files:
        text = (
            N_("{file}: there is no such stack file ({origin} names the stack); {options}")
            if choice.reason
            else N_("{file}: there is no such stack file; {options}")
        )
        options = _options(nearest(name, files, most=3) or files)
        file = f"Pulumi.{escaped(name)}.yaml"
        raise StackChoiceError(_(text, file=file, origin=origin, options=options))
    return StackChoice(name, choice.reason)


def _options(files: Sequence[str]) -> str:
    if not files:
        command = f"{own_labs()} init"
        return _("make a stack with {command}", command=command)
    options = escaped(p_("between options", " or ").join(f"--stack {name}" for name in files[:MOST_OPTIONS]))
    if len(files) <= MOST_OPTIONS:
        return options
    every = f"{own_labs()} stacks"
    return _("{options}; {command} lists all {n}", options=options, command=every, n=len(files))


def selected_stack(project: Project, environ: Mapping[str, str]) -> Selection:
    """What is selected in the workspace of a project, with the engine's own rule for the file.

    Raises StackChoiceError if the file is unreadable.
    """
    # Source: the engine, pkg/workspace/workspace.go. It takes the working directory as the shell names it (PWD).
    folder = os.path.normpath(_working_folder(environ) / project.folder)
    digest = hashlib.sha1(str(Path(folder) / project.file.name).encode(), usedforsecurity=False).hexdigest()
    try:
        home = Path(environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    except RuntimeError:  # a user without a home, as in some containers, has selected nothing
        return Selection()
    file = home / "workspaces" / f"{project.name}-{digest}-workspace.json"
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Selection()
    except OSError as error:
        raise _unreadable(file, reason_of(error)) from None
    except (ValueError, RecursionError):
        raise _unreadable(file, _("it is no JSON")) from None
    stack, stacks = (content.get("stack"), content.get("stacks")) if isinstance(content, dict) else (None, None)
    known = {key: name for key, name in stacks.items() if isinstance(name, str)} if isinstance(stacks, dict) else {}
    return Selection(str(file), stack if isinstance(stack, str) else "", known)


def _working_folder(environ: Mapping[str, str]) -> Path:
    """The current folder by the name that the shell has for it, if that is right; as Go's `os.Getwd`."""
    named = Path(environ.get("PWD", ""))
    return named if named.is_absolute() and named.exists() and named.samefile(".") else Path.cwd()


def _unreadable(file: Path, reason: str) -> StackChoiceError:
    return StackChoiceError(
        _(
            "the stack that is selected in the workspace is not known, because {file} cannot be read: {reason}; name a "
            "stack with --stack, or remove the file and select one with pulumi stack select",
            file=escaped(str(file)),
            reason=reason,
        )
    )
