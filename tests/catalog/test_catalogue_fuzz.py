"""Whatever is in a file: a catalogue, or findings in words, each with its line, and nothing else."""

from __future__ import annotations

import copy
import json
import string
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.files.diagnostic import InvalidFile
from catalog.images.catalogue import Catalogue, load
from tests.support.project import CATALOGUE, ROOT

EXAMPLE = (ROOT / CATALOGUE).read_text(encoding="utf-8")
CONTENT: dict[str, Any] = yaml.safe_load(EXAMPLE)

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["", "1.0.0", "gis"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in items for found in paths(item, (*path, key)))]


PATHS = [path for path in paths(CONTENT) if path]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "images.yaml"


def check(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    try:
        found = load(file)
    except InvalidFile as error:
        diagnostics = error.diagnostics
    else:
        assert isinstance(found, Catalogue)
        return
    assert diagnostics
    for problem in diagnostics:
        assert str(problem).isprintable()
        assert len(str(problem)) < 1000
        assert problem.line is None or 1 <= problem.line <= content.count(b"\n") + content.count(b"\r") + 2


anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@anything
@given(st.binary(max_size=80))
def test_any_bytes(file: Path, content: bytes) -> None:
    check(file, content)


@anything
@given(values)
def test_any_values(file: Path, content: Any) -> None:
    check(file, json.dumps(content).encode())


@anything
@given(st.lists(st.tuples(st.sampled_from(PATHS), values), min_size=1, max_size=3))
def test_values_in_the_place_of_others(file: Path, changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    content = copy.deepcopy(CONTENT)
    for path, value in changes:
        here = content
        for step in path[:-1]:
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                break
        if isinstance(here, dict):
            here[path[-1]] = value
    check(file, json.dumps(content, default=str, indent=1).encode())


@anything
@given(
    st.lists(
        st.tuples(st.integers(0, len(EXAMPLE)), st.integers(0, 20), st.text(string.printable + "\x00é🎓", max_size=5)),
        min_size=1,
        max_size=4,
    )
)
def test_characters_in_the_place_of_others(file: Path, changes: list[tuple[int, int, str]]) -> None:
    text = EXAMPLE
    for start, length, new in changes:
        text = text[:start] + new + text[start + length :]
    check(file, text.encode())
