"""Several findings of one validator, which pydantic takes as one error."""

from __future__ import annotations

from collections.abc import Iterable

FieldError = tuple[tuple[str | int, ...], str]
"""The path (relative to the checked value) and the message."""


class FieldErrors(ValueError):
    """A validator raises it for several findings, or for one further inside."""

    def __init__(self, items: Iterable[FieldError]) -> None:
        self.items = tuple(items)
        super().__init__("; ".join(message for _, message in self.items))


def field_error(*messages: str) -> FieldErrors:
    """Findings about the checked value itself."""
    return FieldErrors(((), message) for message in messages)
