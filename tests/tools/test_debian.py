"""`tools/debian` says what it lacks before it makes anything."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.project import ROOT

SCRIPT = ROOT / "tools" / "debian"


def run(tmp_path: Path, tools: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The script with the shell's own tools and those given, each a line of shell, on its path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "dirname", "head", "mkdir", "printenv"):
        (folder / name).symlink_to(str(shutil.which(name)))
    for name, line in tools.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    env = {**os.environ, "PATH": str(folder), "DEBIAN_ROOT": str(tmp_path / "root")}
    env.pop("DEBIAN_MIRROR", None)
    return subprocess.run([SCRIPT], env=env, capture_output=True, text=True, check=False)


PRESENT = {"id": "echo 0", "debootstrap": 'echo "$@"; exit 1', "unshare": "exit 1", "git": "exit 1"}


@pytest.mark.parametrize(
    ("tools", "said"),
    [
        ({"id": "echo 1000"}, "making a Debian needs root, so nothing was run. Repeat the command with sudo."),
        ({"id": "echo 0"}, "debootstrap is not there, so nothing was run. Install it (sudo apt install debootstrap"),
        (PRESENT, "apt knows no archive of Debian here, so nothing was run. Name one: DEBIAN_MIRROR=ADDRESS"),
        (PRESENT | {"apt-get": "echo http://archive.example/debian"}, "debootstrap failed ("),
    ],
)
def test_what_is_missing_is_told(tmp_path: Path, tools: dict[str, str], said: str) -> None:
    result = run(tmp_path, tools)
    assert result.returncode == 1
    assert said in result.stderr
    assert not (tmp_path / "root" / ".made").exists()


def test_the_archive_is_that_of_the_machine(tmp_path: Path) -> None:
    run(tmp_path, PRESENT | {"apt-get": "echo http://archive.example/debian; echo http://other.example"})
    asked = (tmp_path / "root.log").read_text(encoding="utf-8").split()
    assert asked[-3:] == ["trixie", str(tmp_path / "root"), "http://archive.example/debian"]
