"""Image definitions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from catalog.images.image import Image, name_problem
from tests.support.builders import image


@pytest.mark.parametrize("name", ["a", "A1", "ubuntu-22.04_x", "x" * 80, "a-.b"])
def test_names(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize("name", ["", "-a", "a-", "a.", ".a", "_a", "a_", "a b", "x" * 81, "ä", "a\n", "a/b", "a:b"])
def test_what_is_no_name(name: str) -> None:
    assert "is no image name" in str(name_problem(name))


@given(st.text(max_size=90))
def test_a_name_is_safe_in_an_id(name: str) -> None:
    if name_problem(name) is None:
        assert name.isascii()
        assert not set(name) & set("/:?#% ")


def test_the_triple_is_compared_without_regard_to_case() -> None:
    one = Image.model_validate(image())
    other = Image.model_validate(image(identifier={"publisher": "CONTOSO", "offer": "Gis", "sku": "ONE"}))
    assert one.identifier.key == other.identifier.key


@pytest.mark.parametrize(
    "changes",
    [
        {"security_type": "TrustedLaunchSupported", "hyper_v_generation": "V2"},
        {"architecture": "Arm64"},
        {"recommended": {"vcpus": [1, 80]}},
        {"recommended": {"memory_gb": [640, 640]}},
        {"enabled_in_plan": True, "protect": False},
        {"consumers": ["virtual_desktop"]},
    ],
)
def test_what_is_allowed(changes: dict[str, Any]) -> None:
    assert Image.model_validate(image(**changes)).os_type == "Linux"


@pytest.mark.parametrize(
    "changes",
    [
        {"recommended": {"vcpus": [0, 2]}},
        {"recommended": {"vcpus": [1, 81]}},
        {"recommended": {"vcpus": [True, 2]}},
        {"recommended": {"vcpus": [1, 2, 3]}},
        {"recommended": {"vcpu": [1, 2]}},
        {"privacy_statement_uri": "https://"},
        {"privacy_statement_uri": "https://exa mple.org"},
        {"privacy_statement_uri": "https://[x"},
        {"hyper_v_generation": "v1"},
        {"enabled_in_plan": "yes"},
        {"versions": {}},
        {"identifier": {"publisher": "a.", "offer": "b", "sku": "c"}},
        {"identifier": {"publisher": "", "offer": "b", "sku": "c"}},
        {"identifier": {"publisher": "a", "offer": "b" * 65, "sku": "c"}},
    ],
)
def test_what_is_not(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Image.model_validate(image(**changes))
