"""The answer of a command to a program: `--json`, and the one shape that all answers have.

One JSON object with keys in snake_case, `ok` first. It is false where the exit code is not 0. A command that cannot
answer prints `{"ok": false, "error": "…"}`; `cli.labs` does that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import click

json_option: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
"""`--json`, which a command gets as its argument `as_json`."""


def number(amount: Decimal | None) -> float | None:
    """An amount of money as a JSON number, not rounded: of 15 digits, which a float keeps, none is lost."""
    return None if amount is None else float(amount)


def print_answer(answer: Mapping[str, Any], *, ok: bool = True, indent: int | None = 2) -> None:
    """Print the answer of a command, by default over several lines for a person who looks at it."""
    click.echo(json.dumps({"ok": ok, **answer}, indent=indent))
