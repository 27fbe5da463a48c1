"""The options that say what a version is made from."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from cli.adding import NewVersion
from lifecycle.new_version import NoEntry, read_source

_OPTIONS = (
    click.option("--source", metavar="KIND=ID", required=True, help="What to make it from, such as snapshot=ID."),
    click.option("--storage-account", metavar="ID", help="Storage account of a VHD (--source vhd=URI)."),
    click.option("--size", "size_gb", metavar="GB", type=click.IntRange(min=1), help="OS disk, if Azure cannot tell."),
    click.option("--disks", metavar="COUNT", type=click.IntRange(min=0), help="Data disks, if Azure cannot tell."),
)


def wish_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--source`, `--storage-account`, `--size` and `--disks` on a command, which gets them as its `wish`.

    The command raises ClickException when the source is none.
    """

    @functools.wraps(command)
    def with_wish(
        *, source: str, storage_account: str | None, size_gb: int | None, disks: int | None, **others: Any
    ) -> Any:
        try:
            wish = NewVersion(read_source(source, storage_account), size_gb, disks)
        except NoEntry as error:
            raise click.ClickException(f"--source: {error}") from None
        return command(wish=wish, **others)

    found: Callable[..., Any] = with_wish
    for option in reversed(_OPTIONS):
        found = option(found)
    return found
