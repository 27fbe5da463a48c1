"""What the commands that add a version have in common: look, number it, refuse what the plan would, write, and tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import click

from catalog.files.diagnostic import InvalidFile, shown
from catalog.files.document import parse
from catalog.images.catalogue import of_document
from catalog.images.editor import EditRefused, add_image, add_version
from cli.catalogue_file import said
from cli.chosen_stack import ChosenStack
from lifecycle.new_version import NoEntry, agreed_facts, new_version_conflicts, version_entry
from lifecycle.next_version import NoNumber, VersionStep, next_number
from plan.observed import Observed

dry_run_option = click.option("--dry-run", is_flag=True, help="Show the edit, and do not write it.")


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version that is to be added: `source` as in the catalogue; size in GB and number of disks as a person says."""

    source: dict[str, Any]
    size_gb: int | None = None
    disks: int | None = None
    step: VersionStep = "patch"


def image_named(stack: ChosenStack, name: str) -> str:
    """The image of the catalogue that is meant, without regard to case. Raises ClickException when there is none."""
    images = stack.file.catalogue.images
    found = next((image for image in images if image.lower() == name.lower()), None)
    if found is None:
        raise click.ClickException(f"{stack.file.path} has no image {shown(name)}; it has {', '.join(images)}")
    return found


def look_up(stack: ChosenStack, images: Iterable[str], source: dict[str, Any] | None = None) -> Observed:
    """What is in Azure of these images and of a source. Raises ClickException when it cannot be seen."""
    # Azure's SDK takes a fifth of a second to import; a command that is used wrongly should not wait for it.
    from inventory.observe import observe_images  # noqa: PLC0415

    asked = [(kind, given) for kind, given in (source or {}).items() if isinstance(given, str)]
    observed = observe_images(stack.settings, list(images), asked)
    if observed.failures:
        raise click.ClickException("\n".join(f"{failure}." for failure in observed.failures))
    return observed


def add(stack: ChosenStack, image: str, wish: NewVersion, *, like: dict[str, Any] | None = None, dry_run: bool) -> None:
    """Add a version of `image` to the catalogue; with `like`, the other keys of the image, the image too.

    Raises ClickException with everything that keeps it from being published; the file is then as it was.
    """
    observed = look_up(stack, [image], wish.source)
    try:
        number, edited = _edited(stack, image, wish, like, observed)
        planned = of_document(parse(edited, file=str(stack.file.path)))
    except (NoEntry, NoNumber, EditRefused) as error:
        raise click.ClickException(str(error)) from None
    except InvalidFile as error:
        raise said(error) from None
    conflicts = new_version_conflicts(planned, image, number, stack.settings, observed)
    if conflicts:
        raise click.ClickException("\n".join(map(str, conflicts)))
    if not dry_run:
        stack.file.write(edited)
    click.echo("\n".join(_report(stack, image, number, edited, dry_run=dry_run)))


def _edited(
    stack: ChosenStack, image: str, wish: NewVersion, like: dict[str, Any] | None, observed: Observed
) -> tuple[str, str]:
    """The number of the new version, and the catalogue's text with it."""
    catalogue, text, file = stack.file.catalogue, stack.file.text, str(stack.file.path)
    definition = observed.gallery.definitions.get(image.lower()) if observed.gallery else None
    declared = catalogue.images[image].versions if like is None else ()
    number = next_number({*declared, *(definition.versions if definition else ())}, wish.step)
    given = next(iter(wish.source.values()))
    source = observed.sources.get(given.lower()) if isinstance(given, str) else None
    entry = version_entry(wish.source, agreed_facts(source, wish.size_gb, wish.disks), catalogue.defaults)
    if like is None:
        return number, add_version(text, image, number, entry, file=file)
    return number, add_image(text, image, {**like, "versions": {number: entry}}, file=file)


def _added(before: str, after: str) -> list[str]:
    """The lines that an addition put in, in one place."""
    old, new = before.splitlines(), after.splitlines()
    same = next((index for index, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), len(old))
    return new[same : same + len(new) - len(old)]


def _report(stack: ChosenStack, image: str, number: str, edited: str, *, dry_run: bool) -> list[str]:
    file, verb = str(stack.file.path), "would add" if dry_run else "added"
    return [
        f"{file}: {verb} images.{image}.versions.{number}",
        *(f"+{line}" for line in _added(stack.file.text, edited)),
        "",
        f"Look with pulumi preview --stack {stack.name}, and publish with pulumi up --stack {stack.name}.",
        f"Tell teachers: new labs take {image} {number} once it is published; labs that exist keep their copy.",
    ]
