"""The pipelines of the repository as plain values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from tests.support.project import ROOT

FOLDER = ROOT / ".github" / "workflows"
NAMES = ("pull-request", "product", "preview", "deploy", "drift", "prices", "regions", "release")


def workflow(name: str) -> dict[str, Any]:
    """A workflow; the key `on`, which YAML takes for a truth value, is put right."""
    found: dict[Any, Any] = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in found.items()}


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every job of every workflow, with `workflow/job` before it."""
    for name in NAMES:
        for job, content in workflow(name)["jobs"].items():
            yield f"{name}/{job}", content


def shown_name(job: dict[str, Any]) -> str:
    """The name of a job as GitHub lists it among the checks, with … for what a matrix puts in."""
    return re.sub(r"\$\{\{.*?\}\}", "…", str(job["name"]))


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every step of every job, and those of our own action."""
    for place, job in jobs():
        for step in job["steps"]:
            yield place, step
    action = yaml.safe_load((ROOT / ".github" / "actions" / "set-up" / "action.yml").read_text(encoding="utf-8"))
    for step in action["runs"]["steps"]:
        yield "set-up", step


def run_lines(name: str) -> list[str]:
    """What the steps of a workflow run, in order."""
    return [step["run"] for place, step in steps() if place.startswith(f"{name}/") and "run" in step]


def azure_pipeline() -> dict[str, Any]:
    """The pipeline of Azure Pipelines."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "azure-pipelines.yml").read_text(encoding="utf-8"))
    return found


def azure_steps() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every step of it, with `stage/job` before it."""
    for stage in azure_pipeline()["stages"]:
        for job in stage["jobs"]:
            for step in job["steps"]:
                yield f"{stage['stage']}/{job['job']}", step
