"""What the pages of docs/publish say of the catalogue is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from catalog.images.catalogue import Catalogue, load
from catalog.images.image import Image
from catalog.images.source import Source
from catalog.images.version import ImageVersion
from plan.definition import FIXED, IDENTIFIER
from tests.support.commands import run_labs
from tests.support.page import page, section
from tests.support.project import SUBSCRIPTION

CATALOGUE = "publish/catalogue.md"
PLACEHOLDER = "/subscriptions/…/"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(name: str) -> list[tuple[str, str]]:
    """The fenced blocks of a page: (language, text), with a subscription's id put in."""
    return [
        (language, body.replace(PLACEHOLDER, f"/subscriptions/{SUBSCRIPTION}/"))
        for language, body in FENCE.findall(page(name))
    ]


def table_rows(heading: str) -> dict[str, list[str]]:
    """The table of keys in a section of the page on the catalogue: its cells by the key in the first column."""
    lines = [line for line in section(page(CATALOGUE), heading).splitlines() if line.startswith("| `")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {cells[0].strip("`"): cells[1:] for cells in rows}


EXAMPLES = [
    (name, index, body)
    for name in (CATALOGUE, "publish/make-an-image.md", "publish/versions.md")
    for index, (language, body) in enumerate(blocks(name))
    if language == "yaml"
]


def with_image(fragment: dict[str, Any]) -> dict[str, Any]:
    """A catalogue around a fragment: keys of a version, or else of an image."""
    version: dict[str, Any] = {"source": {"existing": True}}
    image: dict[str, Any] = {
        "os_type": "Linux",
        "os_state": "Generalized",
        "identifier": {"publisher": "contoso", "offer": "gis", "sku": "one"},
    }
    (version if "source" in fragment else image).update(fragment)
    return {"images": {"gis": {**image, "versions": {"1.0.0": version}}}}


@pytest.mark.parametrize(("name", "index", "body"), EXAMPLES, ids=[f"{name}-{index}" for name, index, _ in EXAMPLES])
def test_every_example_is_good_or_gives_the_output_that_is_shown(
    name: str, index: int, body: str, folder: Path
) -> None:
    following = blocks(name)[index + 1 : index + 2]
    if "images:" not in body:
        body = yaml.safe_dump(with_image(yaml.safe_load(body)), allow_unicode=True)
    Path("images.yaml").write_text(body, encoding="utf-8")
    if following and following[0][0] == "console":
        command, _, expected = following[0][1].partition("\n")
        assert command == "$ ./labs check images.yaml"
        assert run_labs("check", "images.yaml").stdout == expected
    else:
        assert load(Path("images.yaml")).images


@pytest.mark.parametrize(
    ("heading", "model"),
    [("The file", Catalogue), ("An image", Image), ("A version", ImageVersion), ("A source", Source)],
)
def test_every_key_is_described(heading: str, model: type[BaseModel]) -> None:
    assert set(table_rows(heading)) == set(model.model_fields)


@pytest.mark.parametrize(("heading", "model"), [("An image", Image), ("A version", ImageVersion)])
def test_defaults_and_compulsory_keys_are_told_rightly(heading: str, model: type[BaseModel]) -> None:
    for key, (must, default, _) in table_rows(heading).items():
        field = model.model_fields[key]
        assert (must == "yes") is field.is_required(), key
        if isinstance(field.default, bool):
            assert default == f"`{str(field.default).lower()}`", key
        elif isinstance(field.default, str):
            assert default == f"`{field.default}`", key


def test_what_is_marked_fixed_is_what_the_plan_refuses_to_change() -> None:
    rows = table_rows("An image")
    fixed = {key for key, cells in rows.items() if "*fixed*" in cells[-1]}
    assert fixed == {"identifier" if name in IDENTIFIER else name for name in FIXED}
