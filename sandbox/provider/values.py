"""Property values between the engine's wire format and plain Python."""

from __future__ import annotations

from typing import Any

from google.protobuf.struct_pb2 import Struct, Value

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands on the wire for a value that is not known yet; the SDK's own name for it comes with the whole SDK."""


def from_struct(struct: Struct) -> dict[str, Any]:
    """A struct as a dictionary, nulls left out.

    The wire knows only floating-point numbers; whole ones become `int`, as Resource Manager wants them.
    """
    return {key: plain for key, value in struct.fields.items() if (plain := _plain(value)) is not None}


def to_struct(values: dict[str, Any]) -> Struct:
    """A dictionary as a struct, nulls left out."""
    struct = Struct()
    struct.update(_without_nulls(values))
    return struct


def has_unknown(value: Any) -> bool:
    """Whether a value, or anything in it, will be known only after some resource is created."""
    if isinstance(value, dict):
        return any(has_unknown(inner) for inner in value.values())
    if isinstance(value, list):
        return any(has_unknown(inner) for inner in value)
    return bool(value == UNKNOWN)


def _plain(value: Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return value.string_value
    if kind == "struct_value":
        return from_struct(value.struct_value)
    if kind == "list_value":
        return [_plain(item) for item in value.list_value.values]
    if kind == "bool_value":
        return value.bool_value
    if kind == "number_value":
        return int(value.number_value) if value.number_value.is_integer() else value.number_value
    return None


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_nulls(inner) for inner in value]
    return value
