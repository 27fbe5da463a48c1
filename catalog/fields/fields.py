"""Types of single values in the catalogue and the settings: each checks a value and normalizes its spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sized
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, TypeVar, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainValidator, StrictBool, StrictInt, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue

from catalog.fields.moment import day_or_moment
from catalog.fields.tags import tag_name_problem, tag_value_problem, tags_problem
from catalog.files.diagnostic import shown
from catalog.files.field_error import FieldError, FieldErrors, field_error
from catalog.files.pydantic_errors import not_among
from catalog.regions import geography

T = TypeVar("T")

MOST_REPLICAS: Final = 100
"""Replicas of a version over all its regions, at most. Source: "Azure Compute Gallery", limits."""

StorageType = Literal["Standard_LRS", "Standard_ZRS", "Premium_LRS", "PremiumV2_LRS"]
"""How replicas in a region are stored: locally redundant, zone-redundant, or on SSDs.

Source: StorageAccountType of the Compute API, 2024-03-03.
"""

ZRS_WHERE_AVAILABLE: Final = "Standard_ZRS_where_available"
"""Standard_ZRS in regions with availability zones, Standard_LRS in the others."""

_STORAGE_TYPES: Final = get_args(StorageType)
_MOST_REGIONS: Final = 200
_REPLICAS_ADVICE: Final = f"must be a whole number from 1 to {MOST_REPLICAS}"
_REGION_SCHEMA: Final[JsonSchemaValue] = {"type": "string", "examples": ["koreacentral", "Korea Central"]}
_REPLICAS_SCHEMA: Final[JsonSchemaValue] = {"type": "integer", "minimum": 1, "maximum": MOST_REPLICAS}


class CatalogueModel(BaseModel):
    """Base of all parts of the catalogue: frozen; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _not_too_many(regions: Sized) -> None:
    """Refuses a long list before each name in it is looked up."""
    if len(regions) > _MOST_REGIONS:
        raise field_error(
            f"names {len(regions)} regions, but Azure has {len(geography.all_regions())}; write each once"
        )


def _by_region(entries: Iterable[tuple[str | int, object, object]], read: Callable[[object], T]) -> dict[str, T]:
    """What `read` makes of each value, by canonical name of its region, in the given order.

    `entries` are steps of paths, spellings and values; all wrong ones are reported together.
    """
    found: dict[str, T] = {}
    spellings: dict[str, object] = {}
    wrong: list[FieldError] = []
    for step, spelling, value in entries:
        try:
            name = _as_region(spelling)
            if name in spellings:
                raise field_error(f"{shown(spelling)} and {shown(spellings[name])} are the same region; keep one")
            spellings[name] = spelling
            found[name] = read(value)
        except ValueError as error:
            wrong.append(((step,), str(error)))
    if wrong:
        raise FieldErrors(wrong)
    return found


def _step(key: object) -> str:
    """The step of a path to a region's value; what is no text stands as YAML writes it."""
    return key if isinstance(key, str) else shown(key)


def _as_regions(value: object) -> tuple[str, ...]:
    """A list of regions in canonical spelling, in the given order."""
    if not isinstance(value, list | tuple):
        raise field_error("must be a list of regions, such as [koreacentral, koreasouth]")
    _not_too_many(value)
    return tuple(_by_region(((index, item, None) for index, item in enumerate(value)), lambda _: True))


def _as_region(value: object) -> str:
    if not isinstance(value, str):
        raise field_error(f"must be a region such as koreacentral, not {shown(value)}")
    return geography.canonical(value)


def _as_target_regions(value: object) -> str | tuple[str, ...]:
    if isinstance(value, str) and value in geography.SCOPES:
        return value
    words = ", ".join(geography.SCOPES)
    if isinstance(value, str):
        raise field_error(f"must be {words} or a list of regions such as [koreacentral], not {shown(value)}")
    if isinstance(value, list | tuple) and not value:
        raise field_error("is an empty list; write home for the gallery's region only, or leave the key out")
    if not isinstance(value, list | tuple):
        raise field_error(f"must be {words} or a list of regions such as [koreacentral]")
    return _as_regions(value)


def _as_replicas(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise field_error(f"{_REPLICAS_ADVICE}, without quotes, not {shown(value)}")
    if not 1 <= value <= MOST_REPLICAS:
        raise field_error(f"{_REPLICAS_ADVICE}, not {value}")
    return value


def _as_replicas_per_region(value: object) -> int | dict[str, int]:
    if not isinstance(value, dict):
        return _as_replicas(value)
    _not_too_many(value)
    found = _by_region(((_step(key), key, number) for key, number in value.items()), _as_replicas)
    if not found:
        raise field_error("is empty; write a number, or regions with a number each")
    return found


def _as_storage_type(value: object) -> str:
    if value not in _STORAGE_TYPES:
        raise field_error(not_among(value, _STORAGE_TYPES))
    return str(value)


def _as_storage_account_type(value: object) -> str | dict[str, str]:
    words = (*_STORAGE_TYPES, ZRS_WHERE_AVAILABLE)
    if isinstance(value, str):
        if value not in words:
            raise field_error(not_among(value, words))
        return value
    if not isinstance(value, dict):
        raise field_error(f"{not_among(value, words)}; or regions with a type each")
    _not_too_many(value)
    found = _by_region(((_step(key), key, kind) for key, kind in value.items()), _as_storage_type)
    if not found:
        raise field_error("is empty; write a storage type, or regions with a type each")
    return found


def _as_excluded(value: object) -> bool | tuple[str, ...]:
    if isinstance(value, bool):
        return value
    if not isinstance(value, list | tuple):
        raise field_error("must be true, false or a list of regions such as [koreasouth]")
    return _as_regions(value) or False


def not_empty(message: str) -> AfterValidator:
    """A validator of a list or mapping that has something in it; None passes."""

    def validate(value: T) -> T:
        if value is not None and not value:
            raise field_error(message)
        return value

    return AfterValidator(validate)


def checked(check: Callable[[Any], str | None]) -> Callable[[T], T]:
    """A function that returns its value, or raises what `check` says is wrong with it."""

    def validate(value: T) -> T:
        message = check(value)
        if message is not None:
            raise field_error(message)
        return value

    return validate


def checked_text(check: Callable[[Any], str | None]) -> AfterValidator:
    """A validator of a text, or of texts: `check` returns what is wrong, or None."""
    return AfterValidator(checked(check))


def _url_problem(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        good = False
    if good and text.isprintable() and " " not in text:
        return None
    return f"must be a web address such as https://example.org/eula, not {shown(text)}"


def _blank_problem(text: str) -> str | None:
    return None if text.strip() else "is empty; give a text, or leave the key out"


Text = Annotated[str, checked_text(_blank_problem)]
"""A text that is not blank."""

Url = Annotated[str, checked_text(_url_problem)]
"""An http or https address."""

EndOfLife = Annotated[
    date | datetime,
    PlainValidator(day_or_moment),
    WithJsonSchema({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}),
]
"""A day, written 2027-06-30, or a moment, written 2027-06-30T18:00:00+09:00 and kept in UTC."""

_TagName = Annotated[str, checked_text(tag_name_problem), WithJsonSchema({"type": "string"})]
_TagValue = Annotated[str, checked_text(tag_value_problem)]

Tags = Annotated[dict[_TagName, _TagValue], checked_text(tags_problem)]
"""Azure tags, without the program's own."""

RegionName = Annotated[str, PlainValidator(_as_region), WithJsonSchema(_REGION_SCHEMA)]
"""One region; canonical when read."""

Regions = Annotated[
    tuple[str, ...],
    PlainValidator(_as_regions),
    WithJsonSchema({"type": "array", "items": _REGION_SCHEMA}),
]
"""Regions, canonical when read, none twice."""

TargetRegions = Annotated[
    str | tuple[str, ...],
    PlainValidator(_as_target_regions),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(geography.SCOPES)},
                {"type": "array", "items": _REGION_SCHEMA, "minItems": 1},
            ]
        }
    ),
]
"""`geography`, `paired`, `home` or a list of regions."""

Replicas = Annotated[int, PlainValidator(_as_replicas), WithJsonSchema(_REPLICAS_SCHEMA)]
"""Replicas in one region."""

ReplicasPerRegion = Annotated[
    int | dict[str, int],
    PlainValidator(_as_replicas_per_region),
    WithJsonSchema(
        {
            "anyOf": [
                _REPLICAS_SCHEMA,
                {"type": "object", "additionalProperties": _REPLICAS_SCHEMA, "minProperties": 1},
            ]
        }
    ),
]
"""A number for every region, or numbers by region."""

StorageAccountType = Annotated[
    str | dict[str, str],
    PlainValidator(_as_storage_account_type),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": [*_STORAGE_TYPES, ZRS_WHERE_AVAILABLE]},
                {"type": "object", "additionalProperties": {"enum": list(_STORAGE_TYPES)}, "minProperties": 1},
            ]
        }
    ),
]
"""How replicas are stored: one type for every region, `Standard_ZRS_where_available`, or types by region."""

ExcludeFromLatest = Annotated[
    bool | tuple[str, ...],
    PlainValidator(_as_excluded),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"type": "array", "items": _REGION_SCHEMA}]}),
]
"""Whether a version is excluded from "latest": everywhere, or in some regions."""

Flag = StrictBool
Count = StrictInt
