"""The stack that a command works on: its settings, its catalogue, and what Azure has of it.

Every refusal of Azure becomes the command's own error.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.files.diagnostic import InvalidFile
from catalog.stacks.project import PROJECT_FILE, Project, find_project
from catalog.stacks.settings import Settings
from catalog.stacks.stack_file import read_stack, stack_name
from catalog.texts.translation import _
from cli.catalogue_file import CatalogueFile, command_error
from cli.check.policy_config import config_of, policy_rules
from cli.program import commands
from cli.stack_choice import BACKEND_VARIABLE, STACK_VARIABLE, StackChoiceError, choose_stack, selected_stack
from cli.terminal import Unreadable
from lifecycle.exemption import PolicyRules
from plan.observed import Observed, ObservedGallery, ObservedVersion

if TYPE_CHECKING:
    from inventory.observe import Progress, WholeGallery


def complete_stack(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Names of stacks for a shell that completes `--stack`; none outside a project."""
    try:
        project = find_project(Path())
    except InvalidFile:
        return []
    names = map(stack_name, project.stack_files()) if project is not None else ()
    return sorted(name for name in names if name.startswith(begun))


stack_option = click.option(
    "--stack",
    metavar="S",
    shell_complete=complete_stack,
    help="The stack, as in Pulumi.S.yaml. Default: that of PULUMI_STACK, else the selected one (pulumi stack select), "
    "else the only one. sandbox/labs takes the one that sandbox/pulumi stack select selected.",
)
"""`--stack S` of every command that works on one stack."""


@dataclass(frozen=True, slots=True)
class ChosenStack:
    """A stack whose file and catalogue are valid. `rules` is what its policies let through."""

    name: str
    settings: Settings
    file: CatalogueFile
    rules: PolicyRules


def current_project() -> Project:
    """The project that the current folder belongs to.

    Raises Unreadable if it belongs to none, ClickException with what is wrong in its Pulumi.yaml.
    """
    try:
        project = find_project(Path())
    except InvalidFile as error:
        raise command_error(error) from None
    if project is None:
        raise Unreadable(
            _(
                "there is no {file} in this folder or above it, so there is no project here; call labs in the "
                "project's folder",
                file=PROJECT_FILE,
            )
        )
    return project


def chosen_name(name: str | None) -> str:
    """The name of the stack that `chosen_stack` takes. Raises Unreadable if none is chosen or it does not exist."""
    try:
        return _choice(current_project(), name)
    except Unreadable:
        raise
    except click.ClickException as error:
        raise Unreadable(error.message) from None


def chosen_stack(name: str | None) -> ChosenStack:
    """The stack `name` of the current folder's project; without a name the one that `choose_stack` takes.

    Raises Unreadable if it does not exist, ClickException with everything wrong in its file or its catalogue.
    """
    project = current_project()
    path = project.stack_file(_choice(project, name))
    stack = read_stack(path)
    if stack.settings is None or stack.catalogue is None or stack.diagnostics:
        raise command_error(InvalidFile(stack.diagnostics))
    try:
        rules = policy_rules(config_of(project, stack.settings))
        return ChosenStack(stack.name, stack.settings, CatalogueFile.read(stack.catalogue), rules)
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
    observed = complete(gallery.look())
    if observed.gallery is None:
        raise click.ClickException(no_gallery(settings))
    return observed, observed.gallery


def no_gallery(settings: Settings) -> str:
    """That the gallery does not exist, and what makes it: an update alone believes what the stack remembers."""
    on_stack = commands(settings)
    return _(
        "there is no gallery {gallery} in resource group {group}; `{up}` makes it the first time, `{refresh}` if it "
        "was deleted.",
        gallery=settings.gallery_name,
        group=settings.resource_group_name,
        up=on_stack.pulumi("up"),
        refresh=on_stack.pulumi("up --refresh"),
    )


def progress_of(gallery: WholeGallery, wanted: Iterable[ObservedVersion], before: Progress) -> Progress:
    """The progress of each version `wanted`, as `WholeGallery.progress`. Raises ClickException if Azure refuses."""
    known, failures = gallery.progress(wanted, before)
    if failures:
        raise click.ClickException("\n".join(dict.fromkeys(f"{failure}." for failure in failures)))
    return known


def look_up(stack: ChosenStack, images: Iterable[str], source: dict[str, Any] | None = None) -> Observed:
    """What Azure has of these images and, with a source, of that and the stack's labs.

    Raises ClickException if something but a lab cannot be read.
    """
    from inventory.observe import observe_images  # noqa: PLC0415 - as above

    asked = [(kind, given) for kind, given in (source or {}).items() if isinstance(given, str)]
    return complete(observe_images(stack.settings, list(images), asked, with_labs=source is not None))


def complete(observed: Observed) -> Observed:
    """What was observed. Raises ClickException if something cannot be read."""
    if observed.failures:
        raise click.ClickException("\n".join(f"{failure}." for failure in observed.failures))
    return observed


def _choice(project: Project, option: str | None) -> str:
    """The name of the stack to work on. Says on stderr which one it is if it was remembered."""
    variable = os.environ.get(STACK_VARIABLE)
    try:
        choice = choose_stack(
            project=project.name,
            files=[stack_name(path) for path in project.stack_files()],
            option=option,
            variable=variable,
            backend=os.environ.get(BACKEND_VARIABLE) or project.backend,
            selection=selected_stack(project, os.environ) if option is None and variable is None else None,
        )
    except StackChoiceError as error:
        raise Unreadable(str(error)) from None
    if choice.reason and not click.get_current_context().params.get("as_json"):
        click.echo(_("Stack {stack}, {reason}.", stack=choice.name, reason=choice.reason), err=True)
    return choice.name
