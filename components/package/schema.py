"""The schema of the package, from which Pulumi makes typed code for every language.

It is derived: arguments from the settings of a stack and the catalogue's models, with the texts of Pulumi.yaml and of
the catalogue's schema. A new key appears by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from catalog.files.document import read
from catalog.images import json_schema
from catalog.stacks.settings import KEYS, Settings, types_of
from components.own_resource import MODULE, PACKAGE
from components.package.parts import DEFAULTS, IMAGES, PARTS, SUBSCRIPTION, WHOLE, Part

PROJECT: Final = Path(__file__).parents[2] / "Pulumi.yaml"
NO_VERSION: Final = "0.0.0"
"""What the engine replaces by the tag that the package is got by."""


def schema() -> dict[str, Any]:
    """The schema as Pulumi's package schema has it."""
    catalogue = json_schema.schema()
    settings = Settings.model_json_schema()
    of_stack = dict(_settings(settings))
    of_catalogue = {
        key: {**_property(catalogue["properties"][key]), "description": catalogue["properties"][key]["description"]}
        for key in (IMAGES, DEFAULTS)
    }
    models = {**catalogue["$defs"], **settings["$defs"]}
    return {
        "name": PACKAGE,
        "version": NO_VERSION,
        "displayName": "Lab image gallery",
        "description": "Virtual-machine images for labs, published from a catalogue",
        "types": {f"{MODULE}:{name}": _type(model) for name, model in models.items()},
        "resources": {
            part.token: {
                "isComponent": True,
                "description": part.about,
                "inputProperties": dict(_inputs(part, of_stack | of_catalogue)),
                "requiredInputs": sorted(part.arguments_required),
                "properties": {name: dict(entry) for name, entry in part.outputs.items()},
                "required": sorted(part.outputs),
            }
            for part in (WHOLE, *PARTS.values())
        },
        "language": {"nodejs": {"respectSchemaVersion": True}, "python": {"respectSchemaVersion": True}},
    }


def _inputs(part: Part, known: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The arguments of a component: its own ones, and those of a stack and a catalogue, which `known` has."""
    for name, entry in known.items():
        if name in part.arguments and name not in part.own:
            yield name, {**entry, "description": part.texts.get(name, entry["description"])}
    yield from ((name, dict(entry)) for name, entry in part.own.items())


def _settings(built: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    texts = read(PROJECT, least="config: {}").value["config"]
    yield (
        SUBSCRIPTION,
        {
            "type": "string",
            "description": "Id of the gallery's subscription. Default: azure-native:subscriptionId of the stack.",
        },
    )
    for key, attribute in KEYS.items():
        spec = _property(built["properties"][attribute])
        if "$ref" in spec and str in types_of(attribute):
            spec = {"oneOf": [{"type": "string"}, spec]}
        yield key, {**spec, "description": texts[key]["description"]}


def _type(model: Mapping[str, Any]) -> dict[str, Any]:
    properties = {
        key: {**_property(entry), **({"description": entry["description"]} if "description" in entry else {})}
        for key, entry in model["properties"].items()
    }
    return {
        "type": "object",
        "description": model.get("description", ""),
        "properties": properties,
        "required": sorted(model.get("required", ())),
    }


def _property(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A type of JSON schema as one of Pulumi's, which has no null, no patterns and no bounds."""
    if "$ref" in entry:
        return {"$ref": f"#/types/{MODULE}:{entry['$ref'].rpartition('/')[2]}"}
    if "anyOf" in entry and "type" not in entry:
        return _one_of([_property(each) for each in entry["anyOf"] if each.get("type") != "null"])
    found = entry.get("type", "string")  # an enumeration without a type is one of words
    if isinstance(found, list):
        return _one_of([_property({**entry, "type": each}) for each in found if each != "null"])
    if found == "array":
        return {"type": "array", "items": _property(entry["items"])}
    if found == "object":
        by_pattern = next(iter(entry.get("patternProperties", {}).values()), None)
        return {"type": "object", "additionalProperties": _property(by_pattern or entry["additionalProperties"])}
    return {"type": found}


def _one_of(found: list[dict[str, Any]]) -> dict[str, Any]:
    different = [spec for place, spec in enumerate(found) if spec not in found[:place]]
    return different[0] if len(different) == 1 else {"oneOf": different}
