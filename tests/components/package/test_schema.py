"""The schema of the package: it has every setting and every key of a catalogue, each with its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from catalog.images.catalogue import Catalogue
from catalog.images.image import Image
from catalog.stacks.settings import KEYS
from components.package.parts import WHOLE
from components.package.schema import schema
from tools.reference import OUTPUTS as DOCUMENTED

SCHEMA = schema()
INPUTS = SCHEMA["resources"][WHOLE.token]["inputProperties"]


def specs(entry: Any) -> Iterator[dict[str, Any]]:
    """Every object within an entry, itself included."""
    if isinstance(entry, dict):
        yield entry
    for inner in entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else ():
        yield from specs(inner)


def test_every_setting_and_the_two_keys_of_a_catalogue_are_arguments_with_a_text() -> None:
    assert set(INPUTS) == {"subscriptionId", *KEYS, *Catalogue.model_fields} == set(WHOLE.arguments)
    assert [key for key, entry in INPUTS.items() if not entry["description"]] == []


def test_only_what_nothing_can_be_planned_without_is_required() -> None:
    assert SCHEMA["resources"][WHOLE.token]["requiredInputs"] == ["galleryName", "location", "resourceGroupName"]


def test_arguments_have_the_types_of_the_settings() -> None:
    assert INPUTS["protect"]["type"] == "boolean"
    assert INPUTS["replicasPerRegion"]["type"] == "integer"
    assert INPUTS["labAccountIds"]["items"] == {"type": "string"}
    assert INPUTS["targetRegions"]["oneOf"] == [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
    assert INPUTS["lock"]["oneOf"][0] == {"type": "string"}


def test_images_have_the_keys_of_images_yaml() -> None:
    image = SCHEMA["types"]["lab-image-gallery:index:Image"]
    assert set(image["properties"]) == set(Image.model_fields)
    assert {"os_type", "os_state", "identifier"} <= set(image["required"])


def test_every_type_that_is_named_is_there() -> None:
    named = {entry["$ref"].removeprefix("#/types/") for entry in specs(SCHEMA) if "$ref" in entry}
    assert named == set(SCHEMA["types"])


def test_the_outputs_are_those_of_the_program() -> None:
    assert set(WHOLE.outputs) == set(DOCUMENTED)
