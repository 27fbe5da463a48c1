"""Several findings of one validator, which pydantic takes as one error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

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


def each_once(identity: Callable[[Any], object], message: str) -> Callable[[Any], Any]:
    """A validator of a list: no two entries with one identity. `message` takes their numbers, from 1."""

    def validate(entries: Sequence[Any]) -> Sequence[Any]:
        first: dict[object, int] = {}
        numbers = [(index, first.setdefault(identity(entry), index)) for index, entry in enumerate(entries)]
        wrong = [((index,), message.format(index + 1, earlier + 1)) for index, earlier in numbers if index != earlier]
        if wrong:
            raise FieldErrors(wrong)
        return entries

    return validate
