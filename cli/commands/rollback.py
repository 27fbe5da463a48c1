"""`labs rollback`: an earlier version of an image becomes its next one."""

from __future__ import annotations

from collections.abc import Iterator

import click

from catalog.images.version import ImageVersion, VersionDefaults
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
from lifecycle.promotion import NotRolledBack, is_latest, is_promoted, version_to_roll_back

EXAMPLES = """\b
Examples:
  labs rollback gis --to 1.0.0             publishes it again, as 1.2.4 say
  labs rollback gis --to 1.0.0 --dry-run   shows the edit
"""


@click.command(epilog=EXAMPLES)
@click.argument("image")
@click.option("--to", "number", metavar="VERSION", required=True, help="The version in the gallery to go back to.")
@minor_option
@major_option
@stack_option
@dry_run_option
@json_option
def rollback(
    image: str, number: str, step: VersionStep | None, stack: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Add the content of VERSION as the next version of IMAGE.

    Labs take the highest number, so going back means to publish the earlier content again, above every number in the
    catalogue and in the gallery; also above a version that a teacher saved over it. Nothing is built: the new version
    is made from VERSION itself, in the gallery. Replicas, regions and storage stay those of the latest version. Changes
    nothing in Azure: pulumi up publishes.
    """
    chosen = chosen_stack(stack)
    name = image_to_publish(chosen, image)
    catalogue = chosen.file.catalogue
    click.get_current_context().with_resource(shared_session())  # the new version is looked up too
    observed = look_up(chosen, [name])
    definition = observed.gallery.definitions.get(name.lower()) if observed.gallery else None
    try:
        version = version_to_roll_back(catalogue, name, number, definition, commands(chosen.settings))
    except NotRolledBack as error:
        raise click.ClickException(str(error)) from None
    there = is_promoted(catalogue, name, version.id, definition)
    if there is not None or is_latest(catalogue.images[name], number, definition):
        why = f"images.{name}.versions.{there} is made from it already" if there else "it is the latest one"
        nothing_to_add(chosen, name, there or number, f"{name} {number}: {why}", as_json=as_json)
        return
    # Where Azure shows no size, as it may for a version that was made from a VHD, the catalogue has it.
    key = catalogue.images[name].number_of(number)
    entry = catalogue.images[name].versions[key] if key else None
    size = entry.os_disk_size_gb if entry and version.os_disk_size_gb is None else None
    add_new_version(
        chosen,
        name,
        NewVersion(
            {"gallery_version": version.id},
            size_gb=size,
            step=step or "patch",
            notes=tuple(_note(number, entry, catalogue.defaults)),
        ),
        dry_run=dry_run,
        as_json=as_json,
    )


def _note(number: str, entry: ImageVersion | None, defaults: VersionDefaults) -> Iterator[str]:
    """That the catalogue keeps VERSION from being the latest, and not what is made from it."""
    excluded = entry.exclude_from_latest if entry is not None else False
    if not excluded or excluded == defaults.exclude_from_latest:
        return
    where = f" in {', '.join(excluded)}" if isinstance(excluded, tuple) else ""
    yield (
        f"Note: {number} has exclude_from_latest{where} in the catalogue, and the new version has not, so that labs "
        "take it; write the key if it is meant."
    )
