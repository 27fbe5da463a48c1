"""`labs stacks`: the stacks of a project, for people and as the matrix of a pipeline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from catalog.files.diagnostic import Diagnostic, escaped
from catalog.stacks.stack_file import read_stack, stack_files
from cli.terminal import table

HEADINGS: Final = ("stack", "subscription", "kind", "catalogue")
PRETEND: Final = "00000000-0000-0000-0000-"
"""Prefix of the sandbox's subscription ids. Pipelines never deploy to them."""

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""Names of stacks that the engine accepts. Source: "Stacks", create a stack."""

EXAMPLES = """\b
Examples:
  labs stacks                    every stack of this folder
  labs stacks --json --real      the matrix of a GitHub workflow, without pretend stacks
  labs stacks --legs --real      the same for Azure Pipelines
  labs stacks --json | jq -r '.include[].stack'
"""


@dataclass(frozen=True, slots=True)
class StackEntry:
    """One stack file. `subscription` and `catalogue` are "" if the file does not set them or is unreadable."""

    name: str
    file: str
    subscription: str
    catalogue: str
    diagnostics: tuple[Diagnostic, ...]

    @property
    def is_pretend(self) -> bool:
        """Whether the subscription is the sandbox's; False if the file is unreadable."""
        return self.subscription.startswith(PRETEND)

    @property
    def leg(self) -> dict[str, Any]:
        """The entry as plain values, for a pipeline's matrix."""
        return {
            "stack": self.name,
            "file": self.file,
            "subscription": self.subscription,
            "catalogue": self.catalogue,
            "pretend": self.is_pretend,
            "problems": [str(problem) for problem in self.diagnostics],
        }


@click.command(epilog=EXAMPLES)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: a matrix for GitHub.")
@click.option("--legs", "as_legs", is_flag=True, help="Print one JSON object: a matrix for Azure Pipelines.")
@click.option("--real", is_flag=True, help="Leave out stacks on a pretend subscription (00000000-0000-0000-0000-…).")
@click.pass_context
def stacks(context: click.Context, *, as_json: bool, as_legs: bool, real: bool) -> None:
    """List the stacks that Pulumi.*.yaml in this folder configure.

    A file with problems is listed too, so that a pipeline fails for that stack and continues with the others. Needs no
    engine and no credentials.

    Exit codes: 0 good, 1 a file has problems, 2 wrong usage.
    """
    if as_json and as_legs:
        raise click.UsageError("--json and --legs are two forms of one answer; choose one")
    entries = [entry for entry in list_stacks(Path()) if not (real and entry.is_pretend)]
    if as_json or as_legs:
        click.echo(json.dumps(azure_legs(entries) if as_legs else github_matrix(entries)))
    else:
        click.echo("\n".join(_lines(entries, real=real)))
    context.exit(1 if any(entry.diagnostics for entry in entries) else 0)


def _lines(entries: Sequence[StackEntry], *, real: bool) -> Iterator[str]:
    if not entries:
        what = "no stack on a real subscription" if real else "no stack"
        yield f"There is {what} here: no such file Pulumi.<stack>.yaml. Make one: pulumi stack init prod"
        return
    yield from table(HEADINGS, [_row(entry) for entry in entries])
    diagnostics = [str(problem) for entry in entries for problem in entry.diagnostics]
    if diagnostics:
        yield ""
        yield from diagnostics


def _row(entry: StackEntry) -> tuple[str, ...]:
    kind = "pretend" if entry.is_pretend else "real" if entry.subscription else "not known"
    return escaped(entry.name), escaped(entry.subscription) or "-", kind, escaped(entry.catalogue) or "-"


def list_stacks(folder: Path) -> list[StackEntry]:
    """Every stack that a file in `folder` configures, by name. An invalid file is listed with its problems."""
    return sorted((_entry(path) for path in stack_files(folder)), key=lambda entry: entry.name)


def github_matrix(entries: Sequence[StackEntry]) -> dict[str, Any]:
    """The matrix of a GitHub job. Source: "Running variations of jobs in a workflow", `include`."""
    return {"include": [entry.leg for entry in entries]}


def azure_legs(entries: Sequence[StackEntry]) -> dict[str, Any]:
    """The matrix of an Azure Pipelines job: values by a name of letters, digits and `_` that begins with a letter.

    Source: "jobs.job.strategy definition", matrix.
    """
    return {
        f"{re.sub('[^A-Za-z0-9]', '_', f'stack_{entry.name}')}_{number}": {"stack": entry.name}
        for number, entry in enumerate(entries, start=1)
    }


def _entry(path: Path) -> StackEntry:
    stack = read_stack(path)
    diagnostics = stack.diagnostics
    if not _NAME.fullmatch(stack.name):
        message = (
            "a stack's name is made of letters, digits, -, _ and . and has 100 characters at most, so the engine "
            "would refuse this one; rename the file"
        )
        diagnostics = (Diagnostic(str(path), None, "", message), *diagnostics)
    return StackEntry(
        name=stack.name,
        file=str(path),
        subscription=stack.subscription,
        catalogue=str(stack.catalogue) if stack.catalogue else "",
        diagnostics=diagnostics,
    )
