"""`labs activity`: who changed the gallery and its labs, and when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import click

from catalog.files.diagnostic import escaped
from cli.chosen_stack import ChosenStack, chosen_stack, stack_option
from cli.terminal import wrapped
from lifecycle.activity import Event

if TYPE_CHECKING:
    from inventory.activity_log import ActivityLog

MOST_DAYS: Final = 90
"""So far back Azure keeps the log. Source: "Azure Monitor activity log"."""
EXAMPLES = """\b
Examples:
  labs activity --stack prod
  labs activity --days 90 --json | jq '.changes[] | .who'
"""


@click.command(epilog=EXAMPLES)
@stack_option
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), default=8, show_default=True, help="How far back: 90 at most."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def activity(stack: str | None, days: int, *, as_json: bool) -> None:
    """Show who changed the gallery and its labs.

    Reads Azure's activity log of their resource groups: changes of the gallery, its images and versions, of lab
    accounts, DevTest labs and the lab plan, and of what is attached there. A part of the log that cannot be read is
    named. Changes nothing.

    Exit codes: 0 shown, also if the log cannot be read, 1 Azure cannot be asked, 2 wrong usage.
    """
    from inventory.activity_log import look_up_activity  # noqa: PLC0415 - Azure's SDK takes long to import
    from inventory.arm.error import ArmError  # noqa: PLC0415

    chosen = chosen_stack(stack)
    since = datetime.now(UTC) - timedelta(days=days)
    try:
        found = look_up_activity(chosen.settings, since)
    except ArmError as error:
        raise click.ClickException(f"{error}.") from None
    click.echo(
        json.dumps(_answer(chosen, since, found), indent=2) if as_json else "\n".join(_lines(chosen, since, found))
    )


def _answer(stack: ChosenStack, since: datetime, log: ActivityLog) -> dict[str, Any]:
    changes = [
        {"when": _iso(event.when), "who": event.who, "operation": event.operation, "id": event.id}
        for event in log.changes
    ]
    return {
        "ok": True,
        "stack": stack.name,
        "since": _iso(since),
        "changes": changes,
        "unreadable": list(log.unreadable),
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _lines(stack: ChosenStack, since: datetime, log: ActivityLog) -> Iterator[str]:
    where = f"{escaped(stack.settings.gallery_name)} and its labs since {since:%Y-%m-%d}, stack {escaped(stack.name)}"
    yield f"Changes in {where}:" if log.changes else f"No change in {where}."
    for (when, who), events in groupby(log.changes, key=lambda event: (f"{event.when:%Y-%m-%d %H:%M}", event.who)):
        yield ""
        yield f"{when} UTC  {escaped(who)}"
        for event in events:
            yield from wrapped(f"{escaped(_words(event))}", first="  - ", then="    ")
    for reason in log.unreadable:
        yield ""
        yield from wrapped(f"A part of the activity log cannot be read: {escaped(reason)}.")


def _words(event: Event) -> str:
    """What was done to which object, without its subscription and group."""
    name = event.id.rpartition("/providers/")[2].partition("/")[2] or event.id
    return f"{event.operation.rpartition('/')[2].lower()} {name}"
