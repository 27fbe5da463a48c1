"""Previews of several programs in turn, and how they compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tools.bench.scene import Preview

Measure = Callable[[Preview], float]
MEASURES: dict[str, Measure] = {
    "wall": lambda preview: preview.command.wall,
    "cpu": lambda preview: preview.command.cpu,
    "program_cpu": lambda preview: preview.program_cpu,
    "engine_cpu": lambda preview: preview.command.cpu - preview.program_cpu,
    "peak_mb": lambda preview: preview.peak_mb,
}
"""Seconds of wall time, seconds of processor time (of everything, of the program, of all else), MB of the program."""


@dataclass(frozen=True, slots=True)
class Contest:
    """The previews of each contender, one a round."""

    previews: Mapping[str, Sequence[Preview]]

    def middle(self, name: str, measure: str) -> float:
        """The median of a contender."""
        return median(map(MEASURES[measure], self.previews[name]))

    def ratio(self, name: str, against: str, measure: str) -> float:
        """The median over the rounds of one contender's share of another.

        Two that stand in one round ran within seconds of each other, so that what else the machine does falls on
        both; medians of each alone would compare moments far apart.
        """
        value = MEASURES[measure]
        pairs = zip(self.previews[name], self.previews[against], strict=True)
        return median(value(one) / value(other) for one, other in pairs)

    def added(self, name: str, to: str, whole: str, measure: str) -> float:
        """The median over the rounds of what one contender takes more than another, as a share of a third."""
        value = MEASURES[measure]
        rounds = zip(self.previews[name], self.previews[to], self.previews[whole], strict=True)
        return median((value(one) - value(other)) / value(third) for one, other, third in rounds)


def hold(contenders: Mapping[str, Callable[[], Preview]], rounds: int, say: Callable[[str], None]) -> Contest:
    """Let every contender run once unmeasured, then once in each round; every second round in the opposite order.

    `say` is told after each run what it took.
    """
    previews: dict[str, list[Preview]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        order = list(contenders)
        for name in order if number % 2 else reversed(order):
            preview = contenders[name]()
            if number:
                previews[name].append(preview)
            which = f"round {number} of {rounds}" if number else "warm-up"
            say(f"{which}: {name} {preview.command.wall:.1f} s")
    return Contest(previews)
