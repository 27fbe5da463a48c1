"""`labs add-version`: the next version of an image for the catalogue."""

from __future__ import annotations

from dataclasses import replace

import click

from catalog.images.version_number import VersionStep
from cli.add_new_version import (
    NewVersion,
    add_new_version,
    dry_run_option,
    image_to_publish,
    major_option,
    minor_option,
    source_options,
)
from cli.answer import json_option
from cli.chosen_stack import chosen_stack, stack_option

EXAMPLES = """\b
Examples:
  labs add-version gis --source /subscriptions/…/snapshots/gis-110
  labs add-version gis --major --dry-run \\
    --source /subscriptions/…/virtualMachines/gis
"""


@click.command("add-version", epilog=EXAMPLES)
@click.argument("image")
@source_options
@minor_option
@major_option
@stack_option
@dry_run_option
@json_option
def add_version(
    image: str, new: NewVersion, step: VersionStep | None, stack: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Add the next version of IMAGE to the catalogue.

    The entry has the disk facts that Azure knows about the source, and replicas, regions and storage of the version
    before. The number is above all numbers in the catalogue and in the gallery. An unsuitable source is refused before
    anything is written, and so is what teachers would not see, unless an exemption is in force. Changes nothing in
    Azure: pulumi up publishes.
    """
    chosen = chosen_stack(stack)
    add_new_version(
        chosen, image_to_publish(chosen, image), replace(new, step=step or "patch"), dry_run=dry_run, as_json=as_json
    )
