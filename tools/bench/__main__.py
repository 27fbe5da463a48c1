"""Measure everything, print a table, and write `.sandbox/bench.json`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from statistics import median

from tools.bench import policy_pack, pure, startup, thousands
from tools.bench.contest import Contest, hold
from tools.bench.report import (
    ALL,
    BARE,
    FLOOR,
    IDLE,
    OURS,
    POLICED,
    Figures,
    budget_lines,
    contest_lines,
    growth_figures,
    growth_lines,
    preview_figures,
    start_lines,
    write,
)
from tools.bench.run import RunFailed
from tools.bench.scene import ROOT, Preview, Scene, scene
from tools.bench.workload import Workload

ROUNDS = {10: 7, 100: 5, 300: 5, 1000: 5, 3000: 3}  # by number of versions
QUICK_ROUNDS = {10: 3, 100: 3, 300: 3, 1000: 1, 3000: 1}
LARGEST_OF_BARE = 300
"""Above, the bare program takes minutes and teaches nothing new."""
EVERY_PROGRAM = 300
"""The one size of previews that look every source up, or are judged."""
PURE = Workload(1000)
IMAGES = Workload(300)
"""A hundred images."""
OUTPUT = ROOT / ".sandbox" / "bench.json"


def main() -> int:
    """Return the exit code: 0 when everything was measured, whatever the figures say."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds: half the time, and less to rely on")
    parser.add_argument(
        "--sizes",
        type=_sizes,
        metavar="10,300",
        help="only previews, of so many versions: " + ", ".join(map(str, ROUNDS)),
    )
    arguments = parser.parse_args()
    rounds = QUICK_ROUNDS if arguments.quick else ROUNDS
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    say = _teller()
    try:
        figures = {} if arguments.sizes else _others(say, quick=arguments.quick)
        contests = _contests({size: rounds[size] for size in arguments.sizes or rounds}, say)
    except RunFailed as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    for versions, contest in contests.items():
        figures |= preview_figures(contest, versions)
    figures |= growth_figures(contests)
    write(figures, OUTPUT)
    tables = [*contest_lines(contests), *growth_lines(contests), *start_lines(figures)]
    print("\n".join([*tables, "", *budget_lines(figures, every=not arguments.sizes)]))
    print(f"\nMedians; a ratio is the median over the rounds. Written to {OUTPUT.relative_to(ROOT)}.")
    return 0


def _sizes(text: str) -> list[int]:
    """The sizes in an argument, smallest first. Raises ArgumentTypeError if one is not measured here."""
    named = {each.strip() for each in text.split(",")}
    known = [size for size in ROUNDS if str(size) in named]
    if len(known) != len(named):
        raise argparse.ArgumentTypeError(f"{text!r}: choose from {', '.join(map(str, ROUNDS))}, with commas between")
    return known


def _others(say: Callable[[str], None], *, quick: bool) -> Figures:
    """Everything but previews."""
    policies = policy_pack.arguments()
    figures: Figures = {}
    with scene() as place:
        figures["plan_1000_ms"] = pure.plan_milliseconds(PURE, 5 if quick else 15)
        figures["check_1000_s"] = pure.check_seconds(PURE, place.ours, 3 if quick else 7)
        figures["overview_100_s"] = pure.overview_seconds(IMAGES, 3 if quick else 7)
        say(f"plan of 1000 versions {figures['plan_1000_ms']:.0f} ms, check {figures['check_1000_s']:.2f} s")
        figures |= startup.startup_figures(place.ours, 5 if quick else 9)
        say(f"labs --help {figures['labs_help_s']:.2f} s, labs check {figures['labs_check_s']:.2f} s")
        place.up(policies)
        figures["second_up_s"] = median(place.up(policies).wall for _ in range(1 if quick else 3))
        say(f"second up {figures['second_up_s']:.1f} s")
        figures |= thousands.command_seconds(place.ours, 1 if quick else 3)
        say(f"status of {thousands.VERSIONS} versions {figures['status_1000_s']:.1f} s")
    return figures


def _contests(rounds: Mapping[int, int], say: Callable[[str], None]) -> dict[int, Contest]:
    policies = policy_pack.arguments()
    with scene() as place:
        return {
            versions: _previews(place, Workload(versions), number, policies, say) for versions, number in rounds.items()
        }


def _previews(
    place: Scene, workload: Workload, rounds: int, policies: list[str], say: Callable[[str], None]
) -> Contest:
    place.seed(workload)

    def ours(fact_lookups: str, arguments: list[str]) -> Preview:
        place.load(workload, fact_lookups)
        return place.preview(place.ours, arguments)

    place.load(workload, "undeclared")
    contenders = {FLOOR: partial(place.preview, place.floor), OURS: partial(ours, "undeclared", [])}
    if workload.versions <= LARGEST_OF_BARE:
        contenders[BARE] = partial(place.preview, place.bare)
    if workload.versions == EVERY_PROGRAM:
        contenders[ALL] = partial(ours, "all", [])
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
