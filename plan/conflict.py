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


def service_gone(subject: str, failure: str, key: str) -> Conflict:
    """The conflict of a lab whose whole service is gone; `key` is the configuration key that names the lab."""
    return Conflict(
        subject,
        f"its service no longer exists in Azure: {failure}",
        "Nothing can be attached there any more; the gallery and its images are not concerned",
        f"Take it out with `pulumi config rm {key}` and run the command again: what this stack declared there is "
        "forgotten without being asked for (docs/run/after-lab-services.md)",
    )


class PlanRefused(Exception):
    """There is no plan; `conflicts` says why, all of them, in the order of the catalogue."""

    def __init__(self, conflicts: Iterable[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__("\n".join(str(conflict) for conflict in self.conflicts))
