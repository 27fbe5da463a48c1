"""One stack on the page: its overview, or why it could not be looked at; and what a run of the engine found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalog.files.diagnostic import escaped
from catalog.texts.language import Language
from cli.report.difference import differences
from cli.report.event_log import Event, mapping, read_event_log, text
from cli.report.line import Line
from cli.report.run import Run, read_run
from cli.report.step import BOOKKEEPING, Step
from cli.terminal import Unreadable
from lifecycle.overview import Overview

HOW: Final = "pulumi refresh --preview-only --event-log FILE"
"""What writes a log that knows of drift."""


@dataclass(frozen=True, slots=True)
class Drift:
    """What a refresh found. `is_whole` is whether it ended well, so that there is nothing more."""

    steps: tuple[Step, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """One stack: `overview`, or `error`, why it could not be looked at. `drift` is None if no event log is given.

    `prices_error` is what is wrong with the file of prices; costs are then not known, and all else is. `language` is
    that of the reasons in the overview, which are found before the page is written.
    """

    stack: str
    overview: Overview | None
    error: str = ""
    drift: Drift | None = None
    prices_error: str = ""
    language: Language = "en"

    @property
    def is_good(self) -> bool:
        """Whether all is known and as in the catalogue."""
        found = self.drift is not None and (bool(self.drift.steps) or not self.drift.is_whole)
        return self.overview is not None and self.overview.is_good and not found and not self.prices_error


def drifts(files: Iterable[Path], stacks: Sequence[str]) -> dict[str, Drift]:
    """What the event logs say of the stacks, by name.

    Raises Unreadable with all that is wrong: a file that is no log, of another stack, or of a run that did not refresh.
    """
    found: dict[str, Drift] = {}
    problems: list[str] = []
    for file in files:
        try:
            if not file.exists():
                raise Unreadable(f"{escaped(str(file))}: there is no such file")
            events = read_event_log(file)
        except Unreadable as error:
            problems.append(error.message)
            continue
        run = read_run("", events)
        problem = _problem(run, events, stacks, found)
        if problem:
            problems.append(f"{escaped(str(file))}: {problem}")
        else:
            steps = sorted(run.drift, key=lambda step: (step.kind, step.name, step.urn))
            found[run.stack] = Drift(tuple(steps), run.ended == "succeeded" and not run.errors)
    if problems:
        raise Unreadable("\n".join(problems))
    return found


def _problem(run: Run, events: Sequence[Event], stacks: Sequence[str], found: Iterable[str]) -> str:
    """Why a log says nothing of drift; empty if it does."""
    if not run.stack:
        return f"no event of a stack is in it, so nothing is known of drift; name a file that `{HOW}` wrote"
    if run.stack not in stacks:
        return (
            f'these are events of the stack "{escaped(run.stack)}", and the page is of {", ".join(stacks)}; add '
            f"--stack {escaped(run.stack)}, or leave the file out"
        )
    if run.stack in found:
        return f'a file before has events of the stack "{run.stack}" too; keep the newest'
    if not any(_refreshes(event) for event in events):
        return f"the run did not refresh, so it knows nothing of drift; name a file that `{HOW}` wrote"
    return ""


def _refreshes(event: Event) -> bool:
    return text(mapping(mapping(event.get("resourcePreEvent")).get("metadata")).get("op")) == "refresh"


def differences_of(step: Step) -> Iterator[str]:
    """What a refresh found different in one resource, in words."""
    if step.action == "update" and step.kind != BOOKKEEPING:
        for line in differences(step.old, step.new, found=True):
            yield plain(line)


def plain(line: Line) -> str:
    """A line as text."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in line)
