"""`labs add-image`: a new image for the catalogue, from what its source tells or modelled on an existing one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

import click

from catalog.files.diagnostic import escaped
from catalog.files.document import parse
from catalog.files.similar import same_name
from cli.add_new_version import NewVersion, add_new_version, dry_run_option, image_named, source_options
from cli.answer import json_option
from cli.chosen_stack import ChosenStack, chosen_stack, stack_option
from cli.program import commands
from lifecycle.new_image import (
    CONSUMERS,
    OPTIONS,
    SYSTEM,
    GivenImage,
    choices,
    image_entry,
    options_of,
    suited_keys,
    unseen_demands,
)
from lifecycle.readiness import ASKABLE
from plan.observed import ObservedSource

OF_ITS_OWN: Final = frozenset(
    {"versions", "description", "release_note_uri", "end_of_life", "protect", "enabled_in_plan"}
)
"""Keys that a new image does not take from the image that it is like."""

EXAMPLES = """\b
Examples:
  labs add-image gis --os-state Generalized \\
    --source /subscriptions/…/snapshots/gis-100
  labs add-image gis --dry-run \\
    --source /subscriptions/…/virtualMachines/build-gis
  labs add-image gis-trial --like gis \\
    --source /subscriptions/…/snapshots/gis-110
  labs add-image office-v2 --like office --for windows_365 \\
    --source /subscriptions/…/snapshots/windows-11-office
"""


def _choice(key: str, help_text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    values = choices(key)
    shown = "|".join(values) if len(values) == 2 else "TYPE"
    return click.option(
        OPTIONS[key], key, metavar=shown, type=click.Choice(values, case_sensitive=False), help=help_text
    )


@click.command("add-image", epilog=EXAMPLES)
@click.argument("name")
@click.option("--like", metavar="IMAGE", help="An image that it is like: same system, same users.")
@source_options
@click.option("--description", help="What teachers read about the image.")
@_choice("os_type", "Operating system, if the source does not tell.")
@_choice("os_state", "State of the system; snapshots, disks and VHDs do not tell it.")
@_choice("hyper_v_generation", "Hyper-V generation, if the source does not tell (else V1).")
@_choice("architecture", "Processor, if the source does not tell (else x64).")
@_choice("security_type", "Security type, if the source does not tell (else Standard).")
@click.option("--publisher", help="Of its identifier. Default: that of the other images, else the gallery's name.")
@click.option("--offer", help="Of its identifier. Default: NAME.")
@click.option("--sku", help="Of its identifier. Default: NAME.")
@click.option(
    OPTIONS["consumers"],
    "consumers",
    metavar="WHO",
    multiple=True,
    type=click.Choice(CONSUMERS),
    help=f"Who uses it; may be repeated: {', '.join(CONSUMERS)}. Default: the services that the stack is attached to.",
)
@click.option(
    "--for",
    "suited_to",
    metavar="SERVICE",
    type=click.Choice(ASKABLE),
    help=f"Make it as this service demands, and for it alone: {', '.join(ASKABLE)}.",
)
@stack_option
@dry_run_option
@json_option
def add_image(
    name: str, like: str | None, new: NewVersion, stack: str | None, *, dry_run: bool, as_json: bool, **given: Any
) -> None:
    """Add the image NAME to the catalogue, with a first version.

    System, size and disks come from the source, as far as it tells them; what it does not tell is an option. The image
    is for the lab services that the stack is attached to, or for those of --consumer. With --like, what describes the
    system (type, state, generation, publisher and offer, purchase plan, consumers, tags) comes from IMAGE instead, and
    the SKU is NAME. With --for, the image is for that service, and has what it demands where nothing tells it;
    a source that is otherwise is refused. What teachers would not see is refused, unless an exemption is in force.
    Changes nothing in Azure: pulumi up publishes.
    """
    said = GivenImage(**given)
    if said.suited_to and said.consumers:
        raise click.UsageError("--for makes the image for that service alone; leave out --consumer")
    if like is not None and (left := _not_taken(said)):
        raise click.UsageError(f"--like takes these from {escaped(like)}; leave out {', '.join(left)}")
    if said.suited_to:
        new = replace(new, notes=(*new.notes, *unseen_demands(said.suited_to, next(iter(new.source)))))
    chosen = chosen_stack(stack)
    twin = same_name(name, chosen.file.catalogue.images)
    if twin is not None:
        raise click.ClickException(
            f"{chosen.file.path}: images.{twin} is there already; "
            f"`{commands(chosen.settings).labs(f'add-version {twin} --source ID')}` adds a version to it"
        )
    if like is not None:
        keys_like = partial(_keys_like, chosen, image_named(chosen, like), name, new, said)
        add_new_version(chosen, name, new, new_image=keys_like, dry_run=dry_run, as_json=as_json)
    else:
        keys_from = partial(_keys_from, chosen, name, new, said)
        add_new_version(chosen, name, new, new_image=keys_from, dry_run=dry_run, as_json=as_json)


def _keys_from(
    stack: ChosenStack, name: str, new: NewVersion, said: GivenImage, source: ObservedSource | None
) -> dict[str, Any]:
    kind = next(iter(new.source))
    return image_entry(name, (kind, source), said, stack.file.catalogue, stack.settings)


def _not_taken(said: GivenImage) -> list[str]:
    """The options that say what a model says. For another service its system may be another one."""
    given = options_of(said)
    return [each for each in given if not said.suited_to or each not in {OPTIONS[key] for key in SYSTEM}]


def _keys_like(
    stack: ChosenStack, model: str, sku: str, new: NewVersion, said: GivenImage, source: ObservedSource | None
) -> dict[str, Any]:
    written = parse(stack.file.text, file=str(stack.file.path)).value["images"][model]
    keys = {key: value for key, value in written.items() if key not in OF_ITS_OWN}
    keys["identifier"] = {**keys["identifier"], "sku": sku}
    if said.suited_to:
        keys = suited_keys(keys, said, said.suited_to, (next(iter(new.source)), source))
    return {**({"description": said.description} if said.description else {}), **keys}
