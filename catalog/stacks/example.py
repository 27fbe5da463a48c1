"""The example of a configuration key, and the command that sets the key to it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any

from pydantic.fields import FieldInfo


@dataclass(frozen=True, slots=True)
class Example:
    """In `Annotated[…, Example(value)]`: a value of the key. A text that begins with `"$(` is for the shell as it is.

    pydantic's own `examples` also appear in the message for a missing key, which here would repeat the command.
    """

    value: Any

    @classmethod
    def of(cls, field: FieldInfo) -> Any:
        """The example of a field, None if it has none."""
        return next((item.value for item in field.metadata if isinstance(item, cls)), None)


def set_command(key: str, value: Any) -> str:
    """`pulumi config set …`, which sets a key, or the first value inside a list or mapping."""
    if isinstance(value, dict):
        inner, item = next(iter(value.items()))
        return set_command(f"{key}.{inner}", item)
    if isinstance(value, list):
        return set_command(f"{key}[0]", value[0])
    text = str(value).lower() if isinstance(value, bool) else str(value)
    quoted = text if text.startswith('"$(') else shlex.quote(text)
    path = "--path " if "." in key or "[" in key else ""
    return f"pulumi config set {path}{shlex.quote(key)} {quoted}"
