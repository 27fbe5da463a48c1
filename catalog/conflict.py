"""What keeps a plan from being made: each conflict with cause, consequence and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conflict:
    """One reason why nothing may be declared.

    `subject` names the place (`images.gis.versions.1.0.0`, `gallery`, a lab account's id); the other three are
    sentences without a final full stop.
    """

    subject: str
    cause: str
    consequence: str
    remedy: str

    def __str__(self) -> str:
        """One paragraph, as it is printed."""
        return f"{self.subject}: {self.cause}. {self.consequence}. {self.remedy}."


class PlanRefused(Exception):
    """There is no plan; `conflicts` says why, all of them, in the order of the catalogue."""

    def __init__(self, conflicts: Iterable[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__("\n".join(str(conflict) for conflict in self.conflicts))
