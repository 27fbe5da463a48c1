"""Proposed edits are diffs that git takes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from catalog.files.unified_diff import unified


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\nc\n", "a\nb\nx\nc\n"),
        ("a\r\nb\r\n", "a\r\nx\r\nb\r\n"),
        ("a\nb", "a\nb\nx"),
        ("a\nb\n# \x85\u2028 c\n", "a\n# \x85\u2028 c\n"),
    ],
)
def test_git_applies_it(before: str, after: str, tmp_path: Path) -> None:
    file = tmp_path / "images.yaml"
    file.write_bytes(before.encode())
    subprocess.run(
        ["git", "apply"], cwd=tmp_path, input=unified("images.yaml", before, after).encode(), check=True, timeout=60
    )
    assert file.read_bytes() == after.encode()


def test_nothing_is_no_diff() -> None:
    assert unified("images.yaml", "a\n", "a\n") == ""
