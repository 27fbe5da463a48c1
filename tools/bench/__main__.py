"""Measure everything, print a table, and write `.sandbox/bench.json`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from statistics import median

from tools.bench import policy_pack, pure, thousands
from tools.bench.contest import Contest, hold
from tools.bench.report import (
    ALL,
    BARE,
    IDLE,
    OURS,
    POLICED,
    Figures,
    budget_lines,
    contest_lines,
    preview_figures,
    write,
)
from tools.bench.run import RunFailed
from tools.bench.scene import ROOT, Preview, Scene, scene
from tools.bench.workload import Workload

ROUNDS = {10: 3, 100: 3, 300: 5}  # by number of versions
QUICK_ROUNDS = {10: 1, 100: 1, 300: 3}
PURE = Workload(1000)
IMAGES = Workload(300)
"""A hundred images."""
OUTPUT = ROOT / ".sandbox" / "bench.json"


def main() -> int:
    """Return the exit code: 0 when everything was measured, whatever the figures say."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds: half the time, and less to rely on")
    quick = parser.parse_args().quick
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        contests, figures = _measured(quick=quick)
    except RunFailed as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    write(figures, OUTPUT)
    print("\n".join([*contest_lines(contests), "", *budget_lines(figures)]))
    print(f"\nMedians; a ratio is the median over the rounds. Written to {OUTPUT.relative_to(ROOT)}.")
    return 0


def _measured(*, quick: bool) -> tuple[dict[int, Contest], Figures]:
    say = _teller()
    policies = policy_pack.arguments()
    figures: Figures = {}
    with scene() as place:
        figures["plan_1000_ms"] = pure.plan_milliseconds(PURE, 5 if quick else 15)
        figures["check_1000_s"] = pure.check_seconds(PURE, place.ours, 3 if quick else 7)
        figures["overview_100_s"] = pure.overview_seconds(IMAGES, 3 if quick else 7)
        say(f"plan of 1000 versions {figures['plan_1000_ms']:.0f} ms, check {figures['check_1000_s']:.2f} s")
        place.up(policies)
        figures["second_up_s"] = median(place.up(policies).wall for _ in range(1 if quick else 3))
        say(f"second up {figures['second_up_s']:.1f} s")
        figures |= thousands.command_seconds(place.ours, 1 if quick else 3)
        say(f"status of {thousands.VERSIONS} versions {figures['status_1000_s']:.1f} s")
    contests = {}
    with scene() as place:
        for versions, rounds in (QUICK_ROUNDS if quick else ROUNDS).items():
            contests[versions] = _previews(place, Workload(versions), rounds, policies, say)
            figures |= preview_figures(contests[versions], versions)
    return contests, figures


def _previews(
    place: Scene, workload: Workload, rounds: int, policies: list[str], say: Callable[[str], None]
) -> Contest:
    place.seed(workload)

    def ours(fact_lookups: str, arguments: list[str]) -> Preview:
        place.load(workload, fact_lookups)
        return place.preview(place.ours, arguments)

    place.load(workload, "undeclared")
    contenders = {
        BARE: partial(place.preview, place.bare),
        OURS: partial(ours, "undeclared", []),
        ALL: partial(ours, "all", []),
    }
    if policies:
        contenders[POLICED] = partial(ours, "undeclared", policies)
        contenders[IDLE] = partial(ours, "undeclared", ["--policy-pack", str(place.idle_pack)])
    return hold(contenders, rounds, lambda line: say(f"{workload.versions} versions, {line}"))


def _teller() -> Callable[[str], None]:
    begun = time.monotonic()
    load = f"{os.getloadavg()[0]:.1f} processes wanting one of {os.cpu_count()} processors"
    print(f"bench: this takes some minutes; at the start there were {load}", file=sys.stderr, flush=True)

    def say(line: str) -> None:
        print(f"bench: {time.monotonic() - begun:4.0f} s  {line}", file=sys.stderr, flush=True)

    return say


if __name__ == "__main__":
    sys.exit(main())
