"""The prices that count for a stack."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from catalog.files.diagnostic import InvalidFile
from catalog.regions.prices import FILE, PriceTable, read_prices
from catalog.stacks.settings import Settings
from cli.catalogue_file import command_error
from cli.program import PROGRAM


def prices_file(settings: Settings | None) -> Path:
    """The file with the prices of a stack. The sandbox's own subscriptions have another, as their policies do."""
    return PROGRAM / "sandbox" / "prices.json" if settings is not None and settings.is_pretend else FILE


def prices_for(settings: Settings | None) -> PriceTable:
    """The prices of a stack; an empty table without a file. Raises ClickException with what is wrong in the file."""
    try:
        return read_stack_prices(settings)
    except InvalidFile as error:
        raise command_error(error) from None


def read_stack_prices(settings: Settings | None) -> PriceTable:
    """The prices of a stack; an empty table without a file. Raises InvalidFile.

    Those of the sandbox's own subscriptions are part of a release, and never old.
    """
    table = read_prices(prices_file(settings))
    return replace(table, fixed=True) if settings is not None and settings.is_pretend else table
