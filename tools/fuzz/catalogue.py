"""The whole way of `labs check`: any bytes are a catalogue or findings."""

from __future__ import annotations

from pathlib import Path

from catalog.files.diagnostic import InvalidFile
from catalog.images.catalogue import Catalogue, load
from tools.fuzz.findings import check_findings


def check(content: bytes, file: Path) -> None:
    """Load `content` through `file`. Raises AssertionError when something does not hold."""
    file.write_bytes(content)
    lines = sum(map(content.count, (b"\n", b"\r", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9"))) + 2
    try:
        found = load(file)
    except InvalidFile as error:
        check_findings(error, lines)
    else:
        assert isinstance(found, Catalogue)
        assert all(image.versions or image.is_external for image in found.images.values())
