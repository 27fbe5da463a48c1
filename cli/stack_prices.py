"""The prices that count for a stack."""

from __future__ import annotations

from dataclasses import replace

from catalog.files.diagnostic import InvalidFile
from catalog.regions.prices import PriceTable, read_prices
from catalog.stacks.settings import Settings
from cli.catalogue_file import command_error
from cli.program import PROGRAM


def prices_for(settings: Settings | None) -> PriceTable:
    """The prices of a stack; an empty table without a file. Raises ClickException with what is wrong in the file."""
    try:
        return read_stack_prices(settings)
    except InvalidFile as error:
        raise command_error(error) from None


def read_stack_prices(settings: Settings | None) -> PriceTable:
    """The prices of a stack; an empty table without a file. Raises InvalidFile.

    The sandbox's own subscriptions have prices of their own, as they have policies: part of a release, and never old.
    """
    if settings is None or not settings.is_pretend:
        return read_prices()
    return replace(read_prices(PROGRAM / "sandbox" / "prices.json"), fixed=True)
