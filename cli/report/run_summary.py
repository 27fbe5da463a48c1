"""The summary of one run: a headline, and sections, the most important first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from cli.report.difference import loses_replicas
from cli.report.entry import DEFINITION, VERSION, entries
from cli.report.line import Line, Quoted
from cli.report.run import Message, Run
from cli.report.step import Step
from cli.terminal import counted


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a title. If the report is too long, sections of a higher `rank` are left out first."""

    rank: int
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run. `weight` orders several: failed ones first, then those with changes, then the rest."""

    weight: int
    headline: Line
    sections: tuple[Section, ...]


def summary_of(run: Run) -> RunSummary:
    """The summary of `run`."""
    weight = (1 if run.changes else 2) if run.good else 0
    headline = ("Stack ", Quoted(run.stack), ": ", _headline(run))
    return RunSummary(weight, headline, tuple(section for section in _sections(run) if section.lines))


def _headline(run: Run) -> str:
    number = len(run.planned) or len(run.drift)
    if not run.began:
        text = "failed: no events, the run ended before it began; its output says why"
    elif not run.ended:
        text = "failed: it was cut off, so this list may be incomplete; its output says more"
    elif run.refusals:
        text = f"refused, {counted(len(run.refusals), 'finding')} of policies must be fixed"
    elif not run.good:
        text = f"failed, {counted(len(run.errors), 'error')}" if run.errors else "failed; its output says why"
    elif run.drift:
        text = f"{counted(len(run.drift), 'resource')} changed in Azure by others"
    elif not number:
        text = "no change"
    else:
        text = counted(number, "change") + ("" if run.is_preview else " made")
    empty = len(_empty(run))
    return text + (f"; {empty:,} deleted and not recreated" if empty else "")


def _sections(run: Run) -> Iterator[Section]:
    yield Section(0, "Errors", tuple(_messages(run.errors)))
    yield Section(1, "Refused by policies", tuple(_messages(run.refusals)))
    made = run.planned
    if not run.is_preview:
        made = [step for step in run.planned if step.urn in run.done]
        empty = _empty(run)
        missing = [step for step in run.planned if step.urn not in run.done | run.emptied]
        yield Section(2, "Begun and not finished", _lines(empty) + _lines(missing))
    lost = [step for step in made if _loses(step)]
    kept = [step for step in made if step not in lost]
    past = "" if run.is_preview else " (done)"
    yield Section(3, f"Careful: deleted, replaced or replicated less{past}", _lines(lost))
    yield Section(4, "Changed in Azure by others", _lines(run.drift, found=True))
    yield Section(5, f"Versions{past}", _lines(step for step in kept if step.kind == VERSION))
    yield Section(6, f"Image definitions{past}", _lines(step for step in kept if step.kind == DEFINITION))
    others = (step for step in kept if step.kind not in {VERSION, DEFINITION})
    yield Section(7, f"Gallery, roles and attachments{past}", _lines(others))
    yield Section(8, "Exemptions in force", tuple(_messages(run.exemptions)))
    yield Section(9, "Notices", tuple(_messages(run.notices)))
    yield Section(10, "Warnings", tuple(_messages(run.warnings)))


def _empty(run: Run) -> list[Step]:
    """Objects that a failed replacement deleted and did not create: labs that use them find nothing."""
    if run.is_preview:
        return []
    return [replace(step, action="empty") for step in run.planned if step.urn in run.emptied]


def _loses(step: Step) -> bool:
    """Whether labs may lose something by the step."""
    fewer = step.action == "update" and step.kind == VERSION and loses_replicas(step.old, step.new)
    return fewer or step.action in {"delete", "replace"}


def _lines(steps: Iterable[Step], *, found: bool = False) -> tuple[Line, ...]:
    # The engine works in parallel, so its order differs from run to run.
    ordered = sorted(steps, key=lambda step: (step.name, step.kind))
    return tuple(entry.line for entry in entries(ordered, found=found))


def _messages(messages: Iterable[Message]) -> Iterator[Line]:
    for message in sorted(messages, key=lambda found: (found.about, found.text)):
        yield (Quoted(message.about), ": ", Quoted(message.text)) if message.about else (Quoted(message.text),)
