"""The figures as a table for people and as one flat JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.bench.contest import Contest

BARE, OURS, ALL = "bare", "ours", "ours, all looked up"
POLICED, IDLE = "ours, with policies", "ours, with idle pack"


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that a figure may be, and how it is told to people."""

    figure: str
    most: float
    title: str


BUDGETS = (
    Budget("preview_ratio_300", 0.65, "preview of 300 versions, wall time ours / bare"),
    Budget("memory_ratio_300", 1.0, "peak memory of the program, ours / bare"),
    Budget("policy_overhead_300", 0.10, "share that the policy pack adds to that preview"),
    Budget("plan_1000_ms", 50, "plan of 1000 versions, ms"),
    Budget("check_1000_s", 1.5, "./labs check of 1000 versions, s"),
    Budget("overview_100_s", 1, "page of ./labs overview of 100 images, s"),
    Budget("second_up_s", 15, "second up of the dev stack, s"),
    Budget("status_1000_s", 3, "./labs status with 1000 versions in one image, s"),
    Budget("list_unmanaged_1000_s", 5, "./labs list-unmanaged with the same, s"),
)

Figures = dict[str, float | None]


def preview_figures(contest: Contest, versions: int) -> Figures:
    """Ratios of one size of catalogue; what did not take part is None.

    `idle_pack_overhead` is the share that a pack of no rules adds, `policy_judging` what ours adds to that.
    """
    policed = POLICED in contest.previews
    return {
        f"preview_ratio_{versions}": contest.ratio(OURS, BARE, "wall"),
        f"preview_cpu_ratio_{versions}": contest.ratio(OURS, BARE, "cpu"),
        f"preview_ratio_all_{versions}": contest.ratio(ALL, BARE, "wall"),
        f"memory_ratio_{versions}": contest.ratio(OURS, BARE, "peak_mb"),
        f"policy_overhead_{versions}": contest.ratio(POLICED, OURS, "wall") - 1 if policed else None,
        f"idle_pack_overhead_{versions}": contest.ratio(IDLE, OURS, "wall") - 1 if policed else None,
        f"policy_judging_{versions}": contest.ratio(POLICED, IDLE, "wall") - 1 if policed else None,
        f"preview_s_{versions}": contest.middle(OURS, "wall"),
        f"bare_s_{versions}": contest.middle(BARE, "wall"),
    }


def contest_lines(contests: Mapping[int, Contest]) -> Iterator[str]:
    """One line for each contender at each size: medians, and ratios to the bare program."""
    heads = f"{'wall s':>7} {'CPU s':>7} {'its CPU':>7} {'peak MB':>7} {'/ bare':>7} {'CPU':>5}"
    yield f"{'versions':>8}  {'program':<20} {heads}"
    for versions, contest in contests.items():
        for name in contest.previews:
            middles = [contest.middle(name, measure) for measure in ("wall", "cpu", "program_cpu", "peak_mb")]
            wall, cpu, own, peak = middles
            ratios = f"{contest.ratio(name, BARE, 'wall'):7.2f} {contest.ratio(name, BARE, 'cpu'):5.2f}"
            yield f"{versions:>8}  {name:<20} {wall:7.2f} {cpu:7.2f} {own:7.2f} {peak:7.0f} {ratios}"


def budget_lines(figures: Figures) -> Iterator[str]:
    """Each budget with what was measured."""
    for budget in BUDGETS:
        value = figures.get(budget.figure)
        if value is None:
            yield f"{'-':>8}  of at most {budget.most:<5}  {budget.title}: nothing to measure yet"
        else:
            verdict = "" if value <= budget.most else "  OVER BUDGET"
            yield f"{value:8.2f}  of at most {budget.most:<5}  {budget.title}{verdict}"


def write(figures: Figures, file: Path) -> None:
    """Write the figures, whole or not at all."""
    file.parent.mkdir(exist_ok=True)
    unfinished = file.with_name(f"{file.name}.new")
    rounded = {name: None if value is None else round(value, 4) for name, value in figures.items()}
    unfinished.write_text(json.dumps(rounded, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(file)
