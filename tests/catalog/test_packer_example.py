"""The Packer template of the example publishes what labs can show, into the image that the example declares."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from catalog.images.catalogue import load
from catalog.stacks.stack_file import read_stack
from plan.lab_services_limits import OS_DISK_LIMIT_GB, SUPPORTED
from plan.target_regions import stack_regions
from tests.support.project import ROOT

FOLDER = Path("examples/packer")
BLOCK = re.compile(r'(\w+)((?: +"[^"]*")*) *\{')
ATTRIBUTE = re.compile(r"(\w+) += +(.+?)(?: +# .*)?")
STRING = re.compile(r'("[^"]*")')


def value_of(text: str) -> Any:
    """A literal; an expression stays a text."""
    if text in ("true", "false"):
        return text == "true"
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return text


def read_hcl(text: str) -> dict[str, Any]:
    """Attributes and blocks of a template with one of them in a line; blocks of a name are a list, with their labels.

    Raises ValueError for a line that is neither.
    """
    root: dict[str, Any] = {}
    open_blocks = [root]
    for line in map(str.strip, text.splitlines()):
        if not line or line.startswith("#"):
            continue
        if line == "}":
            open_blocks.pop()
            continue
        if found := BLOCK.fullmatch(line):
            block: dict[str, Any] = {"labels": [label.strip('"') for label in STRING.findall(found[2])]}
            open_blocks[-1].setdefault(found[1], []).append(block)
            open_blocks.append(block)
        elif line.endswith("= {"):
            nested: dict[str, Any] = {}
            open_blocks[-1][line.split()[0]] = nested
            open_blocks.append(nested)
        elif (found := ATTRIBUTE.fullmatch(line)) and found[1] not in open_blocks[-1]:
            open_blocks[-1][found[1]] = value_of(found[2])
        else:
            raise ValueError(line)
    if open_blocks != [root]:
        raise ValueError("a block is not closed")
    return root


TEMPLATE = read_hcl((ROOT / FOLDER / "ubuntu-2204-gis.pkr.hcl").read_text(encoding="utf-8"))
(SOURCE,) = TEMPLATE["source"]
(DESTINATION,) = SOURCE["shared_image_gallery_destination"]


@pytest.fixture(autouse=True)
def in_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("text", ["a = 1\na = 2", "a {", "a 1", "}"])
def test_what_is_no_template_is_refused(text: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        read_hcl(text)


def test_it_publishes_one_small_disk_of_generation_1() -> None:
    assert SOURCE["labels"] == ["azure-arm", "gis"]
    assert 0 < SOURCE["os_disk_size_gb"] < OS_DISK_LIMIT_GB
    assert not {"disk_additional_size", "security_type", "secure_boot_enabled", "vtpm_enabled"} & SOURCE.keys()
    assert SUPPORTED["hyper_v_generation"] == "V1"
    assert "gen2" not in SOURCE["image_sku"]
    assert not DESTINATION.get("specialized")
    assert not DESTINATION.get("use_shallow_replication")
    assert int(SOURCE["shared_image_gallery_timeout"].removesuffix("h")) > 1


def test_it_publishes_into_the_image_of_the_stack() -> None:
    stack = read_stack(FOLDER / "Pulumi.packer.yaml")
    assert stack.diagnostics == ()
    settings = stack.settings
    assert settings is not None
    assert stack.catalogue is not None
    images = load(stack.catalogue).images
    (name,) = images
    image = images[name]
    assert image.is_external
    assert (DESTINATION["resource_group"], DESTINATION["gallery_name"], DESTINATION["image_name"]) == (
        settings.resource_group_name,
        settings.gallery_name,
        name,
    )
    assert (SOURCE["location"], SOURCE["os_type"]) == (settings.location, image.os_type)
    assert {key: getattr(image, key) for key in SUPPORTED} == dict(SUPPORTED)
    regions = [region["name"] for region in DESTINATION["target_region"]]
    assert regions == list(stack_regions(settings.target_regions, settings))
    assert all(region["replicas"] >= 1 for region in DESTINATION["target_region"])


def test_the_machine_loses_its_identity_last() -> None:
    (build,) = TEMPLATE["build"]
    assert build["sources"] == ["source.azure-arm.gis"]
    assert "waagent -force -deprovision+user" in build["provisioner"][-1]["inline"][0]
