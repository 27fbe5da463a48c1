"""A stack's gallery in Azure, for commands: every refusal of the cloud is the command's own error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from plan.observed import Observed, ObservedGallery

if TYPE_CHECKING:
    from catalog.stacks.settings import Settings
    from inventory.observe import WholeGallery


@contextmanager
def signed_in(settings: Settings) -> Iterator[WholeGallery]:
    """The gallery of a stack, to look at. Raises ClickException with cause and what to do."""
    # Azure's SDK takes a fifth of a second to import; a command that is used wrongly should not wait for it.
    from inventory.arm.error import ArmError  # noqa: PLC0415
    from inventory.observe import WholeGallery  # noqa: PLC0415

    try:
        with WholeGallery.signed_in(settings) as gallery:
            yield gallery
    except ArmError as error:
        raise click.ClickException(f"{error}.") from None


def looked_at(gallery: WholeGallery, settings: Settings) -> tuple[Observed, ObservedGallery]:
    """What is in Azure, and the gallery in it. Raises ClickException with everything that could not be seen."""
    observed = gallery.look()
    if observed.failures:
        raise click.ClickException("\n".join(f"{failure}." for failure in observed.failures))
    if observed.gallery is None:
        raise click.ClickException(
            f"there is no gallery {settings.gallery_name} in resource group {settings.resource_group_name} yet; "
            f"`pulumi up --stack {settings.stack}` makes it."
        )
    return observed, observed.gallery
