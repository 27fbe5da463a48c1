"""The prices that count for a stack."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from catalog.files.diagnostic import InvalidFile
from catalog.regions.prices import FILE, OLD_DAYS, PriceTable, read_prices
from catalog.stacks.settings import Settings
from cli.catalogue_file import command_error
from cli.program import PROGRAM


def prices_file(settings: Settings | None) -> Path:
    """The file with the prices of a stack. The sandbox's own subscriptions have another, as their policies do."""
    return PROGRAM / "sandbox" / "prices.json" if settings is not None and settings.is_pretend else FILE


def are_old(prices: PriceTable, settings: Settings | None, today: date) -> bool:
    """Whether the prices of a stack are to be said to be old. Those of the sandbox are part of a release: never."""
    age = prices.days_old(today)
    return age is not None and age > OLD_DAYS and not (settings is not None and settings.is_pretend)


def prices_for(settings: Settings | None) -> PriceTable:
    """The prices of a stack; an empty table without a file. Raises ClickException with what is wrong in the file."""
    try:
        return read_prices(prices_file(settings))
    except InvalidFile as error:
        raise command_error(error) from None
