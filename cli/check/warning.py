"""Warnings of `labs check`: end-of-life dates that are near or past."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.files.diagnostic import escaped
from lifecycle.end_of_life import NOTICE_DAYS, RETIREMENT_DATE, EndOfLife, in_words


@dataclass(frozen=True, slots=True)
class EndsWarning:
    """Images and versions of one catalogue whose end of life is near or past; never empty."""

    catalogue: str
    ends: tuple[EndOfLife, ...]

    def __str__(self) -> str:
        """One line."""
        listed = ", ".join(f"{end.subject} ({end.day}, {in_words(end.days_left)})" for end in self.ends)
        return f"Warning: {escaped(self.catalogue)}: end of life passed or within {NOTICE_DAYS} days: {listed}"

    def answer(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "kind": "end_of_life",
            "catalogue": self.catalogue,
            "ends": [
                {"image": end.image, "version": end.version, "date": str(end.day), "days_left": end.days_left}
                for end in self.ends
            ],
        }


@dataclass(frozen=True, slots=True)
class LabServicesWarning:
    """Stacks that use Azure Lab Services, which Microsoft retires; never empty."""

    stacks: tuple[str, ...]
    days_left: int

    @classmethod
    def of(cls, stacks: Iterable[str], today: date) -> LabServicesWarning:
        """The warning for these stacks on a day."""
        return cls(tuple(stacks), (RETIREMENT_DATE - today).days)

    def __str__(self) -> str:
        """One line."""
        verb = "ends" if self.days_left >= 0 else "ended"
        named = f"stack {', '.join(map(escaped, self.stacks))} use{'s' if len(self.stacks) == 1 else ''} it"
        return f"Warning: Azure Lab Services {verb} on {RETIREMENT_DATE}, {in_words(self.days_left)}; {named}"

    def answer(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "kind": "end_of_lab_services",
            "stacks": list(self.stacks),
            "date": str(RETIREMENT_DATE),
            "days_left": self.days_left,
        }
