"""No message shows a value as Python writes it: people write YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.files.diagnostic import shown
from catalog.stacks.settings import KEYS, SettingsError, read_settings
from catalog.stacks.stack_file import read_stack
from tests.support import builders

PYTHON = re.compile(
    r"(?<!\")\b(True|False|None)\b|[{\[(]'|': |datetime\.|<class|\b(dict|tuple|set)\(|\bnan\b(?<!\.nan)"
)
ODD: list[Any] = [
    {"a": 1},
    {"a": {"b": None}},
    {True: None},
    {1: "x"},
    [],
    ["a"],
    [{"a": True}],
    [None],
    True,
    False,
    None,
    float("nan"),
    float("inf"),
    1.5,
    -3,
    10**30,
    "",
    "x",
    date(2026, 1, 2),
]
FULL = builders.image(
    description="maps",
    hyper_v_generation="V1",
    architecture="x64",
    security_type="Standard",
    purchase_plan={"name": "a", "product": "b", "publisher": "c"},
    recommended={"vcpus": [1, 2], "memory_gb": [1, 2]},
    features={"IsHibernateSupported": "True", "New": "x"},
    disallowed_disk_types=["Premium_LRS"],
    tags={"a": "b"},
    consumers=["lab_services"],
    end_of_life="2030-01-01",
    protect=True,
    versions={
        "1.0.0": builders.version(
            target_regions=["koreacentral"],
            replicas_per_region={"koreacentral": 2},
            storage_account_type="Standard_LRS",
            exclude_from_latest=["koreacentral"],
            end_of_life="2030-01-01",
            block_deletion_before_end_of_life=False,
            tags={"a": "b"},
            protect=True,
        )
    },
)
CATALOGUE = {"defaults": {"replicas_per_region": 1, "tags": {"a": "b"}}, "images": {"gis": FULL}}


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document."""
    yield path
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(item, (*path, key))


def put(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """The document with `odd` at the place."""
    if not path:
        return odd
    if isinstance(value, dict):
        return {**value, path[0]: put(value[path[0]], path[1:], odd)}
    return [put(item, path[1:], odd) if index == path[0] else item for index, item in enumerate(value)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": 1, "b": [True, None]}, "{a: 1, b: [true, nothing]}"),
        (("a", "b"), "[a, b]"),
        (None, "nothing"),
        (True, "true"),
        (float("nan"), ".nan"),
        (float("-inf"), "-.inf"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4), "2026-01-02 03:04:00"),
        ("a", '"a"'),
        (127, "127"),
    ],
)
def test_a_value_is_shown_as_yaml_writes_it(value: object, text: str) -> None:
    assert shown(value) == text


def test_the_catalogue_that_is_spoiled_is_valid() -> None:
    assert builders.complaints(CATALOGUE) == ""


@pytest.mark.parametrize("path", list(paths(CATALOGUE)), ids=str)
def test_no_odd_value_of_the_catalogue_is_shown_as_python_writes_it(path: tuple[Any, ...]) -> None:
    for odd in ODD:
        said = builders.complaints(put(CATALOGUE, path, odd))
        assert not PYTHON.search(said), said


def refusal(values: dict[str, object]) -> str:
    try:
        read_settings(values, project="lab-image-gallery", stack="dev")
    except SettingsError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("key", ["subscriptionId", *KEYS])
def test_no_odd_value_of_the_settings_is_shown_as_python_writes_it(key: str, tmp_path: Any) -> None:
    values = {
        "subscriptionId": builders.SUBSCRIPTION,
        "galleryName": "images",
        "resourceGroupName": "galleries",
        "location": "koreacentral",
    }
    (tmp_path / "Pulumi.yaml").write_text("name: lab-image-gallery\nruntime: python\n", encoding="utf-8")
    for odd in ODD:
        for spelled in (odd, json.dumps(odd, default=str)):
            said = refusal({**values, key: spelled})
            assert not PYTHON.search(said), said
        full = "azure-native:subscriptionId" if key == "subscriptionId" else f"lab-image-gallery:{key}"
        file = tmp_path / "Pulumi.dev.yaml"
        file.write_text(yaml.safe_dump({"config": {full: odd}}), encoding="utf-8")
        for found in read_stack(file).diagnostics:
            assert not PYTHON.search(str(found)), str(found)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.dates() | st.text("ab{}", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(list(paths(CATALOGUE))), PLAIN)
def test_no_value_at_any_place_is_shown_as_python_writes_it(path: tuple[Any, ...], odd: Any) -> None:
    assert not PYTHON.search(builders.complaints(put(CATALOGUE, path, odd)))
