"""Writes `properties.json` from the installed SDK of azure-native: `python -m sandbox.provider.generate`.

Importing the SDK takes longer than a provider may take to start, hence a generated file.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox.provider.resource_type import PATHS, PROPERTIES_FILE


def properties() -> dict[str, Any]:
    """For each type of `PATHS` its `apiVersion`, `inputs` (a tree, see `ResourceType`) and `outputs`."""
    return {name: _type_properties(name) for name in sorted(PATHS)}


def text() -> str:
    """What stands in `properties.json`."""
    return json.dumps(properties(), indent=1, sort_keys=True) + "\n"


def _type_properties(name: str) -> dict[str, Any]:
    module_name, type_name = name.split(":")
    module = importlib.import_module(f"pulumi_azure_native.{module_name}")
    resource = getattr(module, type_name)
    described = "\n".join(overload.__doc__ or "" for overload in typing.get_overloads(resource.__init__))
    version = re.search(r"Uses Azure REST API version (\S+)\. ", described)
    if version is None:
        raise ValueError(f"The SDK's class {name} does not say its api-version: look at its docstring.")
    return {
        "apiVersion": version[1],
        "inputs": _object(getattr(module, f"{type_name}Args")),
        "outputs": sorted(_wire_names(resource).values()),
    }


def _object(arguments: type) -> dict[str, Any]:
    """The node of an `…Args` class."""
    names = _wire_names(arguments)
    parameters = inspect.signature(arguments).parameters
    node: dict[str, Any] = {"properties": {wire: _node(arguments, python) for python, wire in names.items()}}
    required = [names[python] for python in names if parameters[python].default is inspect.Parameter.empty]
    if required:
        node["required"] = sorted(required)
    return node


def _wire_names(cls: type) -> dict[str, str]:
    """Python names of the class's properties and their names on the wire."""
    getters = ((name, value.fget) for name, value in vars(cls).items() if isinstance(value, property))
    return {name: getattr(getter, "_pulumi_name", name) for name, getter in getters}


def _node(arguments: type, python_name: str) -> dict[str, Any]:
    annotation = vars(arguments)[python_name].fget.__annotations__["return"]
    inputs = importlib.import_module(f"{arguments.__module__.rpartition('.')[0]}._inputs")
    for alternative in _alternatives(annotation):
        if isinstance(alternative, typing.ForwardRef) and alternative.__forward_arg__.endswith("Args"):
            return _object(getattr(inputs, alternative.__forward_arg__))
        if typing.get_origin(alternative) is Sequence:
            for item in _alternatives(typing.get_args(alternative)[0]):
                if isinstance(item, typing.ForwardRef) and item.__forward_arg__.endswith("Args"):
                    return {"items": _object(getattr(inputs, item.__forward_arg__))}
        if typing.get_origin(alternative) is Mapping:
            return {}
    return {}


def _alternatives(annotation: Any) -> Iterator[Any]:
    """The members of a union, or the annotation itself."""
    if typing.get_origin(annotation) is typing.Union:
        for member in typing.get_args(annotation):
            yield from _alternatives(member)
    else:
        yield annotation


if __name__ == "__main__":
    PROPERTIES_FILE.write_text(text(), encoding="utf-8")
