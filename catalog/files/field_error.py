"""Several findings of one check, told to pydantic as one error."""

from __future__ import annotations

from collections.abc import Iterable

FieldError = tuple[tuple[str | int, ...], str]
"""Where (relative to the value that was checked) and what."""


class FieldErrors(ValueError):
    """What a validator raises when it finds more than one thing, or finds it further inside."""

    def __init__(self, items: Iterable[FieldError]) -> None:
        self.items = tuple(items)
        super().__init__("; ".join(message for _, message in self.items))


def field_error(*messages: str) -> FieldErrors:
    """Findings about the checked value itself."""
    return FieldErrors(((), message) for message in messages)
