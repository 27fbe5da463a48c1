"""`labs overview`: one page about stacks for those who answer for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import click

from catalog.files.diagnostic import escaped
from catalog.regions.prices import NO_PRICES, PriceTable
from catalog.texts.translation import _, current
from cli.answer import json_option, print_answer
from cli.chosen_stack import ChosenStack, chosen_name, chosen_stack, complete, complete_stack, progress_of, signed_in
from cli.language_option import answering, lang_option
from cli.overview.answer import answer_of
from cli.overview.chapter import Chapter, Drift, drifts
from cli.stack_prices import prices_for
from cli.terminal import wrapped
from inventory.shared_session import shared_session
from lifecycle.overview import Scope
from lifecycle.overview import overview as overview_of
from lifecycle.place import places
from lifecycle.savings import KEPT
from lifecycle.visibility import taken_versions
from plan.observed import Observed
from plan.stack import Stack

OUT: Final = "overview.html"
STANDARD_OUTPUT: Final = "-"

EXAMPLES = """\b
Examples:
  labs overview --stack prod
  labs overview --stack prod --stack trial --lang ko --out report.html
  labs overview --stack prod --events prod.events   with what changed in Azure
  labs overview --json | jq '.stacks[].headline'
"""


@click.command(epilog=EXAMPLES)
@click.option(
    "--stack",
    "stacks",
    metavar="S",
    multiple=True,
    shell_complete=complete_stack,
    help="A stack of the page; may be given several times. Default: as in other commands.",
)
@click.option("--out", metavar="FILE", help=f"The file to write; {STANDARD_OUTPUT} prints the page. Default: {OUT}.")
@lang_option
@click.option(
    "--events",
    "logs",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Show what changed in Azure, from an event log of pulumi refresh --preview-only; may be given several times.",
)
@click.option(
    "--keep",
    metavar="N",
    type=click.IntRange(min=1),
    default=KEPT,
    show_default=True,
    help="Newest versions to keep, for what labs prune would save.",
)
@json_option
def overview(
    *,
    stacks: tuple[str, ...],
    out: str | None,
    logs: tuple[Path, ...],
    keep: int,
    as_json: bool,
) -> None:
    """Write a page about stacks: what labs offer, where images lie, what they cost, and what ends.

    One HTML file that needs no network and can be mailed or printed. Looks up what labs teachers looks up, and changes
    nothing. A stack that cannot be looked at is on the page with the reason. With --json the same data is printed, and
    the page is written only if --out names its file.

    Exit codes: 0 all is as in the catalogue; 1 the page is written, and something is not as in the catalogue or not
    known; 2 wrong usage, or the page cannot be written.
    """
    if as_json and out == STANDARD_OUTPUT:
        raise click.UsageError(f"--json and --out {STANDARD_OUTPUT} both print; keep one")
    file = None if out == STANDARD_OUTPUT or (as_json and out is None) else Path(out or OUT)
    if file is not None:
        from cli.overview.page_file import check_place  # noqa: PLC0415 - the template engine takes long to import

        check_place(file)
    with answering(as_json=as_json), shared_session():
        looks = _looks(stacks, logs, keep)
        chapters = [look() for look in looks]
        good = all(chapter.is_good for chapter in chapters)
        answer = answer_of(chapters) if as_json else {}
    if not as_json:
        _put(file, chapters, quiet=False)
    elif file is not None:
        _put(file, [look() for look in looks], quiet=True)
    if as_json:
        print_answer({"page": None if file is None else str(file), **answer}, ok=good)
    click.get_current_context().exit(0 if good else 1)


_Look = Callable[[], Chapter]
"""What was seen of a stack: its chapter, in the language that is current when it is called."""


def _looks(stacks: Sequence[str], logs: Sequence[Path], keep: int) -> list[_Look]:
    """A look at each stack, in order. Raises Unreadable for a stack that does not exist, or a log of no use."""
    names = list(dict.fromkeys(chosen_name(name) for name in stacks or (None,)))
    found = drifts(logs, names)
    return [_look(name, keep, found.get(name)) for name in names]


def _look(name: str, keep: int, drift: Drift | None) -> _Look:
    try:
        chosen = chosen_stack(name)
        prices, wrong = _prices(chosen)
        observed, today = _observed(chosen)
    except click.ClickException as error:
        failed = Chapter(name, None, error.message, drift)
        return lambda: failed
    stack, scope = Stack(chosen.settings, observed), Scope(chosen.rules, prices, keep)

    def chapter() -> Chapter:
        seen = overview_of(chosen.file.catalogue, stack, today, scope)
        return Chapter(name, seen, drift=drift, prices_error=wrong, language=current())

    return chapter


def _prices(chosen: ChosenStack) -> tuple[PriceTable, str]:
    """The prices of a stack, or none and what is wrong with their file."""
    try:
        return prices_for(chosen.settings), ""
    except click.ClickException as error:
        return NO_PRICES, error.message


def _observed(chosen: ChosenStack) -> tuple[Observed, date]:
    """What a stack has in Azure now, and the day. Raises ClickException if Azure refuses."""
    with signed_in(chosen.settings) as gallery:
        observed = complete(gallery.look())
        regions = (place.region for place in places(Stack(chosen.settings, observed)))
        observed = replace(observed, progress=progress_of(gallery, taken_versions(observed.gallery, regions), {}))
    now = datetime.now(UTC)
    return replace(observed, moment=now.strftime("%Y-%m-%dT%H:%M:%SZ")), now.date()


def _put(file: Path | None, chapters: Sequence[Chapter], *, quiet: bool) -> None:
    """Write or print the page, and say where it is."""
    from cli.overview.page import render  # noqa: PLC0415 - as above
    from cli.overview.page_file import write_page  # noqa: PLC0415

    text = render(chapters, current())
    if file is None:
        click.echo(text, nl=False)
        return
    write_page(file, text)
    if quiet:
        return
    size = len(text.encode("utf-8"))
    values = {"file": escaped(str(file)), "size": _in_kb(size)}
    for line in wrapped(_("{file} is written, {size}; open it in a browser, or mail it.", **values)):
        click.echo(line)
    for chapter in chapters:
        for line in wrapped(escaped(" ".join(_said(chapter).split())), then="  "):
            click.echo(line)


def _said(chapter: Chapter) -> str:
    """What is said of a stack below the page's name."""
    if chapter.overview is None:
        return _("{stack} could not be looked at: {error}", stack=chapter.stack, error=chapter.error)
    values = {"stack": chapter.stack, "headline": chapter.overview.headline}
    if chapter.prices_error:
        return _("{stack}: {headline}. What it costs is not known: {error}", **values, error=chapter.prices_error)
    return _("{stack}: {headline}.", **values)


def _in_kb(size: int) -> str:
    return f"{-(-size // 1000):,} KB"
