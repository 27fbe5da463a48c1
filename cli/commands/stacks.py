"""`labs stacks`: which stacks are there, for people and for the matrix of a pipeline."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from catalog.files.diagnostic import escaped
from cli.stack_list import StackEntry, azure_legs, github_matrix, list_stacks
from cli.table import table

HEADINGS: Final = ("stack", "subscription", "kind", "catalogue")

EXAMPLES = """\b
Examples:
  labs stacks                    every stack of this folder
  labs stacks --json --real      the matrix of a GitHub workflow, without pretend stacks
  labs stacks --legs --real      the same for Azure Pipelines
  labs stacks --json | jq -r '.include[].stack'
"""


@click.command(epilog=EXAMPLES)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: a matrix as GitHub takes it.")
@click.option("--legs", "as_legs", is_flag=True, help="Print one JSON object: a matrix as Azure Pipelines takes it.")
@click.option("--real", is_flag=True, help="Leave out stacks on a pretend subscription (00000000-0000-0000-0000-…).")
@click.pass_context
def stacks(context: click.Context, *, as_json: bool, as_legs: bool, real: bool) -> None:
    """List the stacks that the files Pulumi.*.yaml of this folder configure.

    A file with problems is listed too, so that a pipeline fails for that stack and goes on with the others. Needs no
    engine and no credentials.

    Exit codes: 0 good, 1 a file has problems, 2 wrong usage.
    """
    if as_json and as_legs:
        raise click.UsageError("--json and --legs are two forms of the same answer; choose one")
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
