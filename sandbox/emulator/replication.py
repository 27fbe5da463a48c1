"""Copying an image version over its regions, as a function of the clock alone.

Nothing runs in the background: what is stored is when the copy of each region starts and ends and whether it
fails, so the progress survives the end of the process.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.emulator.regions import display_name


@dataclass(frozen=True)
class RegionCopy:
    """The copy of a version to one region; times are seconds since the epoch."""

    region: str
    starts: float
    ends: float
    fails: bool

    def state(self, now: float) -> str:
        """Return the state in ARM's words: Replicating, Completed or Failed."""
        if now < self.ends:
            return "Replicating"
        return "Failed" if self.fails else "Completed"

    def progress(self, now: float) -> int:
        """Return the progress in percent; a copy that fails stops halfway."""
        if now >= self.ends:
            return 50 if self.fails else 100
        if now <= self.starts:
            return 0
        return int((now - self.starts) / (self.ends - self.starts) * (50 if self.fails else 100))

    def to_json(self) -> dict[str, Any]:
        """Return what is stored."""
        return asdict(self)


def schedule(regions: Iterable[str], now: float, seconds: float, failing: Iterable[str]) -> list[RegionCopy]:
    """Return the copies of regions, one after the other, each taking `seconds`."""
    bad = set(failing)
    return [
        RegionCopy(name, now + index * seconds, now + (index + 1) * seconds, name in bad)
        for index, name in enumerate(regions)
    ]


def ends(copies: Iterable[RegionCopy]) -> float:
    """Return when the last copy ends; 0 without copies."""
    return max((copy.ends for copy in copies), default=0.0)


def outcome(copies: Iterable[RegionCopy], now: float) -> str:
    """Return the aggregated state in ARM's words: InProgress, Completed or Failed."""
    states = {copy.state(now) for copy in copies}
    if "Replicating" in states:
        return "InProgress"
    return "Failed" if "Failed" in states else "Completed"


def failure_message(copies: Iterable[RegionCopy]) -> str:
    """Return the sentence that names every region whose copy failed."""
    names = ", ".join(f"'{display_name(copy.region)}'" for copy in copies if copy.fails)
    return f"Replication failed in region(s) {names}. Publish the version again to retry the regions that failed."


def status(copies: Iterable[RegionCopy], now: float) -> dict[str, Any]:
    """Return the `replicationStatus` of a version."""
    copies = list(copies)
    return {
        "aggregatedState": outcome(copies, now),
        "summary": [
            {
                "region": copy.region,
                "state": copy.state(now),
                **({"details": failure_message([copy])} if copy.state(now) == "Failed" else {}),
                "progress": copy.progress(now),
            }
            for copy in copies
        ],
    }
