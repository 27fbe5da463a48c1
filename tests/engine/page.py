"""A page of the documentation whose commands are run as they stand."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.support.project import Project


def prompted(text: str) -> list[str]:
    """Lines after a prompt in the console examples of `text`."""
    blocks = re.findall(r"^ *```console\n(.*?)^ *```", text, flags=re.DOTALL | re.MULTILINE)
    return [line.strip()[2:] for block in blocks for line in block.splitlines() if line.strip().startswith("$ ")]


def path_with_tools(project: Project, folder: Path, **scripts: str) -> str:
    """A PATH on which `pulumi` is the sandbox's, beside tools made of one shell line each."""
    folder.mkdir(exist_ok=True)
    for name, line in {"pulumi": f'exec {project.path}/sandbox/pulumi "$@"', **scripts}.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"
