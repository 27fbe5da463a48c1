"""`labs import`: an entry of the catalogue for an image or version that is already in the gallery."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import click

from catalog.files.diagnostic import InvalidFile, escaped, shown
from catalog.files.document import parse
from catalog.files.similar import same_name
from catalog.images.catalogue import of_document
from catalog.images.editor import EditRefused, add_image, add_versions
from catalog.images.image import EXTERNAL
from catalog.images.source import EXISTING
from catalog.images.version_number import listing_key, same_number, version_problem
from catalog.stacks.stack_file import read_stack
from cli.answer import json_option, print_answer
from cli.catalogue_file import command_error
from cli.chosen_stack import ChosenStack, chosen_stack, current_project, looked_at, signed_in, stack_option
from cli.program import commands
from cli.terminal import fitted, labelled
from lifecycle.catalogue_entry import CARRIED, entries_of
from lifecycle.declared import hidden_images, sentence
from lifecycle.findings import named_images
from lifecycle.importing import GEOGRAPHY_POLICY, import_refusals
from lifecycle.unmanaged import unknown_numbers
from plan.external import GUIDE
from plan.observed import Observed, ObservedDefinition, ObservedGallery
from plan.stack import Stack

EXAMPLES = """\b
Examples:
  labs import teacher-gis --stack prod   a saved image, with all its versions
  labs import gis:1.1.1 --stack prod     a version that a lab was saved as
  labs import gis-packer --external      an image that others publish
"""

_MOST_NAMED: Final = 3


@click.command(name="import", epilog=EXAMPLES)
@click.argument("name", metavar="NAME[:VERSION]")
@click.option("--external", is_flag=True, help="Take over the image alone: others go on publishing its versions.")
@stack_option
@json_option
def import_(name: str, stack: str | None, *, external: bool, as_json: bool) -> None:
    """Add an image or version from the gallery to the catalogue.

    The entry has `existing: true`, the present regions, replicas and storage of the version, and its tags. Changes
    nothing in Azure; the next `pulumi up` takes the version over and protects it. Existing entries stay unchanged.
    """
    image, colon, number = name.partition(":")
    # The name of an image is for Azure to judge: it allows some that the catalogue cannot hold.
    wrong = (version_problem(number) or "") if colon else ""
    if not image or wrong:
        reason = wrong or "there is no name before the colon"
        raise click.UsageError(f"{shown(name)} is not NAME or NAME:VERSION, such as gis or gis:1.0.0: {reason}")
    if external and colon:
        raise click.UsageError(f"--external is for an image with all its versions: write {image}")
    chosen = chosen_stack(stack)
    with signed_in(chosen.settings) as gallery:
        observed, there = looked_at(gallery, chosen.settings)
    definition = _definition(chosen, there, image)
    name_here = same_name(definition.name, chosen.file.catalogue.images)
    known = chosen.file.catalogue.images[name_here] if name_here else None
    new_image = known is None
    if known is not None and known.is_external != external:
        raise click.ClickException(_of_others(chosen, definition, external=external))
    wanted = [] if external else _wanted(chosen, definition, number or None)
    if not wanted and not (external and new_image):
        if as_json:
            print_answer(_answer(chosen, definition, wanted, [], new_image=False))
        else:
            click.echo(f"{_file(chosen)}: {escaped(name)} is in it already; nothing was changed.")
        return
    refused = list(_refused(chosen, observed, definition, wanted))
    if refused:
        raise click.ClickException("\n".join(refused))
    edited = _edited(chosen, definition, wanted)
    chosen.file.write(edited)
    warnings = [*_warnings(chosen, definition), *_hidden(chosen, definition.name, edited, wanted)]
    if as_json:
        print_answer(_answer(chosen, definition, wanted, warnings, new_image=new_image))
    else:
        click.echo("\n".join(_report(chosen, definition, wanted, warnings, new_image=new_image)))


def _definition(stack: ChosenStack, gallery: ObservedGallery, image: str) -> ObservedDefinition:
    found = gallery.definitions.get(image.lower())
    if found is None:
        names = named_images([definition.name for definition in gallery.definitions.values()]) or "none"
        raise click.ClickException(
            f"the gallery has no image {shown(image)}; it has {names}. Nothing was changed; "
            f"`{commands(stack.settings).labs('list-unmanaged')}` shows what can be imported"
        )
    return found


def _wanted(stack: ChosenStack, definition: ObservedDefinition, number: str | None) -> list[str]:
    """The versions to write: the named one, or all that the catalogue lacks. Empty if it has them all."""
    name = same_name(definition.name, stack.file.catalogue.images)
    known = stack.file.catalogue.images[name].versions if name else {}
    if number is None:
        if not definition.versions:
            raise click.ClickException(
                f"{definition.name} has no version, so there is nothing to import. Nothing was changed; if somebody "
                f"else publishes into it, `{commands(stack.settings).labs(f'import {definition.name} --external')}` "
                "takes over the image; one that nobody needs is deleted with `az sig image-definition delete`"
            )
        return unknown_numbers(definition, known)
    key = same_number(number, known)
    if key is not None and known[key].source.kind == EXISTING:
        return []
    if key is not None:
        raise click.ClickException(
            f"{_file(stack)}: images.{name}.versions.{key} is in it already, with a {known[key].source.kind} as "
            "its source. Nothing was changed; for a version that is to stay as it is in the gallery, write source: "
            "{existing: true}"
        )
    there = definition.number_of(number)
    if there is None:
        numbers = named_images(sorted(definition.versions, key=listing_key)) or "none"
        raise click.ClickException(
            f"the gallery has no version {shown(number)} of {definition.name} (any more); it has {numbers}."
            f" Nothing was changed; `{commands(stack.settings).labs('list-unmanaged')}` shows what can be imported"
        )
    return [there]


def _refused(
    stack: ChosenStack, observed: Observed, definition: ObservedDefinition, numbers: Sequence[str]
) -> Iterator[str]:
    """Why the next preview would refuse the versions, and which of them it would not; empty if it takes all."""
    name, key = definition.name, definition.name.lower()
    exempt = [key] if stack.rules.exempts(name, GEOGRAPHY_POLICY, datetime.now(UTC).date()) else []
    on_stack = Stack(stack.settings, observed)
    found = import_refusals(stack.file.catalogue, {key: numbers}, on_stack, exempt)[key]
    yield from (f"{name}: {reason}." for reason in found.image)
    yield from (f"{name}:{number}: {reason}." for number in numbers for reason in found.versions[number])
    if not found.image and not any(found.versions.values()):
        return
    good = [number for number in numbers if not found.of(number)]
    labs = commands(stack.settings).labs
    first = " and ".join(f"`{labs(f'import {name}:{number}')}`" for number in good[:_MOST_NAMED])
    more = f"; so can {len(good) - _MOST_NAMED} more" if len(good) > _MOST_NAMED else ""
    rest = f" {', '.join(good[:_MOST_NAMED])} can be taken over alone, with {first}{more}." if good else ""
    yield f"Nothing was changed.{rest}"


def _of_others(stack: ChosenStack, definition: ObservedDefinition, *, external: bool) -> str:
    """Why an image of the catalogue stays as it is there: with `external` it has versions, else others have them."""
    here = f"{_file(stack)}: images.{definition.name}"
    if external:
        return f"{here} is in it already, with versions. Nothing was changed; {GUIDE} says how to hand it over"
    return (
        f"{here} says versions: {EXTERNAL}, so its versions are left to who publishes them, and there is nothing to "
        f"import. Nothing was changed; `{commands(stack.settings).labs('teachers')}` shows what labs take"
    )


def _edited(stack: ChosenStack, definition: ObservedDefinition, numbers: Sequence[str]) -> str:
    """The catalogue's text with the versions, and with their image if it is new; without any, others publish them."""
    text, file, name = stack.file.text, str(stack.file.path), same_name(definition.name, stack.file.catalogue.images)
    image, entries = entries_of(stack.file.catalogue, definition, numbers, stack.settings)
    try:
        if name is None:
            return add_image(text, definition.name, {**image, "versions": entries or EXTERNAL}, file=file)
        return add_versions(text, name, entries, file=file)
    except EditRefused as error:
        raise click.ClickException(str(error)) from None
    except InvalidFile as error:
        raise command_error(error) from None


def _answer(
    stack: ChosenStack, definition: ObservedDefinition, added: Sequence[str], warnings: list[str], *, new_image: bool
) -> dict[str, Any]:
    return {
        "catalogue": str(stack.file.path),
        "image": definition.name,
        "new_image": new_image,
        "added": list(added),
        "warnings": warnings,
    }


def _report(
    stack: ChosenStack, definition: ObservedDefinition, numbers: Sequence[str], warnings: list[str], *, new_image: bool
) -> Iterator[str]:
    name = definition.name
    what = f"images.{name} with " if new_image else f"images.{name}: "
    listed = named_images(numbers) or f"versions: {EXTERNAL}"
    yield fitted(f"{_file(stack)}: {what}{listed} added, as in the gallery. Nothing was changed in Azure.")
    for warning in warnings:
        yield labelled(fitted(f"Warning: {warning}"))
    if not numbers:
        yield fitted(
            f"Look at it, then `{commands(stack.settings).pulumi('up')}` takes over the image, and leaves its versions "
            f"alone ({GUIDE})."
        )
        return
    yield fitted(
        f"Look at it, then `{commands(stack.settings).pulumi('up')}` takes it over and protects it. To have it in more "
        "regions, change its target_regions afterwards."
    )


def _warnings(stack: ChosenStack, definition: ObservedDefinition) -> list[str]:
    """What is no error, and somebody who imports the image or a version of it should know."""
    found = [CARRIED] if definition.definition.os_state == "Specialized" else []
    sharing = _other_stacks(stack)
    if sharing:
        found.append(
            f"{_file(stack)} is the catalogue of {', '.join(sharing)} too, whose gallery does not have this "
            "version: a preview there will refuse it. Give each stack a catalogue of its own with "
            f"`{commands(stack.settings).pulumi('config set catalog FILE')}`."
        )
    return found


def _hidden(stack: ChosenStack, name: str, edited: str, numbers: Sequence[str]) -> Iterator[str]:
    """Why teachers would not see what was imported, which the policies refuse unless it is exempt."""
    catalogue = of_document(parse(edited, file=str(stack.file.path)))
    image, today = same_name(name, catalogue.images) or name, datetime.now(UTC).date()
    alone = catalogue.model_copy(update={"images": {image: catalogue.images[image]}})
    found = hidden_images(alone, stack.settings, stack.rules, today)
    # What is said of another version is not what was imported; that of the image itself is.
    yield from dict.fromkeys(f"{sentence([one])}." for one in found if one.version in (None, *numbers))


def _other_stacks(stack: ChosenStack) -> list[str]:
    """The other stacks of the project that publish from the same catalogue."""
    return [
        escaped(f"stack {other.name}")
        for other in map(read_stack, current_project().stack_files())
        if other.name != stack.name
        and other.catalogue is not None
        and other.catalogue.resolve() == stack.file.path.resolve()
    ]


def _file(stack: ChosenStack) -> str:
    return escaped(str(stack.file.path))
