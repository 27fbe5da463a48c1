"""What the program says in a preview or update about labs, in lines that a report finds again among the engine's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from catalog.stacks.commands import Commands
from catalog.texts.joined import clauses
from catalog.texts.translation import n_
from lifecycle.findings import changes, findings, headline
from lifecycle.offer import Offer
from lifecycle.remedy import remedies_of_all

NoticeKind = Literal["state", "again", "change", "wrong"]
"""How many images are seen after the update; which versions it publishes again; what it changes; what is wrong after it
all the same."""

MOST: Final = 10
"""Notices of one kind, before the others are only counted."""

_PREFIXES: Final[Mapping[NoticeKind, str]] = {
    "state": "After this update: ",
    "again": "Published again: ",
    "change": "Changes in labs: ",
    "wrong": "Not as in the catalogue: ",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice; `text` is a sentence without a full stop, in the language in which it was made.

    The words before it in a line are English in every language: by them a report finds it again.
    """

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
    changed = changes(before, after) if before else []
    wrong = (clauses((finding.text, *remedies_of_all(finding.offers, commands))) for finding in findings(after))
    return [
        Notice("state", headline(after)),
        *_first("change", changed, commands),
        *_first("wrong", wrong, commands),
    ]


def _first(kind: NoticeKind, texts: Iterable[str], commands: Commands) -> Iterator[Notice]:
    """The first notices of a kind, and how many more there are."""
    left = iter(texts)
    yield from (Notice(kind, text) for text in islice(left, MOST))
    if more := sum(1 for _ in left):
        text = n_(
            "and {n} more; `{command}` shows what people see in each lab",
            "and {n} more; `{command}` shows what people see in each lab",
            more,
            command=commands.labs("teachers"),
        )
        yield Notice(kind, text)
