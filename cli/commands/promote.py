"""`labs promote`: the newest version of a trial image becomes the next version of an image."""

from __future__ import annotations

import click

from catalog.files.similar import same_name
from catalog.images.version_number import VersionStep
from cli.add_new_version import (
    NewVersion,
    add_new_version,
    dry_run_option,
    image_to_publish,
    major_option,
    minor_option,
    nothing_to_add,
)
from cli.answer import json_option
from cli.chosen_stack import chosen_stack, look_up, stack_option
from cli.program import commands
from inventory.shared_session import shared_session
from lifecycle.promotion import NotPromoted, is_promoted, version_to_promote

EXAMPLES = """\b
Examples:
  labs promote gis-trial gis --dry-run   show the edit
  labs promote gis-trial gis --minor     make it, as 1.3.0 after 1.2.5
"""


@click.command(epilog=EXAMPLES)
@click.argument("trial")
@click.argument("image")
@minor_option
@major_option
@stack_option
@dry_run_option
@json_option
def promote(
    trial: str, image: str, step: VersionStep | None, stack: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Add the newest version of TRIAL as the next version of IMAGE.

    Teachers can only choose the latest version of an image, so a new version is first tried as a separate image: one of
    the catalogue, or one that a teacher saved into the gallery. TRIAL stays unchanged; retire it when nobody uses it.
    Replicas, regions and storage stay those of the latest version of IMAGE.
    """
    chosen = chosen_stack(stack)
    name, images = image_to_publish(chosen, image), chosen.file.catalogue.images
    tried = same_name(trial, images) or trial
    if name == tried:
        raise click.ClickException(f"{name} cannot be promoted to itself; name the trial first, then the image")
    click.get_current_context().with_resource(shared_session())  # the new version is looked up too
    observed = look_up(chosen, [tried, name])
    definitions = observed.gallery.definitions if observed.gallery else {}
    try:
        source = version_to_promote(
            chosen.file.catalogue, tried, definitions.get(tried.lower()), commands(chosen.settings)
        )
    except NotPromoted as error:
        raise click.ClickException(str(error)) from None
    there = is_promoted(chosen.file.catalogue, name, source, definitions.get(name.lower()))
    if there is not None:
        why = f"images.{name}.versions.{there} is made from {source} already"
        nothing_to_add(chosen, name, there, why, as_json=as_json)
        return
    add_new_version(
        chosen, name, NewVersion({"gallery_version": source}, step=step or "patch"), dry_run=dry_run, as_json=as_json
    )
