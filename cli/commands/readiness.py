"""`labs readiness`: what each image needs for the services after Azure Lab Services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from catalog.files.diagnostic import printable, some_of
from catalog.files.similar import nearest, same_name
from catalog.images.consumers import SUCCESSORS, Consumer
from catalog.regions.geography import UnknownRegion, canonical
from catalog.texts.translation import _
from cli.answer import json_option, print_answer
from cli.chosen_stack import ChosenStack, chosen_stack, stack_option
from cli.language_option import answering, lang_option
from cli.program import commands
from cli.readiness_answer import readiness_answer
from cli.readiness_text import lines
from lifecycle.readiness import ASKABLE
from lifecycle.readiness_report import ReadinessReport, readiness_report
from plan.stack import Stack

EXAMPLES = """\b
Examples:
  labs readiness --stack prod
  labs readiness --image office --for windows_365
  labs readiness --region japaneast     where session hosts will run
  labs readiness --json | jq '.images[] | {name, services}'
"""


@click.command(epilog=EXAMPLES)
@stack_option
@click.option(
    "--image", "images", metavar="NAME", multiple=True, help="Show this image only; may be given several times."
)
@click.option(
    "--for",
    "services",
    metavar="SERVICE",
    multiple=True,
    type=click.Choice(ASKABLE),
    help=f"Show this service only; may be repeated: {', '.join(ASKABLE)}. Default: {', '.join(SUCCESSORS)}.",
)
@click.option(
    "--region",
    "regions",
    metavar="REGION",
    multiple=True,
    help="Where the services will run; may be given several times. Default: the home region's geography.",
)
@lang_option
@json_option
@click.pass_context
def readiness(
    context: click.Context,
    stack: str | None,
    *,
    images: tuple[str, ...],
    services: tuple[Consumer, ...],
    regions: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show what each image needs after Azure Lab Services.

    The service ends on 28 June 2027. Compares what the catalogue declares with what each successor demands, every rule
    with its source and date, and groups what is to be done by the work it makes. What nothing tells does not count as
    ready, and what is inside a disk is left for a person to look at. Names twin images for what never changes in an
    image: labs keep theirs, and labs add-image --like IMAGE --for SERVICE begins the other one. Needs no credentials
    and changes nothing.

    Exit codes: 0 each image is ready, as far as can be seen, for one of the services at least; 1 an image is for none
    of them yet; 2 wrong usage.
    """
    with answering(as_json=as_json):
        chosen = chosen_stack(stack)
        report = _report(chosen, tuple(dict.fromkeys(services)) or SUCCESSORS, images, regions)
        on_stack = commands(chosen.settings)
        if as_json:
            print_answer({"stack": chosen.name, **readiness_answer(report, on_stack)}, ok=not report.without_service)
        else:
            click.echo("\n".join(lines(report, on_stack)))
    context.exit(1 if report.without_service else 0)


def _report(
    chosen: ChosenStack, services: tuple[Consumer, ...], images: Sequence[str], regions: Sequence[str]
) -> ReadinessReport:
    """What is shown. Raises UsageError for images or regions that there are not."""
    catalogue = chosen.file.catalogue
    problems = [_unknown(name, list(catalogue.images)) for name in images if same_name(name, catalogue.images) is None]
    for name in regions:
        try:
            canonical(name)
        except UnknownRegion as error:
            problems.append(f"--region: {error}")
    if problems:
        raise click.UsageError("; ".join(problems))
    today = datetime.now(UTC).date()
    return readiness_report(catalogue, Stack(chosen.settings), today, services=services, regions=regions, images=images)


def _unknown(name: str, known: list[str]) -> str:
    near = nearest(name, known)
    there = some_of(list(map(printable, known)), 20) or _("none")
    if not near:
        return _('there is no image "{name}" (there are: {known})', name=printable(name), known=there)
    return _('there is no image "{name}" (nearest: {near}; there are: {known})', name=printable(name),
             near=printable(near[0]), known=there)  # fmt: skip
