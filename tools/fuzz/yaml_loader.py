"""The YAML loader: any bytes are a document whose texts are what PyYAML reads, or findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from catalog.files.diagnostic import InvalidFile
from catalog.files.document import Document, read
from tools.fuzz.findings import check_findings

_Plain: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def check(content: bytes, file: Path) -> None:
    """Read `content` through `file`. Raises AssertionError when something does not hold."""
    file.write_bytes(content)
    # YAML ends lines with these too; the loader numbers them as PyYAML does.
    lines = sum(map(content.count, (b"\n", b"\r", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9"))) + 2
    try:
        document = read(file, file="input.yaml")
    except InvalidFile as error:
        check_findings(error, lines)
        return
    for problem in document.diagnostics:
        check_findings(InvalidFile([problem]), lines)
    # The reference knows no numbers and no null: every scalar is its text.
    reference = yaml.load(content.decode("utf-8-sig"), Loader=_Plain)  # noqa: S506 - it makes texts only
    _compare(document, (), document.value, reference, lines)


def _compare(document: Document, path: tuple[str | int, ...], value: object, reference: object, lines: int) -> None:
    assert 1 <= document.line_of(path) <= lines, path
    if isinstance(value, dict):
        assert isinstance(reference, dict), path
        assert list(value) == list(reference), path
        for key, item in value.items():
            _compare(document, (*path, key), item, reference[key], lines)
    elif isinstance(value, list):
        assert isinstance(reference, list), path
        assert len(value) == len(reference), path
        for index, item in enumerate(value):
            _compare(document, (*path, index), item, reference[index], lines)
    else:
        assert value is None or isinstance(value, str | int | float | bool), path
        assert document.raw_of(path) == reference, path
