"""What a person waits for before anything is done: imports, and the commands that do little else."""

from __future__ import annotations

import ast
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tools.bench.run import run
from tools.bench.scene import ROOT, STACK

NUMBERS_OF_STACKS = (1, 20, 100)

_LABS = str(ROOT / "labs")


@dataclass(frozen=True, slots=True)
class Start:
    """A command, the folder that it is called in, and what its environment has beside ours."""

    command: Sequence[str]
    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)


def startup_figures(copy: Path, repeats: int) -> dict[str, float]:
    """Median wall time (`…_s`) and processor time (`…_cpu_s`) of each start, every one run once before, unmeasured.

    `copy` is a copy of the repository with its own small catalogue; folders of stacks are made in it.
    """
    figures = {}
    for name, start in _starts(copy).items():
        runs = [run(start.command, start.folder, start.variables) for _ in range(repeats + 1)][1:]
        figures[f"{name}_s"] = median(each.wall for each in runs)
        figures[f"{name}_cpu_s"] = median(each.cpu for each in runs)
    return figures


def head(program: Path) -> str:
    """What a program does up to the end of its imports."""
    text = program.read_text(encoding="utf-8")
    ends = [each.end_lineno for each in ast.parse(text).body if isinstance(each, ast.Import | ast.ImportFrom)]
    return "".join(text.splitlines(keepends=True)[: ends[-1]])


def project_of_stacks(folder: Path, number: int) -> Path:
    """A project in `folder` with so many stack files, each as the repository's own stack has it."""
    project = folder / f"stacks-{number}"
    project.mkdir()
    shutil.copy(ROOT / "Pulumi.yaml", project)
    for each in range(number):
        shutil.copy(ROOT / f"Pulumi.{STACK}.yaml", project / f"Pulumi.stack-{each:03}.yaml")
    return project


def _starts(copy: Path) -> dict[str, Start]:
    pack = ROOT / "policies"
    starts = {
        "imports_program": Start([sys.executable, "-c", head(ROOT / "__main__.py")], ROOT),
        "labs_help": Start([_LABS, "--help"], copy),
        "labs_check": Start([_LABS, "check", "sandbox/images.yaml"], copy),
        **{
            f"stacks_{number}": Start([_LABS, "stacks"], project_of_stacks(copy, number))
            for number in NUMBERS_OF_STACKS
        },
    }
    python = pack / ".venv" / "bin" / "python"
    if python.exists():
        starts["imports_pack"] = Start([str(python), "-c", head(pack / "__main__.py")], pack)
    return starts
