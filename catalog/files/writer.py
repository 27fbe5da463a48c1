"""Values as YAML text in the style of the catalogue: long ones as blocks, short ones in braces."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from catalog.files.document import resolved

_BLOCKS: Final = frozenset({"versions", "source", "vhd"})
_PLAIN: Final = re.compile(r"(?:[^\W_]|/)(?:[\w ./()+@%:-]*[\w./()+@%-])?")


def plain(value: Any) -> Any:
    """A value as `catalog.files.document` reads it: dates and keys are text, tuples are lists."""
    match value:
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case date():
            return value.isoformat()
    return value


def block(key: str, value: Any, *, column: int, step: int) -> list[str]:
    """The lines of `key` with its value, without line breaks, indented by `column` and `step` more at each level.

    A mapping that holds a version, a source or versions is written as a block, every other one in braces.
    """
    start = f"{' ' * column}{_scalar(key)}:"
    if not isinstance(value, Mapping) or not value:
        return [f"{start} {braces(value)}"]
    lines = [start]
    for inner, item in value.items():
        if inner in _BLOCKS and isinstance(item, Mapping):
            below = _items(inner, item, column + step, step)
        else:
            below = [f"{' ' * (column + step)}{_scalar(inner)}: {braces(item)}"]
        lines += below
    return lines


def _items(key: str, value: Mapping[str, Any], column: int, step: int) -> list[str]:
    if key != "versions":
        return block(key, value, column=column, step=step)
    lines = [f"{' ' * column}{key}:"]
    for number, version in value.items():
        lines += block(number, version, column=column + step, step=step)
    return lines


def braces(value: Any) -> str:
    """A value on one line: `{publisher: contoso, sku: one}`, `[2, 8]`, `true`."""
    value = plain(value)
    match value:
        case dict():
            return "{" + ", ".join(f"{_scalar(key)}: {braces(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(braces, value)) + "]"
        case str():
            return _scalar(value)
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _scalar(text: str) -> str:
    """A text without quotes if YAML reads it as the same text, else in quotes."""
    if _PLAIN.fullmatch(text) and ": " not in text and resolved(text) == text:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    codes = ((char, ord(char)) for char in quoted)
    return "".join(
        char if char.isprintable() else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}" for char, code in codes
    )
