"""Pages of the documentation, whose commands and examples are run as they stand."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.support.project import ROOT, Project


def page(name: str) -> str:
    """The text of a page under `docs`, such as `run/drift.md`."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands under a second-level heading of a page."""
    (_, rest) = text.split(f"\n## {heading}\n")
    return rest.split("\n## ")[0]


def shown(text: str) -> str:
    """The only example output in `text`."""
    (block,) = re.findall(r"^```text\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    return str(block)


def prompted(text: str) -> list[str]:
    """Lines after a prompt in the console examples of `text`."""
    blocks = re.findall(r"^ *```console\n(.*?)^ *```", text, flags=re.DOTALL | re.MULTILINE)
    return [line.strip()[2:] for block in blocks for line in block.splitlines() if line.strip().startswith("$ ")]


def commands(name: str, heading: str) -> list[str]:
    """The commands under a heading of a page."""
    return prompted(section(page(name), heading))


def as_written(project: Project, lines: list[str], *, check: bool = True, **tools: str) -> list[str]:
    """What each command prints, run as it stands, and asserts that it works or, without `check`, that it fails.

    `pulumi` and `./labs` are the sandbox's, on the dev stack. The engine's questions are answered with yes, and it does
    not preview what it then does. `tools` are as for `path_with_tools`.
    """
    path = path_with_tools(project, project.path.parent / "tools", **tools)
    printed = []
    for line in lines:
        answers = {"PULUMI_STACK": "dev", "PULUMI_OPTION_NON_INTERACTIVE": "true"}
        if "--preview-only" not in line:
            answers |= {"PULUMI_OPTION_YES": "true", "PULUMI_OPTION_SKIP_PREVIEW": "true"}
        ran = project.run("sh", "-c", re.sub(r"^\./labs\b", "sandbox/labs", line), check=check, PATH=path, **answers)
        assert check or ran.returncode != 0, ran.stdout
        printed.append(ran.stdout)
    return printed


def path_with_tools(project: Project, folder: Path, **scripts: str) -> str:
    """A PATH on which `pulumi` is the sandbox's, beside tools made of one shell line each."""
    folder.mkdir(exist_ok=True)
    for name, line in {"pulumi": f'exec {project.path}/sandbox/pulumi "$@"', **scripts}.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"
