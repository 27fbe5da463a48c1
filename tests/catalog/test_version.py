"""Version numbers, and the keys that versions and defaults share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.images.version import ImageVersion, VersionDefaults
from catalog.images.version_number import version_key, version_problem

part = st.integers(0, 2**31 - 1)


@given(part, part, part)
def test_key_is_the_three_numbers(major: int, minor: int, patch: int) -> None:
    assert version_key(f"{major}.{minor}.{patch}") == (major, minor, patch)


def test_numbers_sort_as_numbers() -> None:
    assert sorted(["1.10.0", "1.9.0", "1.9.10", "0.0.1"], key=version_key) == ["0.0.1", "1.9.0", "1.9.10", "1.10.0"]


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.0", "1.0.0.0", "00000000001.0.0", "1.0.0 ", "1.0.0\n", "-1.0.0", "1.0.x", "１.0.0", "2147483648.0.0"],
)
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(ValueError, match="version"):
        version_key(text)


@given(st.text(max_size=30) | st.from_regex(r"v?[0-9]{1,12}([.-][0-9a-z]{1,4}){0,4}", fullmatch=True))
def test_advice_is_a_version(text: str) -> None:
    problem = version_problem(text)
    if problem is None:
        assert version_key(text)
    elif "; write " in problem and "smaller" not in problem:
        advised = problem.rpartition("; write ")[2]
        assert all(number.isdigit() for number in advised.split("."))
        assert len(advised.split(".")) == 3


def test_defaults_have_every_key_of_a_version_with_the_same_type() -> None:
    assert set(VersionDefaults.model_fields) == set(ImageVersion.model_fields)
    for key, field in ImageVersion.model_fields.items():
        if key != "source":
            assert VersionDefaults.model_fields[key].annotation == field.annotation
            assert VersionDefaults.model_fields[key].default == field.default
