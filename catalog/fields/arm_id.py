"""The type of a field that holds the id of one kind of Azure resource."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from catalog.fields.resource_id import EXAMPLE, parse
from catalog.files.diagnostic import shown
from catalog.files.field_error import field_error

_NAMES = {"versions": "1.0.0", "galleries": "my_gallery", "images": "my-image"}


def example(resource_type: str) -> str:
    """An example of an id of a type."""
    namespace, *kinds = resource_type.split("/")
    pairs = "/".join(f"{kind}/{_NAMES.get(kind, 'my-name')}" for kind in kinds)
    return f"{EXAMPLE.partition('/providers/')[0]}/providers/{namespace}/{pairs}"


@dataclass(frozen=True, slots=True)
class ArmId:
    """For `Annotated[str, ArmId("Microsoft.Compute/disks")]`: strict, of this type, in its usual spelling.

    `other_type(wanted, found)` may give better advice for an id of another type.
    """

    type: str
    other_type: Callable[[str, str], str | None] | None = None

    def check(self, value: object) -> str:
        """The id in its usual spelling; raises FieldErrors."""
        if not isinstance(value, str):
            raise field_error(f"must be a resource id such as {example(self.type)}, not {shown(value)}")
        try:
            found = parse(value)
        except ValueError as error:
            raise field_error(str(error).replace(EXAMPLE, example(self.type))) from None
        if found.type.lower() != self.type.lower():
            advice = self.other_type(self.type, found.type) if self.other_type else None
            usual = f"is the id of a {found.type}; it must be one of a {self.type}, such as {example(self.type)}"
            raise field_error(advice or usual)
        if found.resource_group is None:
            raise field_error(f"names no resource group; an id of this kind looks like {example(self.type)}")
        return str(found)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.check, serialization=core_schema.to_string_ser_schema()
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        # A hint for editors; the program explains in words what is wrong with an id.
        return {"type": "string", "pattern": "^/", "examples": [example(self.type)]}
