"""The figures as a table for people and as one flat JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.bench.contest import Contest

FLOOR, BARE, OURS, ALL = "floor", "bare", "ours", "ours, all looked up"
POLICED, IDLE = "ours, with policies", "ours, with idle pack"
SMALL, MIDDLE, LARGE = 10, 300, 3000
"""Numbers of versions: growth is how LARGE compares with MIDDLE, and what SMALL takes is mostly start-up."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that a figure may be, and how it is told to people."""

    figure: str
    most: float
    title: str


BUDGETS = (
    Budget("floor_ratio_10", 1.35, "preview of 10 versions, wall time ours / floor"),
    Budget("floor_ratio_100", 1.35, "preview of 100 versions, wall time ours / floor"),
    Budget("floor_ratio_300", 1.15, "preview of 300 versions, wall time ours / floor"),
    Budget("floor_ratio_1000", 1.15, "preview of 1000 versions, wall time ours / floor"),
    Budget("floor_ratio_3000", 1.25, "preview of 3000 versions, wall time ours / floor"),
    Budget("floor_memory_300", 1.6, "peak memory of the program of 300 versions, ours / floor"),
    Budget("preview_ratio_10", 1.10, "preview of 10 versions, wall time ours / bare"),
    Budget("policed_ratio_300", 0.70, "preview of 300 versions with the policy pack, wall time ours / bare"),
    Budget("policy_judging_300", 0.08, "policy pack of ours less one that does nothing, share of that preview"),
    Budget("cpu_growth_3000", 1.20, "processor time of the program per version, of 3000 / of 300"),
    Budget("cpu_growth", 1.20, "the same of each version beyond the first 10"),
    Budget("memory_growth_3000", 1.20, "peak memory of the program per version, of 3000 / of 300"),
    Budget("memory_growth", 1.20, "the same of each version beyond the first 10"),
    Budget("labs_help_s", 0.15, "./labs --help, s"),
    Budget("labs_check_s", 0.35, "./labs check of a small catalogue, s"),
    Budget("plan_1000_ms", 50, "plan of 1000 versions, ms"),
    Budget("check_1000_s", 1.5, "./labs check of 1000 versions, s"),
    Budget("overview_100_s", 1, "page of ./labs overview of 100 images, s"),
    Budget("second_up_s", 15, "second up of the dev stack, s"),
    Budget("status_1000_s", 3, "./labs status with 1000 versions in one image, s"),
    Budget("list_unmanaged_1000_s", 5, "./labs list-unmanaged with the same, s"),
)

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Each:
    """Something that each version takes: of which program, by which measure, in which unit a second or a MB."""

    name: str
    program: str
    measure: str
    units: float


PER_VERSION = (
    Each("cpu_per_version_ms", OURS, "program_cpu", 1000),
    Each("floor_cpu_per_version_ms", FLOOR, "program_cpu", 1000),
    Each("engine_cpu_per_version_ms", OURS, "engine_cpu", 1000),
    Each("floor_engine_cpu_per_version_ms", FLOOR, "engine_cpu", 1000),
    Each("memory_per_version_kb", OURS, "peak_mb", 1024),
    Each("floor_memory_per_version_kb", FLOOR, "peak_mb", 1024),
)


def preview_figures(contest: Contest, versions: int) -> Figures:
    """Figures of one size of catalogue, of the programs that took part.

    `policy_overhead` is the share that our policy pack adds, `idle_pack_overhead` the one that a pack of no rules adds,
    `policy_judging` the rest, all of a preview without a pack.
    """
    figures = {
        "floor_ratio": contest.ratio(OURS, FLOOR, "wall"),
        "floor_cpu_ratio": contest.ratio(OURS, FLOOR, "cpu"),
        "floor_program_cpu_ratio": contest.ratio(OURS, FLOOR, "program_cpu"),
        "floor_memory": contest.ratio(OURS, FLOOR, "peak_mb"),
        "preview_s": contest.middle(OURS, "wall"),
        "floor_s": contest.middle(FLOOR, "wall"),
        **{each.name: each.units * contest.middle(each.program, each.measure) / versions for each in PER_VERSION},
    }
    if BARE in contest.previews:
        figures |= {
            "preview_ratio": contest.ratio(OURS, BARE, "wall"),
            "preview_cpu_ratio": contest.ratio(OURS, BARE, "cpu"),
            "memory_ratio": contest.ratio(OURS, BARE, "peak_mb"),
            "bare_s": contest.middle(BARE, "wall"),
        }
    if ALL in contest.previews:
        figures["preview_ratio_all"] = contest.ratio(ALL, BARE, "wall")
    if POLICED in contest.previews:
        figures |= {
            "policed_ratio": contest.ratio(POLICED, BARE, "wall"),
            "policy_overhead": contest.added(POLICED, OURS, OURS, "wall"),
            "idle_pack_overhead": contest.added(IDLE, OURS, OURS, "wall"),
            "policy_judging": contest.added(POLICED, IDLE, OURS, "wall"),
        }
    return {f"{name}_{versions}": value for name, value in figures.items()}


def beyond_first(each: Each, contests: Mapping[int, Contest], versions: int) -> float:
    """What each version beyond the first SMALL takes: without what the start takes, which would hide growth."""
    large, small = (contests[size].middle(each.program, each.measure) for size in (versions, SMALL))
    return each.units * (large - small) / (versions - SMALL)


def growth_figures(contests: Mapping[int, Contest]) -> Figures:
    """How much more a version takes among LARGE than among MIDDLE; none unless both were measured, and SMALL."""
    if not {SMALL, MIDDLE, LARGE} <= set(contests):
        return {}
    figures = {}
    for each in PER_VERSION:
        name = each.name.partition("_per_version")[0]
        whole = [contests[size].middle(each.program, each.measure) / size for size in (LARGE, MIDDLE)]
        beyond = [beyond_first(each, contests, size) for size in (LARGE, MIDDLE)]
        figures[f"{name}_growth_{LARGE}"] = whole[0] / whole[1]
        figures[f"{name}_growth"] = beyond[0] / beyond[1]
    return figures


def contest_lines(contests: Mapping[int, Contest]) -> Iterator[str]:
    """One line for each contender at each size: medians, and ratios to the floor and to the bare program."""
    heads = f"{'wall s':>7} {'CPU s':>7} {'its CPU':>7} {'peak MB':>7} {'/ floor':>7} {'CPU':>5} {'/ bare':>7}"
    yield f"{'versions':>8}  {'program':<20} {heads}"
    for versions, contest in contests.items():
        for name in contest.previews:
            middles = [contest.middle(name, measure) for measure in ("wall", "cpu", "program_cpu", "peak_mb")]
            wall, cpu, own, peak = middles
            ratios = f"{contest.ratio(name, FLOOR, 'wall'):7.2f} {contest.ratio(name, FLOOR, 'cpu'):5.2f}"
            bare = f" {contest.ratio(name, BARE, 'wall'):7.2f}" if BARE in contest.previews else ""
            yield f"{versions:>8}  {name:<20} {wall:7.2f} {cpu:7.2f} {own:7.2f} {peak:7.0f} {ratios}{bare}"


def growth_lines(contests: Mapping[int, Contest]) -> Iterator[str]:
    """What each version beyond the first SMALL takes, one line a size; nothing unless SMALL was measured."""
    if SMALL not in contests or len(contests) == 1:
        return
    yield ""
    yield f"What each version beyond the first {SMALL} takes, processor time and memory:"
    yield f"{'':8}  {'its CPU, ms':^17} {'all else, ms':^17} {'peak KB':^17}"
    yield f"{'versions':>8} {' '.join(f'{name:>8}' for name in (OURS, FLOOR) * 3)}"
    for versions in contests:
        if versions > SMALL:
            cpu, floor, else_, floor_else, kb, floor_kb = (
                beyond_first(each, contests, versions) for each in PER_VERSION
            )
            times = f"{cpu:8.2f} {floor:8.2f} {else_:8.2f} {floor_else:8.2f}"
            yield f"{versions:>8} {times} {kb:8.0f} {floor_kb:8.0f}"


def start_lines(figures: Figures) -> Iterator[str]:
    """One line for each start whose processor time was measured, by the name of its figures; nothing without any."""
    names = [figure.removesuffix("_cpu_s") for figure in figures if figure.endswith("_cpu_s")]
    if names:
        yield ""
        yield f"{'start':<16} {'wall s':>7} {'CPU s':>7}"
        yield from (f"{name:<16} {figures[f'{name}_s']:7.2f} {figures[f'{name}_cpu_s']:7.2f}" for name in names)


def budget_lines(figures: Figures, *, every: bool = True) -> Iterator[str]:
    """Each budget with what was measured; `every` also those of which nothing was."""
    for budget in BUDGETS:
        value = figures.get(budget.figure)
        if value is None and every:
            yield f"{'-':>8}  of at most {budget.most:<5}  {budget.title}: not measured"
        elif value is not None:
            verdict = "" if value <= budget.most else "  OVER BUDGET"
            yield f"{value:8.2f}  of at most {budget.most:<5}  {budget.title}{verdict}"


def write(figures: Figures, file: Path) -> None:
    """Write the figures, whole or not at all."""
    file.parent.mkdir(exist_ok=True)
    unfinished = file.with_name(f"{file.name}.new")
    rounded = {name: round(value, 4) for name, value in figures.items()}
    unfinished.write_text(json.dumps(rounded, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(file)
