"""`labs overview`: one page about stacks for those who answer for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from catalog.files.diagnostic import escaped
from catalog.regions.prices import NO_PRICES, PriceTable
from cli.answer import json_option, print_answer
from cli.chosen_stack import ChosenStack, chosen_name, chosen_stack, complete, complete_stack, progress_of, signed_in
from cli.overview.answer import answer_of
from cli.overview.chapter import Chapter, Drift, drifts
from cli.overview.words import LANGUAGES, Language
from cli.stack_prices import prices_for
from cli.terminal import wrapped
from lifecycle.overview import Overview, Scope
from lifecycle.overview import overview as overview_of
from lifecycle.place import places
from lifecycle.savings import KEPT
from lifecycle.visibility import taken_versions
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
@click.option(
    "--lang", "language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="The page's language."
)
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
    language: Language,
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
    chapters = _chapters(stacks, logs, keep)
    good = all(chapter.is_good for chapter in chapters)
    if not as_json or file is not None:
        _put(file, chapters, language, quiet=as_json)
    if as_json:
        print_answer({"page": None if file is None else str(file), **answer_of(chapters)}, ok=good)
    click.get_current_context().exit(0 if good else 1)


def _chapters(stacks: Sequence[str], logs: Sequence[Path], keep: int) -> list[Chapter]:
    """A chapter for each stack, in order. Raises Unreadable for a stack that does not exist, or a log of no use."""
    names = list(dict.fromkeys(chosen_name(name) for name in stacks or (None,)))
    found = drifts(logs, names)
    return [_chapter(name, keep, found.get(name)) for name in names]


def _chapter(name: str, keep: int, drift: Drift | None) -> Chapter:
    try:
        chosen = chosen_stack(name)
        prices, wrong = _prices(chosen)
        return Chapter(name, _looked_at(chosen, Scope(chosen.rules, prices, keep)), drift=drift, prices_error=wrong)
    except click.ClickException as error:
        return Chapter(name, None, error.message, drift)


def _prices(chosen: ChosenStack) -> tuple[PriceTable, str]:
    """The prices of a stack, or none and what is wrong with their file."""
    try:
        return prices_for(chosen.settings), ""
    except click.ClickException as error:
        return NO_PRICES, error.message


def _looked_at(chosen: ChosenStack, scope: Scope) -> Overview:
    """The overview of a stack as it is now. Raises ClickException if Azure refuses."""
    with signed_in(chosen.settings) as gallery:
        observed = complete(gallery.look())
        regions = (place.region for place in places(Stack(chosen.settings, observed)))
        observed = replace(observed, progress=progress_of(gallery, taken_versions(observed.gallery, regions), {}))
    now = datetime.now(UTC)
    observed = replace(observed, moment=now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return overview_of(chosen.file.catalogue, Stack(chosen.settings, observed), now.date(), scope)


def _put(file: Path | None, chapters: Sequence[Chapter], language: Language, *, quiet: bool) -> None:
    """Write or print the page, and say where it is."""
    from cli.overview.page import render  # noqa: PLC0415 - as above
    from cli.overview.page_file import write_page  # noqa: PLC0415

    text = render(chapters, language)
    if file is None:
        click.echo(text, nl=False)
        return
    write_page(file, text)
    if quiet:
        return
    size = len(text.encode("utf-8"))
    for line in wrapped(f"{escaped(str(file))} is written, {_in_kb(size)}; open it in a browser, or mail it."):
        click.echo(line)
    for chapter in chapters:
        if chapter.overview is None:
            said = f"{chapter.stack} could not be looked at: {chapter.error}"
        else:
            wrong = f" What it costs is not known: {chapter.prices_error}" if chapter.prices_error else ""
            said = f"{chapter.stack}: {chapter.overview.headline}.{wrong}"
        for line in wrapped(escaped(" ".join(said.split())), then="  "):
            click.echo(line)


def _in_kb(size: int) -> str:
    return f"{-(-size // 1000):,} KB"
