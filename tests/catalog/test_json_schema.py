"""The JSON schema that editors use."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from catalog.images.json_schema import FILE, schema, text
from tests.support.project import CATALOGUE, ROOT

VALIDATOR = Draft202012Validator(schema())


def errors(content: Any) -> list[str]:
    # As an editor sees it: dates are text.
    return [error.message for error in VALIDATOR.iter_errors(json.loads(json.dumps(content, default=str)))]


def example() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / CATALOGUE).read_text(encoding="utf-8"))
    return content


def test_the_file_is_current() -> None:
    assert (ROOT / FILE).read_text(encoding="utf-8") == text(), (
        f"{FILE} is old; run: python -m catalog.images.json_schema"
    )


def test_the_command_writes_the_file(tmp_path: Path) -> None:
    target = tmp_path / "schema.json"
    subprocess.run([sys.executable, "-m", "catalog.images.json_schema", str(target)], cwd=ROOT, check=True)
    assert target.read_text(encoding="utf-8") == text()


def test_it_is_a_schema_without_an_address_of_its_own() -> None:
    Draft202012Validator.check_schema(schema())
    assert "$id" not in text()


def test_every_key_is_described() -> None:
    parts = [schema(), *schema()["$defs"].values()]
    undescribed = [key for part in parts for key, entry in part["properties"].items() if not entry["description"]]
    assert undescribed == []
    assert len(parts) == 9


def test_the_example_is_valid() -> None:
    assert errors(example()) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content.update(imagse={}),
        lambda content: content["defaults"].update(colour="red"),
        lambda content: content["defaults"].update(target_regions="pair"),
        lambda content: content["images"].update({"-x": next(iter(content["images"].values()))}),
        lambda content: next(iter(content["images"].values())).update(os_type="linux"),
        lambda content: next(iter(content["images"].values()))["versions"].update({"1.0": {}}),
        lambda content: next(iter(content["images"].values()))["versions"].update({"9.0.0": {"source": {}}}),
        lambda content: next(iter(content["images"].values()))["versions"].update({"9.0.0": {"os_disk_size_gb": "64"}}),
    ],
)
def test_mistakes_are_seen(spoil: Any) -> None:
    content = example()
    spoil(content)
    assert errors(content) != []
