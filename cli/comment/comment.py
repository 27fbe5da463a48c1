"""`labs comment`: the report on a pull request or in an issue."""

from __future__ import annotations

import re
from typing import Final, TextIO

import click

from catalog.files.diagnostic import escaped
from cli.comment.github import ACTIONS, GitHub
from cli.comment.put import put_comment, put_issue
from cli.report.layout import MARKER

REPOSITORY: Final = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)

EXAMPLES = """\b
Examples, with GITHUB_TOKEN and GITHUB_REPOSITORY set:
  labs report *.json --format markdown | labs comment - --pull-request 7
  labs comment report.md --drift-issue
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--pull-request", type=click.IntRange(min=1), help="Number of the pull request to comment on.")
@click.option("--drift-issue", is_flag=True, help="Open the one issue about drift, or write it again.")
@click.option("--token", envvar="GITHUB_TOKEN", required=True, help="The variable GITHUB_TOKEN is safer.")
@click.option("--author", default=ACTIONS, show_default=True, metavar="LOGIN", help="Who the token writes as.")
@click.option("--repository", envvar="GITHUB_REPOSITORY", required=True, help="Owner and name; else GITHUB_REPOSITORY.")
@click.option("--api", envvar="GITHUB_API_URL", default="https://api.github.com", help="Else GITHUB_API_URL.")
def comment(file: TextIO, pull_request: int | None, *, drift_issue: bool, **access: str) -> None:
    """Put FILE, a report in Markdown (- reads it from a pipe), on GitHub, in place of the last one.

    The report's first line marks the comment or issue, and by it and its author the next run finds it. A token that
    is not a workflow's own writes as somebody else: name them with --author, or each run writes a new one.

    Exit codes: 0 it is there, 1 GitHub refused, 2 wrong usage or a file that is no report.
    """
    if drift_issue == (pull_request is not None):
        raise click.UsageError("say where it goes: --pull-request NUMBER, or --drift-issue")
    github = GitHub(**access)
    if REPOSITORY.fullmatch(github.repository) is None:
        raise click.UsageError(f"GITHUB_REPOSITORY must be owner/name, not {github.repository}")
    body = file.read()
    if not body.startswith(f"{MARKER}\n"):
        raise click.UsageError("this is no report in Markdown; make it with labs report … --format markdown")
    address = put_issue(github, body) if pull_request is None else put_comment(github, pull_request, body)
    click.echo(escaped(address))
