"""`labs report`: what runs of the engine change, for people."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from catalog.texts.translation import N_, _
from cli.language_option import lang_option
from cli.report.answers import Answer, read_answer
from cli.report.event_log import read_event_log
from cli.report.layout import MARKDOWN, PLAIN
from cli.report.places import Places
from cli.report.render import render
from cli.report.run import Run, read_run, with_answers

OF_SANDBOX: Final = N_(
    "Previewed in the sandbox, from what the files declare. Azure was not asked, so everything that a stack declares "
    "counts as new."
)
EXAMPLES = """\b
Examples:
  export PULUMI_DEBUG_COMMANDS=true                  it brings --event-log
  pulumi preview --stack prod --event-log .sandbox/prod.events
  labs report .sandbox/prod.events                   for a terminal
  labs report .sandbox/*.events --format markdown    for a pull request
  labs teachers --stack prod --json >.sandbox/prod.teachers
  labs report .sandbox/prod.*                        with what labs offer
  labs report .sandbox/prod.events --lang ko         in Korean
"""


@click.command(epilog=EXAMPLES)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), default="text", help="Form of the report.")
@click.option(
    "--of-sandbox", is_flag=True, help="Say that these are previews in the sandbox, where Azure was not asked."
)
@lang_option
def report(files: tuple[Path, ...], form: str, *, of_sandbox: bool) -> None:
    """Report the changes of pulumi preview, up or refresh, their cost, and what labs offer.

    Each FILE is the event log that the run of one stack wrote, or the answer of labs teachers --json or labs activity
    --json for it. For a failed run, lists what it completed; a FILE that is empty or missing is a run that failed
    before it began. The exit code does not reflect the result of the runs.

    Exit codes: 0 the report is written, 2 wrong usage or a file that is none of these.
    """
    runs: list[Run] = []
    answers: dict[str, list[Answer]] = {}
    for file in files:
        answer = read_answer(file)
        if answer is None:
            runs.append(read_run(file.stem, read_event_log(file)))
        else:
            answers.setdefault(answer.stack or file.stem, []).append(answer)
    runs = with_answers(runs, answers)
    layout = MARKDOWN if form == "markdown" else PLAIN
    click.echo(render(runs, layout, places=Places.here(), note=_(OF_SANDBOX) if of_sandbox else ""), nl=False)
