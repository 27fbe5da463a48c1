"""The shape of what commands answer under `--json`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from click.testing import Result

BY_NAME = {"images", "versions", "tags"}
"""Keys whose value may have names as its keys: of images, versions or tags."""


def answer_of(result: Result) -> dict[str, Any]:
    """The answer of a command: one object in the shape of `cli.answer`, whose `ok` agrees with the exit code."""
    answer: dict[str, Any] = json.loads(result.stdout)
    assert next(iter(answer)) == "ok", list(answer)
    assert answer["ok"] is (result.exit_code == 0)
    if "error" in answer:
        assert list(answer) == ["ok", "error"]
        assert isinstance(answer["error"], str)
        assert answer["error"]
    assert [key for key in _keys(answer) if not re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)*", key)] == []
    return answer


def _keys(value: Any, *, names: bool = False) -> Iterator[str]:
    """Keys of all objects in a value, at any depth, less those that are `names`."""
    if isinstance(value, dict):
        yield from () if names else value
        for key, each in value.items():
            yield from _keys(each, names=not names and key in BY_NAME)
    elif isinstance(value, list):
        for each in value:
            yield from _keys(each)
