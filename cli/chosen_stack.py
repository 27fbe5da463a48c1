"""The stack that a command works on: its settings, its catalogue, and what Azure has of it.

Every refusal of Azure becomes the command's own error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.files.diagnostic import InvalidFile, escaped
from catalog.stacks.settings import Settings
from catalog.stacks.stack_file import read_stack, stack_files, stack_name
from cli.catalogue_file import CatalogueFile, command_error
from cli.terminal import Unreadable
from plan.observed import Observed, ObservedGallery

if TYPE_CHECKING:
    from inventory.observe import WholeGallery

stack_option = click.option(
    "--stack", metavar="S", help="The stack, as in Pulumi.S.yaml. Default: the only one in this folder."
)
"""`--stack S` of every command that works on one stack."""


@dataclass(frozen=True, slots=True)
class ChosenStack:
    """A stack whose file and catalogue are valid."""

    name: str
    settings: Settings
    file: CatalogueFile


def chosen_stack(name: str | None) -> ChosenStack:
    """The stack `name` of the current folder; without a name the only stack there.

    Raises Unreadable if it does not exist, ClickException with everything wrong in its file or its catalogue.
    """
    path = Path(f"Pulumi.{name}.yaml") if name is not None else _only_one()
    if not path.is_file():
        raise Unreadable(f"{escaped(str(path))}: there is no such stack file; {_stacks()}")
    stack = read_stack(path)
    if stack.settings is None or stack.catalogue is None or stack.diagnostics:
        raise command_error(InvalidFile(stack.diagnostics))
    try:
        return ChosenStack(stack.name, stack.settings, CatalogueFile.read(stack.catalogue))
    except InvalidFile as error:
        raise command_error(error) from None


@contextmanager
def signed_in(settings: Settings) -> Iterator[WholeGallery]:
    """A session with the gallery of a stack. Raises ClickException with cause and advice if Azure refuses."""
    # Azure's SDK takes a fifth of a second to import; a command that is used wrongly should not wait for it.
    from inventory.arm.error import ArmError  # noqa: PLC0415
    from inventory.observe import WholeGallery  # noqa: PLC0415

    try:
        with WholeGallery.signed_in(settings) as gallery:
            yield gallery
    except ArmError as error:
        raise click.ClickException(f"{error}.") from None


def looked_at(gallery: WholeGallery, settings: Settings) -> tuple[Observed, ObservedGallery]:
    """What is in Azure, and the gallery in it. Raises ClickException if something cannot be read or it is missing."""
    observed = _complete(gallery.look())
    if observed.gallery is None:
        raise click.ClickException(
            f"there is no gallery {settings.gallery_name} in resource group {settings.resource_group_name} yet; "
            f"`pulumi up --stack {settings.stack}` makes it."
        )
    return observed, observed.gallery


def look_up(stack: ChosenStack, images: Iterable[str], source: dict[str, Any] | None = None) -> Observed:
    """What Azure has of these images and of a source. Raises ClickException if something cannot be read."""
    from inventory.observe import observe_images  # noqa: PLC0415 - as above

    asked = [(kind, given) for kind, given in (source or {}).items() if isinstance(given, str)]
    return _complete(observe_images(stack.settings, list(images), asked))


def _complete(observed: Observed) -> Observed:
    if observed.failures:
        raise click.ClickException("\n".join(f"{failure}." for failure in observed.failures))
    return observed


def _only_one() -> Path:
    found = stack_files()
    if len(found) != 1:
        reason = "there are several stacks; choose one" if found else "there is no stack file here"
        raise Unreadable(f"{reason}: {_stacks()}")
    return found[0]


def _stacks() -> str:
    names = [stack_name(path) for path in stack_files()]
    if not names:
        return "call labs in the project's folder, or make a stack with ./labs init"
    return escaped(" or ".join(f"--stack {name}" for name in names))
