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

PROJECT: Final = Path(__file__).parents[2] / "Pulumi.yaml"
NO_VERSION: Final = "0.0.0"
"""What the engine replaces by the tag that the package is got by."""

COMPONENT: Final = f"{MODULE}:LabImageGallery"
DEFAULTS, IMAGES = "defaults", "images"
"""The arguments that hold a catalogue: the two keys of images.yaml."""

_REGIONS: Final = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}
_TEXTS: Final = {"type": "object", "additionalProperties": {"type": "string"}}
OUTPUTS: Final[Mapping[str, dict[str, Any]]] = {
    "galleryId": {"type": "string", "description": "Id of the gallery."},
    "imageDefinitionIds": {**_TEXTS, "description": "Ids of the image definitions, by image."},
    "latestDeclaredVersions": {**_TEXTS, "description": "The last version of each image that is published here."},
    "targetRegions": {
        "type": "object",
        "additionalProperties": _REGIONS,
        "description": "The regions of each version, by image and version.",
    },
    "attachments": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Ids of the attachments to labs, and of the lab plan.",
    },
}
_ABOUT: Final = (
    "A gallery of virtual-machine images for labs, published from a catalogue: the gallery, its images and versions, "
    "roles, and the attachment to labs. The catalogue is a file (`catalog`) or stands here (`images`, `defaults`)."
)


def schema() -> dict[str, Any]:
    """The schema as Pulumi's package schema has it."""
    catalogue = json_schema.schema()
    settings = Settings.model_json_schema()
    inputs = dict(_settings(settings)) | {
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
            COMPONENT: {
                "isComponent": True,
                "description": _ABOUT,
                "inputProperties": inputs,
                "requiredInputs": sorted(arguments_required()),
                "properties": dict(OUTPUTS),
                "required": sorted(OUTPUTS),
            }
        },
        "language": {"nodejs": {"respectSchemaVersion": True}, "python": {"respectSchemaVersion": True}},
    }


def arguments() -> frozenset[str]:
    """The names of all arguments of the component."""
    return frozenset({"subscriptionId", *KEYS, IMAGES, DEFAULTS})


def arguments_required() -> frozenset[str]:
    """Those without which nothing can be planned."""
    return frozenset(key for key, attribute in KEYS.items() if Settings.model_fields[attribute].is_required())


def _settings(built: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    texts = read(PROJECT, least="config: {}").value["config"]
    yield (
        "subscriptionId",
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
