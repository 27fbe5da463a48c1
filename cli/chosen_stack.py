"""The stack that a command works on, with its settings and its catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from catalog.files.diagnostic import InvalidFile, escaped
from catalog.stacks.settings import Settings
from catalog.stacks.stack_file import read_stack
from cli.catalogue_file import CatalogueFile, said
from cli.unreadable import Unreadable

stack_option = click.option(
    "--stack", metavar="S", help="The stack, as in Pulumi.S.yaml. Default: the only one in this folder."
)
"""`--stack S` of every command that works on one stack."""


@dataclass(frozen=True, slots=True)
class ChosenStack:
    """A stack whose file and catalogue are good."""

    name: str
    settings: Settings
    file: CatalogueFile


def chosen_stack(name: str | None) -> ChosenStack:
    """The stack `name` of the current folder; without a name the only one there is.

    Raises Unreadable when there is none, ClickException with everything that is wrong in its file or its catalogue.
    """
    path = Path(f"Pulumi.{name}.yaml") if name is not None else _only_one()
    if not path.is_file():
        raise Unreadable(f"{escaped(str(path))}: there is no such stack file; {_stacks()}")
    stack = read_stack(path)
    if stack.settings is None or stack.catalogue is None or stack.diagnostics:
        raise said(InvalidFile(stack.diagnostics))
    try:
        return ChosenStack(stack.name, stack.settings, CatalogueFile.read(stack.catalogue))
    except InvalidFile as error:
        raise said(error) from None


def _only_one() -> Path:
    found = _files()
    if len(found) != 1:
        reason = "there are several stacks; say which" if found else "there is no stack file here"
        raise Unreadable(f"{reason}: {_stacks()}")
    return found[0]


def _stacks() -> str:
    names = [path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in _files()]
    if not names:
        return "call labs in the project's folder, or make a stack with pulumi stack init"
    return escaped(" or ".join(f"--stack {name}" for name in names))


def _files() -> list[Path]:
    return sorted(Path().glob("Pulumi.*.yaml"))
