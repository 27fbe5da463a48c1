"""pydantic's errors in plain words: what is wrong, and what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from catalog.files.diagnostic import shown
from catalog.files.field_error import FieldError, FieldErrors
from catalog.files.similar import nearest

_MISSPELT: Final = "there is no such key; write "
_MISSING: Final = "is missing"

KeyPath = tuple[str | int, ...]
RawOf = Callable[[KeyPath], str | None]

_SHAPES: Final = {
    "model_type": "must be keys with values",
    "dict_type": "must be keys with values",
    "tuple_type": "must be a list",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number, without quotes",
    "int_from_float": "must be a whole number",
}


def field_errors_of(error: ValidationError, model: type[BaseModel], raw_of: RawOf) -> Iterator[FieldError]:
    """Every finding with its path in the file, in plain words.

    `model` is the root of the paths; `raw_of` returns a scalar's text as it was written.
    """
    for item in error.errors(include_url=False):
        # pydantic marks a finding about a key itself by a last step of this name.
        path = item["loc"][:-1] if item["loc"] and item["loc"][-1] == "[key]" else item["loc"]
        inner = item.get("ctx", {}).get("error")
        if isinstance(inner, FieldErrors):
            yield from (((*path, *further), message) for further, message in inner.items)
        elif isinstance(inner, ValueError):
            yield path, str(inner)
        else:
            yield path, _in_words(item, path, model, raw_of)


def without_twins(found: Iterable[FieldError]) -> list[FieldError]:
    """The findings, without each key that is missing only because it is misspelt, which another finding says."""
    kept = list(found)
    misspelt = {
        (*path[:-1], message.removeprefix(_MISSPELT)) for path, message in kept if message.startswith(_MISSPELT)
    }
    return [(path, message) for path, message in kept if path not in misspelt or not message.startswith(_MISSING)]


def _in_words(item: Mapping[str, Any], path: KeyPath, model: type[BaseModel], raw_of: RawOf) -> str:
    kind, value, context = item["type"], item["input"], item.get("ctx", {})
    raw = raw_of(path)
    match kind:
        case "missing":
            text = f"{_MISSING}{_example(model, path)}"
        case "extra_forbidden":
            text = _unknown_key(str(path[-1]), _model_at(model, path[:-1]))
        case _ if value is None:
            field = field_at(model, path)
            text = "is empty; give a value" + ("" if field and field.is_required() else ", or leave the key out")
        case "string_type" if raw is not None:
            text = f'must be text; put it in quotes: "{raw}"'
        case "literal_error":
            text = not_among(value, context["expected"].replace("'", "").replace(" or ", ", ").split(", "))
        case "greater_than_equal":
            text = f"must be at least {context['ge']}, not {shown(value)}"
        case _:
            shape = _SHAPES.get(kind, item["msg"])
            text = f"{shape}, not {shown(value)}" if not isinstance(value, dict | list) else shape
    return text


def not_among(value: object, expected: Sequence[str]) -> str:
    """What is wrong with a value that is none of the words `expected`, with the nearest one."""
    near = nearest(value, expected) if isinstance(value, str) else []
    words = " or ".join(filter(None, (", ".join(expected[:-1]), expected[-1])))
    return f"must be {words}, not {shown(value)}" + (f"; write {near[0]}" if near else "")


def _unknown_key(key: str, model: type[BaseModel] | None) -> str:
    known = list(_fields(model)) if model else []
    near = nearest(key, known)
    if near:
        return f"{_MISSPELT}{near[0]}"
    return f"there is no such key; known are {', '.join(known)}"


def _example(model: type[BaseModel], path: KeyPath) -> str:
    found = field_at(model, path)
    if found is None:
        return ""
    examples = found.examples or [value for value in get_args(found.annotation) if isinstance(value, str)]
    return "" if not examples else f"; write it, such as {path[-1]}: {_flow(examples[0])}"


def _flow(value: object) -> str:
    """A value as YAML on one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {item}' for key, item in value.items())}}}"
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)


def field_at(model: type[BaseModel], path: KeyPath) -> FieldInfo | None:
    """The field that describes what stands at a path; None if no model does."""
    parent = _model_at(model, path[:-1])
    return _fields(parent).get(str(path[-1])) if parent and path else None


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a model by the names that a file has for them."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_at(model: type[BaseModel], path: KeyPath) -> type[BaseModel] | None:
    """The model that describes what stands at a path; None if none does."""
    here: Any = model
    for step in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            field = _fields(here).get(str(step))
            here = _plain(field.annotation) if field else None
        elif get_origin(here) is dict:
            here = _plain(get_args(here)[1])
        elif get_origin(here) is tuple:
            here = _plain(get_args(here)[0])
        else:
            return None
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _plain(annotation: Any) -> Any:
    """A type without None and annotations."""
    if hasattr(annotation, "__metadata__"):
        return _plain(get_args(annotation)[0])
    if type(None) in get_args(annotation):
        return _plain(next(part for part in get_args(annotation) if part is not type(None)))
    return annotation
