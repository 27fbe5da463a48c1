"""The catalogue: the images that a gallery holds, as an administrator writes them in `images.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema, model_validator

from catalog.fields.fields import CatalogueModel, checked_text
from catalog.files.diagnostic import Diagnostic, InvalidFile
from catalog.files.document import Document, read
from catalog.files.field_error import FieldErrors
from catalog.files.pydantic_errors import KeyPath, field_errors_of, without_twins
from catalog.images.consistency import across
from catalog.images.image import IMAGE_NAME_PATTERN, Image, name_problem
from catalog.images.version import VersionDefaults

_MOST_PROBLEMS: Final = 1000

ImageName = Annotated[
    str,
    checked_text(name_problem),
    WithJsonSchema({"type": "string", "pattern": f"^{IMAGE_NAME_PATTERN}$"}),
]


class Catalogue(CatalogueModel):
    """All images by name, in the order of the file, with `defaults` already in every version."""

    model_config = ConfigDict(title="Catalogue of lab images")

    defaults: VersionDefaults = Field(default_factory=VersionDefaults, exclude=True)
    """Any key of a version, for every version that does not set it."""
    images: Annotated[dict[ImageName, Image], BeforeValidator(lambda value: {} if value is None else value)] = Field(
        default={}
    )
    """Image definitions by name; none in a catalogue that nobody has filled yet."""

    @model_validator(mode="before")
    @classmethod
    def _with_defaults(cls, value: object) -> object:
        return (value if isinstance(value, _Merged) else _merged(value)).content

    @model_validator(mode="after")
    def _rules_across(self) -> Self:
        found = list(across(self.images))
        if found:
            raise FieldErrors(found)
        return self


def load(path: Path) -> Catalogue:
    """The catalogue in a file.

    Raises InvalidFile with every problem in it: line, key, and what to write instead.
    """
    return of_document(read(path))


def of_document(document: Document) -> Catalogue:
    """The catalogue in a document. Raises as `load` does."""
    diagnostics, merged = list(document.diagnostics), _merged(document.value)
    try:
        catalogue = Catalogue.model_validate(merged)
    except ValidationError as error:
        diagnostics += _diagnostics(document, merged, error)
    if diagnostics:
        raise InvalidFile(_some_of(diagnostics, document.file))
    return catalogue


@dataclass(frozen=True, slots=True)
class _Merged:
    """The content of a file with its valid defaults in every version.

    `origins` has the place of each value that a version takes from the defaults, by the value's path, and `invalid` the
    keys of defaults that are wrong: these are reported once, not once per version.
    """

    content: object
    origins: Mapping[KeyPath, KeyPath]
    invalid: frozenset[str | int]


def _merged(value: object) -> _Merged:
    """A value of the wrong form stays unchanged; the models report it."""
    defaults = value.get("defaults") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(defaults, Mapping):
        return _Merged(value, {}, frozenset())
    invalid = _invalid(defaults)
    valid = {key: item for key, item in defaults.items() if key not in invalid}
    images: dict[str, Any] = {}
    origins: dict[KeyPath, KeyPath] = {}
    for name, image in _mapping(value.get("images")).items():
        versions = dict(_mapping(_mapping(image).get("versions")))
        for number, version in versions.items():
            if isinstance(version, Mapping):
                versions[number] = {**valid, **version}
                taken = defaults.keys() - version.keys()
                origins.update({("images", name, "versions", number, key): ("defaults", key) for key in taken})
        images[name] = {**image, "versions": versions} if versions else image
    return _Merged({**value, "images": images} if images else value, origins, invalid)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _invalid(defaults: Mapping[str, Any]) -> frozenset[str | int]:
    try:
        VersionDefaults.model_validate(defaults)
    except ValidationError as error:
        return frozenset(item["loc"][0] for item in error.errors(include_url=False) if item["loc"])
    return frozenset()


def _diagnostics(document: Document, merged: _Merged, error: ValidationError) -> Iterator[Diagnostic]:
    across_images = across(_mapping(merged.content).get("images"))
    found = chain(field_errors_of(error, Catalogue, document.raw_of), across_images)
    for path, message in without_twins(dict.fromkeys(islice(found, _MOST_PROBLEMS))):
        origin = merged.origins.get(path[:5])
        if origin is None:
            yield document.diagnostic(path, message)
        elif origin[1] not in merged.invalid:
            yield document.diagnostic((*origin, *path[5:]), message)


def _some_of(diagnostics: list[Diagnostic], file: str) -> list[Diagnostic]:
    """All findings, or the first _MOST_PROBLEMS after one that says so."""
    if len(diagnostics) < _MOST_PROBLEMS:
        return diagnostics
    message = f"only {_MOST_PROBLEMS} findings are shown; fix them and check again"
    return [Diagnostic(file, None, "", message), *diagnostics[:_MOST_PROBLEMS]]
