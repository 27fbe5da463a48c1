"""One resource in its three shapes: inputs of the program, body of a request, outputs in the state.

The program's inputs are flat (`osType`); a body has an envelope and `properties` (`properties.osType`); outputs
are an answer made flat again. Everything here is a pure function of plain values.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote

from sandbox.provider.resource_type import ENVELOPE, ResourceType
from sandbox.provider.values import UNKNOWN

_STRING_SET = "identity.userAssignedIdentities"  # a list of ids in the SDK, an object keyed by id on the wire


class UnreadableIdError(Exception):
    """An id of another form than its type has."""


def missing_inputs(kind: ResourceType, inputs: dict[str, Any]) -> list[tuple[str, str]]:
    """All required inputs that are not there, as pairs of property path and reason."""
    missing = [(path, f"missing required property '{path}'") for path in _missing(kind.inputs, inputs, "")]
    known = {path for path, _ in missing}
    missing += [
        (name, f"missing required property '{name}': the sandbox makes up no names, so give the resource one")
        for name in kind.path_parameters
        if name not in inputs and name not in known
    ]
    return missing


def _missing(node: dict[str, Any], value: Any, path: str) -> list[str]:
    if isinstance(value, list) and "items" in node:
        return [name for index, item in enumerate(value) for name in _missing(node["items"], item, f"{path}[{index}]")]
    if not isinstance(value, dict) or "properties" not in node:
        return []
    prefix = f"{path}." if path else ""
    absent = [prefix + name for name in node.get("required", ()) if name not in value]
    for name, inner in node["properties"].items():
        if name in value:
            absent += _missing(inner, value[name], prefix + name)
    return absent


def resource_id(kind: ResourceType, inputs: dict[str, Any], subscription_id: str) -> str:
    """The id in Resource Manager that the inputs give the resource."""

    def part(match: re.Match[str]) -> str:
        name = match[1]
        value = str(subscription_id if name == "subscriptionId" else inputs[name])
        return value.strip("/") if name == "scope" else quote(value, safe="")

    return re.sub(r"\{(\w+)\}", part, kind.path)


def path_inputs(kind: ResourceType, identifier: str) -> dict[str, str]:
    """The inputs that an id holds. Raises `UnreadableIdError`."""
    names = re.split(r"\{(\w+)\}", kind.path)
    pattern = "".join(
        re.escape(text) if index % 2 == 0 else f"(?P<{text}>{'.+' if text == 'scope' else '[^/]+'})"
        for index, text in enumerate(names)
    )
    match = re.fullmatch(pattern, identifier, re.IGNORECASE)
    if match is None:
        raise UnreadableIdError(
            f"{identifier!r} is not the id of a resource of type azure-native:{kind.name}, so it cannot be read. "
            f"Such an id has the form {kind.path}"
        )
    return {
        name: value if name == "scope" else unquote(value)
        for name, value in match.groupdict().items()
        if name != "subscriptionId"
    }


def body(kind: ResourceType, inputs: dict[str, Any]) -> dict[str, Any]:
    """The body of the request that creates or updates the resource; inputs that the type does not have are left out."""
    envelope: dict[str, Any] = {}
    inner: dict[str, Any] = {}
    for name, node in kind.inputs["properties"].items():
        if name in inputs and name not in kind.path_parameters:
            target = envelope if name in ENVELOPE else inner
            target[name] = _nest(kind, node, inputs[name], name)
    if inner or "properties" not in kind.outputs:
        envelope["properties"] = inner
    return envelope


def _nest(kind: ResourceType, node: dict[str, Any], value: Any, path: str) -> Any:
    """A value of the SDK as the wire wants it: unknown names left out, inner `properties` put back."""
    if path == _STRING_SET and isinstance(value, list):
        return {item: {} for item in value}
    if isinstance(value, list) and "items" in node:
        return [_nest(kind, node["items"], item, path) for item in value]
    if not isinstance(value, dict) or "properties" not in node:
        return value
    nested = {
        name: _nest(kind, inner, value[name], f"{path}.{name}")
        for name, inner in node["properties"].items()
        if name in value
    }
    outside = kind.flattened.get(path)
    if outside is None:
        return nested
    beside = {name: inner for name, inner in nested.items() if name in outside}
    return beside | {"properties": {name: inner for name, inner in nested.items() if name not in outside}}


def outputs(kind: ResourceType, answer: dict[str, Any]) -> dict[str, Any]:
    """An answer of Resource Manager as the state has it; properties unknown to the SDK are kept."""
    flat = {name: _flatten(kind, value, name) for name, value in answer.items()}
    if "properties" not in kind.outputs:
        properties = answer.get("properties") or {}
        flat.pop("properties", None)
        flat = {name: _flatten(kind, value, name) for name, value in properties.items()} | flat
    return flat | {"azureApiVersion": kind.api_version}


def _flatten(kind: ResourceType, value: Any, path: str) -> Any:
    if isinstance(value, list):
        return [_flatten(kind, item, path) for item in value]
    if not isinstance(value, dict):
        return value
    if path in kind.flattened and isinstance(value.get("properties"), dict):
        value = value["properties"] | {name: inner for name, inner in value.items() if name != "properties"}
    return {name: _flatten(kind, inner, f"{path}.{name}") for name, inner in value.items()}


def input_projection(kind: ResourceType, state: dict[str, Any]) -> dict[str, Any]:
    """The part of a state that could have been an input: no read-only properties, no parts of the id."""
    body_inputs = {name: node for name, node in kind.inputs["properties"].items() if name not in kind.path_parameters}
    return _project_object({"properties": body_inputs}, state, "")


def _project(node: dict[str, Any], value: Any, path: str) -> Any:
    if path == _STRING_SET and isinstance(value, dict):
        return sorted(value)
    if isinstance(value, list) and "items" in node:
        return [_project(node["items"], item, path) for item in value]
    if not isinstance(value, dict) or "properties" not in node:
        return value
    return _project_object(node, value, f"{path}.")


def _project_object(node: dict[str, Any], value: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {
        name: _project(inner, value[name], prefix + name)
        for name, inner in node["properties"].items()
        if value.get(name) is not None
    }


def imported_inputs(kind: ResourceType, identifier: str, state: dict[str, Any]) -> dict[str, Any]:
    """Inputs rebuilt from an answer, for a resource that the stack has not had yet; spelled as Azure spells them.

    Empty objects and arrays are dropped, at any depth; False, 0 and empty texts stay. Source:
    pulumi/pulumi-azure-native, provider/pkg/convert/responseToSdkInputs.go (`removeEmptyCollections`).
    """
    return path_inputs(kind, identifier) | (_without_empty(input_projection(kind, state)) or {})


def _without_empty(value: Any) -> Any:
    """`value` without what is empty in it; None if nothing is left."""
    if isinstance(value, dict):
        kept = {name: inner for name, item in value.items() if (inner := _without_empty(item)) is not None}
        return kept or None
    if isinstance(value, list):
        return [inner for item in value if (inner := _without_empty(item)) is not None] or None
    return value


def preview_outputs(kind: ResourceType, inputs: dict[str, Any]) -> dict[str, Any]:
    """What is known of the outputs before a resource is made: its inputs; everything else is unknown."""
    known = {name: inputs[name] for name in kind.outputs if name in inputs}
    return dict.fromkeys(kind.outputs, UNKNOWN) | known | {"azureApiVersion": kind.api_version}
