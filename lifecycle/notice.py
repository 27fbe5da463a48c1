"""What the program says in a preview or update about labs, in lines that a report finds again among the engine's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from catalog.stacks.commands import Commands
from lifecycle.findings import changes, findings, headline
from lifecycle.offer import Offer
from lifecycle.remedy import remedies

NoticeKind = Literal["state", "change", "wrong"]
"""How many images are seen after the update; what it changes; what is wrong after it all the same."""

_PREFIXES: Final[Mapping[NoticeKind, str]] = {
    "state": "After this update: ",
    "change": "Changes in labs: ",
    "wrong": "Not as in the catalogue: ",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice; `text` is a sentence without a full stop."""

    kind: NoticeKind
    text: str

    @property
    def line(self) -> str:
        """The notice as the program prints it."""
        return _PREFIXES[self.kind] + self.text

    @classmethod
    def of_line(cls, line: str) -> Notice | None:
        """The notice that was printed as `line`, None if it is something else."""
        found = [kind for kind, prefix in _PREFIXES.items() if line.startswith(prefix)]
        return cls(found[0], line.removeprefix(_PREFIXES[found[0]])) if found else None


def notices(before: Sequence[Offer], after: Sequence[Offer], commands: Commands) -> list[Notice]:
    """What an update means for labs: `before` is what they offer now, empty if there is no gallery yet."""
    found = [Notice("state", headline(after))]
    if before:
        found += [Notice("change", change) for change in changes(before, after)]
    for finding in findings(after):
        what_to_do = "; ".join(remedies(finding.offers[0], commands))
        found.append(Notice("wrong", f"{finding.text}; {what_to_do}"))
    return found
