"""`labs comment`: puts the report on a pull request or into an issue."""

from __future__ import annotations

import re
from typing import Final, TextIO

import click

from catalog.files.diagnostic import escaped
from catalog.texts.translation import _
from cli.comment.github import ACTIONS, GitHub
from cli.comment.put import close_issue, put_comment, put_issue
from cli.language_option import lang_option
from cli.report.layout import MARKER, is_good

REPOSITORY: Final = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)

EXAMPLES = """\b
Examples, with GITHUB_TOKEN and GITHUB_REPOSITORY set:
  labs report .sandbox/*.events --format markdown |
    labs comment - --pull-request 7
  labs comment .sandbox/report.md --drift-issue
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--pull-request", type=click.IntRange(min=1), help="Number of the pull request to comment on.")
@click.option(
    "--drift-issue", is_flag=True, help="Open the issue about drift, or update it; close it if the report is good."
)
@click.option("--token", envvar="GITHUB_TOKEN", required=True, help="Safer: the variable GITHUB_TOKEN.")
@click.option("--author", default=ACTIONS, show_default=True, metavar="LOGIN", help="Login of the token.")
@click.option("--repository", envvar="GITHUB_REPOSITORY", required=True, help="owner/name. Default: GITHUB_REPOSITORY.")
@click.option(
    "--api",
    envvar="GITHUB_API_URL",
    default="https://api.github.com",
    help="Default: GITHUB_API_URL.",
)
@lang_option
def comment(file: TextIO, pull_request: int | None, *, drift_issue: bool, **access: str) -> None:
    """Put a report on GitHub, in place of the previous one.

    FILE is a report in Markdown; - reads it from a pipe. The next run finds the comment or issue by the report's first
    line and its author. The issue about drift is closed, with a comment, by a report that has found nothing. With a
    token that is not a workflow's own, give its login with --author, or each run writes a new comment.

    Exit codes: 0 written, 1 GitHub refused, 2 wrong usage or a file that is no report.
    """
    if drift_issue == (pull_request is not None):
        raise click.UsageError(_("choose one: --pull-request NUMBER, or --drift-issue"))
    github = GitHub(**access)
    if REPOSITORY.fullmatch(github.repository) is None:
        raise click.UsageError(_("GITHUB_REPOSITORY must be owner/name, not {name}", name=github.repository))
    body = file.read()
    if not body.startswith(f"{MARKER}\n"):
        raise click.UsageError(_("this is not a report in Markdown; make one with labs report … --format markdown"))
    if pull_request is not None:
        click.echo(escaped(put_comment(github, pull_request, body)))
    elif is_good(body):
        click.echo(escaped(close_issue(github) or _("nothing was found, and no issue is open")))
    else:
        click.echo(escaped(put_issue(github, body)))
