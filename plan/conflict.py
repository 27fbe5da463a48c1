"""What keeps a plan from being made: each conflict with cause, consequence and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from catalog.stacks.commands import Commands


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


class UnreadableLab(Protocol):
    """A lab whose look-up failed. `gone`: its whole service no longer exists."""

    @property
    def failure(self) -> str | None:
        """Why, ready to be printed."""

    @property
    def gone(self) -> bool:
        """Whether the service no longer exists."""


def lab_conflict(lab: str, seen: UnreadableLab, *, noun: str, users: str, key: str, commands: Commands) -> Conflict:
    """The conflict of a lab (its id) whose look-up failed; `key` is the configuration key that names it.

    `noun` and `users` are those of its kind.
    """
    failure = seen.failure
    if not seen.gone:
        return Conflict(
            lab,
            f"the {noun} cannot be read: {failure}",
            f"The gallery would be filled for hours and then could not be attached, so its {users} would see no image",
            f"Correct {key}, or ask for the Reader role; try it with `{commands.show(lab)}`",
        )
    return Conflict(
        lab,
        f"its service no longer exists in Azure: {failure}",
        "Nothing can be attached there any more; the gallery and its images are not concerned",
        f"Take it out with `{commands.pulumi(f'config rm {key}')}` and run the command again: what this stack "
        "declared there is forgotten without being asked for (docs/run/after-lab-services.md)",
    )


class PlanRefused(Exception):
    """There is no plan; `conflicts` says why, all of them, in the order of the catalogue."""

    def __init__(self, conflicts: Iterable[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__("\n".join(str(conflict) for conflict in self.conflicts))
