"""`labs add-image`: a new image for the catalogue, modelled on an existing one."""

from __future__ import annotations

from typing import Any, Final

import click

from catalog.files.document import parse
from cli.add_new_version import NewVersion, add_new_version, dry_run_option, image_named, source_options
from cli.chosen_stack import ChosenStack, chosen_stack, stack_option

OF_ITS_OWN: Final = frozenset(
    {"versions", "description", "release_note_uri", "end_of_life", "protect", "enabled_in_plan"}
)
"""Keys that a new image does not take from the image that it is like."""


@click.command("add-image")
@click.argument("name")
@click.option("--like", metavar="IMAGE", required=True, help="The image that it is like: same system, same users.")
@source_options
@click.option("--description", help="What teachers read about the image.")
@stack_option
@dry_run_option
def add_image(
    name: str, like: str, new: NewVersion, description: str | None, stack: str | None, *, dry_run: bool
) -> None:
    """Add the image NAME to the catalogue, with a first version.

    Takes what describes the system (type, state, generation, publisher and offer, purchase plan, consumers, tags) from
    IMAGE; the SKU of its identifier, which must be unique, is NAME. Changes nothing in Azure: pulumi up publishes.
    """
    chosen = chosen_stack(stack)
    model = image_named(chosen, like)
    add_new_version(chosen, name, new, like=_keys_like(chosen, model, description, name), dry_run=dry_run)


def _keys_like(stack: ChosenStack, model: str, description: str | None, sku: str) -> dict[str, Any]:
    written = parse(stack.file.text, file=str(stack.file.path)).value["images"][model]
    keys = {key: value for key, value in written.items() if key not in OF_ITS_OWN}
    keys["identifier"] = {**keys["identifier"], "sku": sku}
    return {**({"description": description} if description else {}), **keys}
