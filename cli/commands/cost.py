"""`labs cost`: what the replicas of a gallery cost a month, and what could be saved."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from cli.answer import json_option, print_answer
from cli.chosen_stack import ChosenStack, chosen_stack, complete, no_gallery, signed_in, stack_option
from cli.cost_answer import cost_answer
from cli.cost_text import CostText
from cli.program import commands
from cli.stack_prices import prices_for
from cli.terminal import screen_width
from lifecycle.cost_report import CostReport, declared_costs, observed_costs
from lifecycle.savings import KEPT
from plan.stack import Stack

EXAMPLES = """\b
Examples:
  labs cost --stack prod
  labs cost --planned                  from the files alone, without Azure
  labs cost --keep 1                   what labs prune --keep 1 would save
  labs cost --json | jq '.images[] | {name, month}'
"""


@click.command(epilog=EXAMPLES)
@stack_option
@click.option("--planned", is_flag=True, help="Count what the catalogue declares, without asking Azure.")
@click.option(
    "--keep",
    metavar="N",
    type=click.IntRange(min=1),
    default=KEPT,
    show_default=True,
    help="Show what labs prune --keep N would save.",
)
@json_option
@click.pass_context
def cost(context: click.Context, stack: str | None, *, planned: bool, keep: int, as_json: bool) -> None:
    """Show what the replicas cost a month at most, by image, version and region.

    Counts every version in the gallery, whoever made it: the size of its OS disk × replicas × the price of a GB of
    snapshots. Azure bills what is used of that size. Also shows what labs prune would save, what regions without labs
    cost, and the traffic of a new version. Changes nothing.

    Exit codes: 0 the sum is an upper bound, 1 something is not known and not in the sum, the gallery is missing, or
    Azure refused; 2 wrong usage.
    """
    chosen = chosen_stack(stack)
    prices = prices_for(chosen.settings)
    today = datetime.now(UTC).date()
    if planned:
        report = declared_costs(chosen.file.catalogue, chosen.settings, prices, keep=keep)
    else:
        report = observed_costs(chosen.file.catalogue, _looked_at(chosen), prices, today, keep=keep)
    _show(report, CostText(report, chosen, today, screen_width()), as_json=as_json)
    context.exit(0 if report.upper_bound else 1)


def _looked_at(chosen: ChosenStack) -> Stack:
    """The stack with its gallery. Raises ClickException if something cannot be read or there is no gallery."""
    with signed_in(chosen.settings) as gallery:
        observed = complete(gallery.look())
    if observed.gallery is None:
        offline = commands(chosen.settings).labs("cost --planned")
        raise click.ClickException(f"{no_gallery(chosen.settings)} `{offline}` shows what the catalogue would cost.")
    return Stack(chosen.settings, observed)


def _show(report: CostReport, text: CostText, *, as_json: bool) -> None:
    if as_json:
        print_answer({"stack": text.chosen.name, **cost_answer(report, text.today)}, ok=report.upper_bound)
    else:
        click.echo("\n".join(text.lines()))
