"""The section "Marketplace images" of `labs teachers`, and its part of the JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click

from catalog.files.diagnostic import escaped
from catalog.stacks.commands import Commands
from catalog.texts.translation import _, speaking
from cli.terminal import wrapped
from lifecycle.marketplace import HEADING, MarketplaceDrift, marketplace_remedies


def marketplace_lines(drifts: Sequence[MarketplaceDrift], commands: Commands, width: int) -> Iterator[str]:
    """The section, after an empty line; nothing if all labs offer what is listed."""
    if not drifts:
        return
    yield ""
    yield click.style(_(HEADING), fg="yellow")
    for clause in (clause for drift in drifts for clause in drift.clauses):
        yield from wrapped(escaped(clause), first="  - ", then="    ", width=width)
    yield f"  {_('What to do:')}"
    for text in marketplace_remedies(list(drifts), commands):
        yield from wrapped(escaped(text), first="  - ", then="    ", width=width)


def marketplace_entries(drifts: Sequence[MarketplaceDrift], commands: Commands) -> list[dict[str, Any]]:
    """The labs that are not as listed, for programs, in English."""
    with speaking("en"):
        return [
            asdict(drift) | {"texts": drift.clauses, "remedies": list(marketplace_remedies([drift], commands))}
            for drift in drifts
        ]
