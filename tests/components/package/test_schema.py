"""The schema of the package: it has every setting and every key of a catalogue, each with its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from catalog.images.catalogue import Catalogue
from catalog.images.image import Image
from catalog.stacks.settings import KEYS
from components.package.parts import LAB_IMAGE, PARTS, WHOLE, Part
from components.package.schema import schema
from tests.support.page import page
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


@pytest.mark.parametrize("part", PARTS.values(), ids=lambda part: part.name)
def test_each_part_has_its_arguments_each_with_a_text(part: Part) -> None:
    found = SCHEMA["resources"][part.token]
    assert set(found["inputProperties"]) == part.arguments
    assert [key for key, entry in found["inputProperties"].items() if not entry["description"]] == []
    assert set(found["requiredInputs"]) <= part.arguments
    assert set(part.settings) <= set(KEYS)


def test_parts_have_the_types_of_the_program() -> None:
    names = {kind.rpartition(":")[2] for kind in PARTS}
    assert names == {"Gallery", "LabImage", "LabAccountAttachment", "DevTestAttachment", "LabPlan", "GalleryGuard"}


def test_every_setting_that_one_gallery_has_belongs_to_a_part_or_is_explained() -> None:
    """The page says why the others are left out."""
    alone = {"labAccountIds", "devTestLabIds"}
    left = set(KEYS) - {key for part in PARTS.values() for key in part.settings} - alone
    assert left == {"lock", "marketplaceImages"}
    assert all(f"`{key}`" in page("publish/components.md") for key in left)


def test_an_image_is_what_a_catalogue_has_below_its_name() -> None:
    inputs = SCHEMA["resources"][LAB_IMAGE.token]["inputProperties"]
    assert inputs["definition"]["$ref"] == "#/types/lab-image-gallery:index:Image"
    assert inputs["defaults"]["$ref"] == INPUTS["defaults"]["$ref"]
    required = ["definition", "galleryId", "galleryName", "image", "location", "resourceGroupName"]
    assert SCHEMA["resources"][LAB_IMAGE.token]["requiredInputs"] == required
