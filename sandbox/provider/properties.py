"""What the installed SDK of azure-native says of resource types: api-versions, inputs to the leaf, outputs.

Importing the SDK takes longer than a provider may take to start, so the answer is kept beside the SDK, in the virtual
environment, under the SDK's version. Where none is kept, a process of its own imports the SDK: a provider has the stubs
of Pulumi's protocol in its place.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import json
import os
import re
import subprocess
import sys
import typing
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]
TELL: Final = "import sys; sys.path.insert(0, sys.argv[1]); from sandbox.provider.properties import tell; tell()"


def properties_of(names: Collection[str], folder: Path | None = None) -> dict[str, Any]:
    """For each type (`compute:Gallery`) its `apiVersion`, `inputs` (a tree, see `ResourceType`) and `outputs`.

    `folder` is where the answer is kept, the virtual environment by default. What is kept there and lacks one of
    `names`, or is no JSON, is written again. Raises ChildProcessError if the SDK cannot be asked.
    """
    version = importlib.metadata.version("pulumi_azure_native")
    file = (folder or Path(sys.prefix)) / f"azure-native-{version}.json"
    with suppress(OSError, ValueError):
        kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if kept.keys() >= set(names):
            return kept
    found = _asked(names)
    # A folder that cannot be written costs the next process a second: it asks the SDK again.
    with suppress(OSError):
        unfinished = file.with_name(f"{file.name}.{os.getpid()}")
        unfinished.write_text(json.dumps(found), encoding="utf-8")
        unfinished.replace(file)
    return found


def _asked(names: Collection[str]) -> dict[str, Any]:
    command = [sys.executable, "-P", "-c", TELL, str(REPOSITORY), *sorted(names)]
    told = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if told.returncode != 0:
        raise ChildProcessError(f"The SDK of azure-native does not tell its types: {told.stderr.strip()}")
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def tell() -> None:
    """Print what the SDK says of the types that this process's arguments name, as JSON."""
    json.dump({name: _type_properties(name) for name in sys.argv[2:]}, sys.stdout)


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
