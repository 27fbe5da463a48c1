"""`labs stacks`: the stacks of a project, for people and as the matrix of a pipeline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click

from catalog.files.diagnostic import Diagnostic, escaped
from catalog.stacks.project import stack_name_problem
from catalog.stacks.settings import PRETEND
from catalog.stacks.stack_file import read_stack
from cli.answer import json_option, print_answer
from cli.chosen_stack import current_project
from cli.program import own_labs
from cli.terminal import table

HEADINGS: Final = ("stack", "subscription", "kind", "catalogue")
EXAMPLES = """\b
Examples:
  labs stacks                    every stack of this folder
  labs stacks --real             without pretend stacks
  labs stacks --json | jq -r '.include[].stack'
  labs stacks --json | jq -c '{include}'          a matrix for GitHub
  labs stacks --legs             a matrix for Azure Pipelines
"""


Leg = dict[str, Any]
"""One stack of a matrix. `subscription` and `catalogue` are "" if the file does not set them or is unreadable."""


@click.command(epilog=EXAMPLES)
@json_option
@click.option("--legs", "as_legs", is_flag=True, help="Print one JSON object: a matrix for Azure Pipelines.")
@click.option("--real", is_flag=True, help="Leave out stacks on a pretend subscription (00000000-0000-0000-0000-…).")
@click.pass_context
def stacks(context: click.Context, *, as_json: bool, as_legs: bool, real: bool) -> None:
    """List the stacks that the project's Pulumi.*.yaml configure.

    A file with problems is listed too, so that a pipeline fails for that stack and continues with the others. Needs no
    engine and no credentials. With --json, the key `include` alone is a matrix for GitHub; `ok` is whether no file has
    problems.

    Exit codes: 0 good, 1 a file has problems, 2 wrong usage.
    """
    if as_json and as_legs:
        raise click.UsageError("--json and --legs are two forms of one answer; choose one")
    legs = [leg for leg in list_stacks(current_project().stack_files()) if not (real and leg["pretend"])]
    good = not any(leg["problems"] for leg in legs)
    if as_legs:
        click.echo(json.dumps(azure_legs(leg["stack"] for leg in legs)))
    elif as_json:
        # GitHub's form, on the one line that a step's output has. Source: "Running variations of jobs in a workflow".
        print_answer({"include": legs}, ok=good, indent=None)
    else:
        click.echo("\n".join(_lines(legs, real=real)))
    context.exit(0 if good else 1)


def _lines(legs: Sequence[Leg], *, real: bool) -> Iterator[str]:
    if not legs:
        what = "no stack on a real subscription" if real else "no stack"
        yield f"There is {what} here: no such file Pulumi.<stack>.yaml. Make one: {own_labs()} init"
        return
    yield from table(HEADINGS, [_row(leg) for leg in legs])
    problems = [problem for leg in legs for problem in leg["problems"]]
    if problems:
        yield ""
        yield from problems


def _row(leg: Leg) -> tuple[str, ...]:
    kind = "pretend" if leg["pretend"] else "real" if leg["subscription"] else "not known"
    return escaped(leg["stack"]), escaped(leg["subscription"]) or "-", kind, escaped(leg["catalogue"]) or "-"


def list_stacks(files: Iterable[Path]) -> list[Leg]:
    """The stack that each stack file configures, by name. An invalid file is listed with its problems."""
    return sorted(map(_leg, files), key=lambda leg: str(leg["stack"]))


def azure_legs(names: Iterable[str]) -> dict[str, Leg]:
    """The matrix of an Azure Pipelines job: values by a name of letters, digits and `_` that begins with a letter.

    Source: "jobs.job.strategy definition", matrix.
    """
    return {
        f"{re.sub('[^A-Za-z0-9]', '_', f'stack_{name}')}_{number}": {"stack": name}
        for number, name in enumerate(names, start=1)
    }


def _leg(path: Path) -> Leg:
    stack = read_stack(path)
    diagnostics = stack.diagnostics
    problem = stack_name_problem(stack.name)
    if problem is not None:
        message = f"{problem}, so the engine would refuse this one; rename the file"
        diagnostics = (Diagnostic(str(path), None, "", message), *diagnostics)
    return {
        "stack": stack.name,
        "file": str(path),
        "subscription": stack.subscription,
        "catalogue": str(stack.catalogue or ""),
        "pretend": stack.subscription.startswith(PRETEND),
        "problems": list(map(str, diagnostics)),
    }
