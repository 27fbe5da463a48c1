"""`labs prune`: the edit of the catalogue that retires older versions."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Final

import click

from catalog.files.diagnostic import some_of
from catalog.files.unified_diff import unified
from catalog.images.editor import EditRefused, edit_versions
from cli.answer import json_option, print_answer
from cli.chosen_stack import ChosenStack, chosen_stack, look_up, stack_option
from cli.terminal import colored_diff, counted, wrapped
from lifecycle.retirement import Retirement, retirement
from lifecycle.savings import KEPT

EXAMPLES = """\b
Examples:
  labs prune --keep 3               show the edit
  labs prune --keep 3 | git apply   make it
"""

STEPS: Final = {
    "unprotect": "First step, deploy it before the next: protect: false for {}.",
    "remove": "Last step: without {}, which have protect: false; was that deployed?",
    "held": "Left, since block_deletion_before_end_of_life holds them: {}.",
}
"""The steps of a `Retirement`, each with what is said of its versions."""


@click.command(epilog=EXAMPLES)
@click.option(
    "--keep", metavar="N", type=click.IntRange(min=1), default=KEPT, show_default=True, help="Newest to keep."
)
@stack_option
@json_option
def prune(keep: int, stack: str | None, *, as_json: bool) -> None:
    """Propose a diff of the catalogue that retires old versions.

    Keeps the newest versions of each image, and always the newest that teachers can get. Retiring takes two
    deployments: the first sets protect: false on the version, the second removes its entry. Writes and deletes nothing.
    """
    chosen = chosen_stack(stack)
    observed = look_up(chosen, chosen.file.catalogue.images)
    definitions = observed.gallery.definitions if observed.gallery else {}
    today = datetime.now(UTC).date()
    found = {
        name: retirement(image, definitions.get(name.lower()), keep, today)
        for name, image in chosen.file.catalogue.images.items()
    }
    if not as_json:
        click.echo("\n".join(_remarks(found, keep)), err=True)
    try:
        proposed = unified(os.path.relpath(chosen.file.path), chosen.file.text, _edited(chosen, found))
    except EditRefused as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        print_answer({"catalogue": str(chosen.file.path), **_versions(found), "diff": proposed})
    else:
        click.echo("\n".join(map(colored_diff, proposed.split("\n"))), nl=False)


def _versions(found: dict[str, Retirement]) -> dict[str, list[dict[str, str]]]:
    """The versions of each step, by its key in `STEPS`."""
    return {
        step: [{"image": name, "version": number} for name, steps in found.items() for number in getattr(steps, step)]
        for step in STEPS
    }


def _edited(stack: ChosenStack, found: dict[str, Retirement]) -> str:
    edits: dict[tuple[str, str], dict[str, bool] | None] = {}
    for name, steps in found.items():
        edits |= {(name, number): {"protect": False} for number in steps.unprotect}
        edits |= {(name, number): None for number in steps.remove}
    return edit_versions(stack.file.text, edits, file=str(stack.file.path)) if edits else stack.file.text


def _remarks(found: dict[str, Retirement], keep: int) -> list[str]:
    texts = [
        STEPS[step].format(some_of([f"{version['image']} {version['version']}" for version in versions]))
        for step, versions in _versions(found).items()
        if versions
    ]
    stay = f"{counted(keep, 'version')} of each image stay{'s' if keep == 1 else ''}"
    nothing = f"Nothing to retire: {stay}, and the newest that teachers can get."
    return [line for text in texts or [nothing] for line in wrapped(text)]
