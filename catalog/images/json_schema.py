"""The JSON schema of the catalogue, for completion and checks in editors.

`python -m catalog.images.json_schema` writes it to `images.schema.json` in the current folder, or to a named file.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from catalog.fields.fields import CatalogueModel
from catalog.images.catalogue import Catalogue

FILE: Final = "images.schema.json"


def schema() -> dict[str, Any]:
    """The schema, from the models: their types, rules and the texts below their fields."""
    built = Catalogue.model_json_schema(schema_generator=_Generator)
    parts = built.pop("$defs")
    # A version may take its source from the defaults, which a schema cannot express briefly.
    parts["ImageVersion"].pop("required")
    # Nothing after `images:` is an empty catalogue.
    built["properties"]["images"]["type"] = [built["properties"]["images"]["type"], "null"]
    texts = _texts()
    for name, part in (("Catalogue", built), *parts.items()):
        for key, entry in part["properties"].items():
            entry.update({"description": texts[name, key]})
    return {"$schema": GenerateJsonSchema.schema_dialect, **built, "$defs": parts}


def text() -> str:
    """The content of the schema's file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


class _Generator(GenerateJsonSchema):
    """Omits pydantic's titles of keys; checks keys of mappings against their pattern."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the signature is pydantic's
        """Editors would show a title in place of the description."""
        return False

    def dict_schema(self, schema: Any) -> dict[str, Any]:
        """Refuses keys that do not match the pattern."""
        built = super().dict_schema(schema)
        return {**built, "additionalProperties": False} if "patternProperties" in built else built


def _texts() -> dict[tuple[str, str], str]:
    """The text below each field, by model and key. Read from the source, since only the schema needs it."""
    found = {}
    for model in _below(CatalogueModel):
        for base in reversed(model.__mro__):
            if issubclass(base, CatalogueModel):
                found.update({(model.__name__, key): below for key, below in _texts_of(base).items()})
    return found


def _below(model: type[BaseModel]) -> list[type[BaseModel]]:
    return [found for child in model.__subclasses__() for found in (child, *_below(child))]


def _texts_of(model: type[BaseModel]) -> dict[str, str]:
    body = ast.parse(inspect.getsource(model)).body[0]
    statements = body.body if isinstance(body, ast.ClassDef) else []
    found = {}
    for field, below in pairwise(statements):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            found[field.target.id] = inspect.cleandoc(str(below.value.value))
    return found


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else FILE).write_text(text(), encoding="utf-8")
