"""The form of a body that a person writes for the sandbox itself, and everything in which a body differs from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Form = Mapping[str, "Field"]


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a form: what its value is, the values that it may have (none: any), and whether it must be there."""

    kind: str
    choices: tuple[str, ...] = ()
    required: bool = False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


TEXT: Final = "a text"
NUMBER: Final = "a number, not negative"
FLAG: Final = "true or false"
TEXTS: Final = "a list of texts"
NUMBERS: Final = "a list of numbers"
OBJECT: Final = "an object"
OBJECTS: Final = "a list of objects"

_KINDS: Final[Mapping[str, Callable[[Any], bool]]] = {
    TEXT: lambda value: isinstance(value, str) and value != "",
    NUMBER: _is_number,
    FLAG: lambda value: isinstance(value, bool),
    TEXTS: lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
    NUMBERS: lambda value: isinstance(value, list) and all(map(_is_number, value)),
    OBJECT: lambda value: isinstance(value, dict),
    OBJECTS: lambda value: isinstance(value, list) and all(isinstance(each, dict) for each in value),
}


def problems(body: Any, form: Form, place: str = "") -> Iterator[str]:
    """Everything that is wrong with the keys and plain values of an object; `place` is where it stands in the body."""
    at = f"{place}: " if place else ""
    if not isinstance(body, dict):
        yield f"{at}an object with the keys {', '.join(form)} is needed"
        return
    yield from (f"{at}{text}" for text in unknown_keys(body, form))
    for key, field in form.items():
        value = body.get(key)
        if value is None:
            if field.required:
                yield f"{at}'{key}' is missing; it is {field.kind}"
        elif not _KINDS[field.kind](value):
            yield f"{at}'{key}' is {field.kind}"
        elif field.choices and value not in field.choices:
            yield f"{at}'{key}' is {' or '.join(field.choices)}, not '{value}'"


def unknown_keys(body: Mapping[str, Any], known: Iterable[str]) -> Iterator[str]:
    """A text for each key of a body that is not known, with the nearest one that is."""
    names = {name.lower(): name for name in known}
    for key in body:
        if key not in names.values():
            # Slow to import, and needed only for mistakes; comparing a long text takes long, and nothing is near to it.
            from difflib import get_close_matches  # noqa: PLC0415

            near = get_close_matches(key.lower()[:60], names, n=1)
            nearest = f"; did you mean '{names[near[0]]}'?" if near else ""
            yield f"unknown key '{key}'{nearest} (known: {', '.join(names.values())})"
