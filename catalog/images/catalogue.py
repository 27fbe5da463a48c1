"""The catalogue: the images that a gallery holds, as an administrator writes them in `images.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, ConfigDict, Field, ValidationError, WithJsonSchema, model_validator

from catalog.fields.fields import CatalogueModel, checked_text
from catalog.files.diagnostic import Diagnostic, InvalidFile
from catalog.files.document import Document, read
from catalog.files.field_error import FieldErrors, field_error
from catalog.files.pydantic_errors import field_errors_of
from catalog.images.consistency import across
from catalog.images.image import IMAGE_NAME_PATTERN, Image, name_problem
from catalog.images.version import VersionDefaults

_MOST_PROBLEMS: Final = 1000

ImageName = Annotated[
    str,
    checked_text(name_problem),
    WithJsonSchema({"type": "string", "pattern": f"^{IMAGE_NAME_PATTERN}$"}),
]


def _some(images: dict[str, Image]) -> dict[str, Image]:
    if not images:
        raise field_error("has no image; write at least one, such as ubuntu-2204-python:")
    return images


class Catalogue(CatalogueModel):
    """All images by name, in the order of the file, with `defaults` already in every version."""

    model_config = ConfigDict(title="Catalogue of lab images")

    defaults: VersionDefaults = Field(default_factory=VersionDefaults, exclude=True)
    """Any key of a version: holds for every version that does not say otherwise."""
    images: Annotated[dict[ImageName, Image], AfterValidator(_some)]
    """Image definitions by name."""

    @model_validator(mode="before")
    @classmethod
    def _with_defaults(cls, value: object) -> object:
        return _merged(value)

    @model_validator(mode="after")
    def _rules_across(self) -> Self:
        found = list(across(self.images))
        if found:
            raise FieldErrors(found)
        return self


def load(path: Path) -> Catalogue:
    """The catalogue in a file.

    Raises InvalidFile with everything that is wrong in it, each finding with its line, its key, and what to write.
    """
    return of_document(read(path))


def of_document(document: Document) -> Catalogue:
    """The catalogue in a file that was read already. Raises as `load` does."""
    diagnostics = list(document.diagnostics)
    try:
        catalogue = Catalogue.model_validate(document.value)
    except ValidationError as error:
        diagnostics += _diagnostics(document, error)
    if diagnostics:
        raise InvalidFile(_some_of(diagnostics, document.file))
    return catalogue


def _merged(value: object) -> object:
    """The content of a file with its defaults put into every version; what has another form stays as it is."""
    if not isinstance(value, Mapping) or not isinstance(value.get("images"), Mapping):
        return value
    defaults = _good_defaults(value.get("defaults"))
    if not defaults:
        return value
    return {**value, "images": {name: _image_merged(image, defaults) for name, image in value["images"].items()}}


def _good_defaults(defaults: object) -> dict[str, Any]:
    """The defaults without what is wrong in them, which is told once and not again for every version."""
    if not isinstance(defaults, Mapping):
        return {}
    wrong = set()
    try:
        VersionDefaults.model_validate(defaults)
    except ValidationError as error:
        wrong = {item["loc"][0] for item in error.errors(include_url=False) if item["loc"]}
    return {key: value for key, value in defaults.items() if key not in wrong}


def _image_merged(image: object, defaults: Mapping[str, Any]) -> object:
    if not isinstance(image, Mapping) or not isinstance(image.get("versions"), Mapping):
        return image
    versions = {
        number: {**defaults, **version} if isinstance(version, Mapping) else version
        for number, version in image["versions"].items()
    }
    return {**image, "versions": versions}


def _diagnostics(document: Document, error: ValidationError) -> list[Diagnostic]:
    merged = _merged(document.value)
    images = merged.get("images") if isinstance(merged, Mapping) else None
    complaints = dict.fromkeys(
        islice(chain(field_errors_of(error, Catalogue, document.raw_of), across(images)), _MOST_PROBLEMS)
    )
    told = {path[1] for path, _ in complaints if path[0:1] == ("defaults",) and len(path) > 1}
    found = []
    for path, message in complaints:
        place = _origin(document.value, path)
        if place[0:1] == ("defaults",) and path[0:1] != ("defaults",) and place[1] in told:
            continue
        found.append(document.diagnostic(place, message))
    return found


def _some_of(diagnostics: list[Diagnostic], file: str) -> list[Diagnostic]:
    """All findings, or as many as anyone can use, with a word on the rest."""
    if len(diagnostics) < _MOST_PROBLEMS:
        return diagnostics
    message = f"only {_MOST_PROBLEMS} findings are shown; mend them and check again"
    return [Diagnostic(file, None, "", message), *diagnostics[:_MOST_PROBLEMS]]


def _origin(content: Any, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Where a value was written: a version's value that it took from the defaults stands there."""
    if len(path) < 5 or path[0] != "images" or path[2] != "versions":
        return path
    version = content["images"][path[1]]["versions"][path[3]]
    defaults = content.get("defaults")
    if path[4] not in version and isinstance(defaults, Mapping) and path[4] in defaults:
        return ("defaults", *path[4:])
    return path
