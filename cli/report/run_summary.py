"""The summary of one run: a verdict, a headline, and sections, the most important first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from catalog.fields.tags import OWNER_TAG
from cli.report.cost_change import Sizes, cost_change
from cli.report.cost_lines import StackPrices, cost_lines
from cli.report.difference import loses_replicas
from cli.report.entry import entries, settings
from cli.report.event_log import mapping
from cli.report.existing_role import remedy
from cli.report.image_changes import COLUMNS, image_changes
from cli.report.labs_now import lines_of_activity, lines_of_labs
from cli.report.layout import Mark
from cli.report.line import Line, Prose, Quoted
from cli.report.places import DRIFT, POLICIES, Places
from cli.report.run import Message, Run
from cli.report.step import DEFINITION, VERSION, Step
from cli.terminal import counted
from lifecycle.notice import Notice, NoticeKind

# Operations as the engine's own summary names them; sdk/go/common/display/operation.go.
COUNTED: Final = {
    "create": ("to create", "created"),
    "update": ("to update", "updated"),
    "replace": ("to replace", "replaced"),
    "delete": ("to delete", "deleted"),
    "import": ("to import", "imported"),
    "import-replacement": ("to import as a replacement", "imported as a replacement"),
}
PREVIEW_FAILED: Final = "Only of the changes listed here: the run did not come to its end"
NOT_FINISHED: Final = "Only of what is done: what was begun and not finished may be billed, too"
"""What besides the changes of a run may cost something."""
WRONG: Final = "Not as in the catalogue: "
LABS: Final[dict[NoticeKind, str]] = {
    "state": "After this update ",
    "again": "Published again: ",
    "change": "",
    "wrong": WRONG,
}


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a title. If the report is too long, sections of a higher `rank` are left out first.

    With `columns`, `lines` are empty and `rows` the rows of a table.
    """

    rank: int
    title: str
    lines: tuple[Line, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()

    @property
    def length(self) -> int:
        """Number of lines or rows."""
        return len(self.rows) or len(self.lines)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person has to know first; `weight` orders several, the worst first."""

    weight: int
    mark: Mark
    words: str


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run."""

    verdict: Verdict
    headline: Line
    sections: tuple[Section, ...]


def summary_of(run: Run, places: Places) -> RunSummary:
    """The summary of `run`."""
    headline = ("Stack ", Quoted(run.stack), ": ", _headline(run))
    return RunSummary(_verdict(run), headline, tuple(found for found in _sections(run, places) if found.length))


def verdict_of(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict on several runs: the worst of them."""
    worst = min(verdicts, key=lambda found: found.weight, default=Verdict(6, "good", "Good: there is no stack"))
    if len(verdicts) < 2:
        return worst
    words = "Failed or refused" if worst.mark == "bad" else worst.words
    alike = sum(found.weight == worst.weight for found in verdicts)
    return replace(worst, words=f"{words} ({alike:,} of {counted(len(verdicts), 'stack')})")


def _verdict(run: Run) -> Verdict:
    """The first verdict that holds."""
    lost, wrong = any(map(_loses, run.planned)), any(notice.kind == "wrong" for notice in run.labs) or _missed(run)
    unknown = run.labs_now is not None and bool(run.labs_now.error)
    verdicts = (
        (not run.began or not run.ended, Verdict(0, "bad", "Failed: the run did not come to its end")),
        (bool(run.refusals), Verdict(0, "bad", "Refused by the policies")),
        (not run.good, Verdict(0, "bad", "Failed")),
        (bool(run.drift), Verdict(2, "careful", "Changed in Azure by others")),
        (lost, Verdict(3, "careful", "Careful: something is deleted, replaced or replicated less")),
        (unknown, Verdict(3, "careful", "Careful: nobody knows what labs offer")),
        (bool(wrong), Verdict(4, "careful", "Careful: labs do not offer every image as the catalogue says")),
        (_failed(run) > 0, Verdict(4, "careful", "Careful: a publication failed")),
        (_besides(run) > 0, Verdict(4, "careful", "Careful: labs offer other Marketplace images than the stack lists")),
        (run.changes, Verdict(5, "good", "Good: nothing is refused or lost")),
        (run.events, Verdict(6, "good", "Good: nothing changes")),
        (True, Verdict(6, "good", "Good: labs offer what the catalogue says")),
    )
    return next(verdict for holds, verdict in verdicts if holds)


def _headline(run: Run) -> str:
    if not run.began:
        text = "failed: no events, the run ended before it began; its output says why"
    elif not run.ended:
        text = "failed: it was cut off, so this list may be incomplete; its output says more"
    elif run.refusals:
        text = f"refused, {counted(len(run.refusals), 'finding')} of policies must be fixed{_counts(run, '; ')}"
    elif not run.good:
        text = f"failed, {counted(len(run.errors), 'error')}" if run.errors else "failed; its output says why"
        text += _counts(run, "; ")
    elif run.drift:
        text = f"{counted(len(run.drift), 'resource')} changed in Azure by others"
    else:
        text = _counts(run) or ("no change" if run.events else "")
    missed, failed, empty = _missed(run), _failed(run), len(_empty(run))
    parts = [
        text,
        f"{counted(missed, 'image')} {'is' if missed == 1 else 'are'} not offered as in the catalogue"
        if missed
        else "",
        f"{counted(failed, 'publication')} failed" if failed else "",
        f"{empty:,} deleted and not recreated" if empty else "",
        f"Marketplace images of {counted(_besides(run), 'lab')} not as listed" if _besides(run) else "",
    ]
    return "; ".join(filter(None, parts)) or "labs were looked at"


def _missed(run: Run) -> int:
    """Number of images that some lab does not offer as the catalogue says."""
    return len({offer.image for offer in run.labs_now.wrong}) if run.labs_now else 0


def _failed(run: Run) -> int:
    """Number of versions whose publication failed, where this is about now and not about an update that repeats it."""
    return len(run.labs_now.published_again) if run.labs_now and not run.labs_now.planned else 0


def _besides(run: Run) -> int:
    """Number of labs that do not offer the Marketplace images of the stack's list."""
    return len(run.labs_now.marketplace) if run.labs_now else 0


def _counts(run: Run, before: str = "") -> str:
    """The changes as the engine counts them, the stack's own bookkeeping included."""
    counts = [
        f"{run.counts[name]:,} {words[not run.is_preview]}" for name, words in COUNTED.items() if name in run.counts
    ]
    return before + ", ".join(counts) if counts else ""


def _sections(run: Run, places: Places) -> Iterator[Section]:
    yield Section(0, "Errors", tuple(_messages(run.errors, run, places)))
    yield Section(1, "Refused by policies", tuple(_messages(run.refusals, run, places, policies=True)))
    made, empty = run.planned, _empty(run)
    missing: list[Step] = []
    if not run.is_preview:
        made = [step for step in run.planned if step.urn in run.done]
        missing = [step for step in run.planned if step.urn not in run.done | run.emptied]
        yield Section(2, "Begun and not finished", _lines(empty) + _lines(missing))
    lost = [step for step in made if _loses(step)]
    kept = [step for step in made if step not in lost]
    past = "" if run.is_preview else " (done)"
    yield Section(3, f"Careful: deleted, replaced or replicated less{past}", _lines(lost))
    yield Section(4, "Changed in Azure by others", _lines(run.drift, found=True) + _remedy(run, places))
    prices, sizes = _prices(run, places), Sizes(run.sizes_before, run.sizes, run.data_disks)
    cost = cost_change([*made, *empty], sizes, prices.table)
    changed = cost_change(run.drift, sizes, prices.table, found=True)
    lines = cost_lines(cost, changed, prices, rest=_rest_of_cost(run, missing))
    yield Section(5, f"Cost{past if made else ''}", lines)
    yield Section(
        5,
        "In labs" if run.good else "In labs, once it succeeds",
        tuple((LABS[notice.kind], Prose(notice.text)) for notice in _notices(run)),
    )
    if run.labs_now is not None:
        yield Section(5, "In labs now", tuple(lines_of_labs(run.labs_now, places.commands(run.stack))))
    if run.activity is not None:
        ids = [step.id for step in run.drift]
        yield Section(6, "Who and when", tuple(lines_of_activity(run.activity, ids, run.labs_now)))
    yield Section(6, f"Images{past}", columns=COLUMNS, rows=image_changes(made, cost))
    images = (step for step in kept if step.kind in {VERSION, DEFINITION})
    yield Section(7, f"Settings of images{past}", tuple(entry.line for entry in settings(_ordered(images))))
    others = (step for step in kept if step.kind not in {VERSION, DEFINITION})
    yield Section(8, f"Gallery, roles and attachments{past}", _lines(others))
    yield Section(9, "Exemptions in force", tuple(_messages(run.exemptions, run, places)))
    yield Section(10, "Notices", tuple(_messages(run.notices, run, places, policies=True)))
    yield Section(11, "Warnings", tuple(_messages(run.warnings, run, places)))


def _rest_of_cost(run: Run, missing: Iterable[Step]) -> str:
    """What costs something besides the changes that a run got to; empty if nothing does."""
    if run.is_preview:
        return "" if run.ended and not run.errors else PREVIEW_FAILED
    # Azure bills the regions of a version that it got to, also if the publication failed as a whole.
    return NOT_FINISHED if any(step.kind == VERSION for step in missing) else ""


def _prices(run: Run, places: Places) -> StackPrices:
    """The prices of the stack; none, and nothing is read, if no version changes."""
    changes = any(step.kind == VERSION for step in (*run.planned, *run.drift))
    return places.prices(run.stack) if changes else StackPrices()


def _notices(run: Run) -> list[Notice]:
    """What the program says about labs: how many images are seen, what changes, what stays wrong."""
    kinds = list(LABS)
    return sorted(run.labs, key=lambda notice: (kinds.index(notice.kind), notice.text))


def _empty(run: Run) -> list[Step]:
    """Objects that a failed replacement deleted and did not create: labs that use them find nothing."""
    if run.is_preview:
        return []
    return [replace(step, action="empty") for step in run.planned if step.urn in run.emptied]


def _loses(step: Step) -> bool:
    """Whether labs may lose something by the step."""
    fewer = step.action == "update" and step.kind == VERSION and loses_replicas(step.old, step.new)
    return fewer or step.action in {"delete", "replace"}


def _ordered(steps: Iterable[Step]) -> list[Step]:
    """The engine works in parallel, so its order differs from run to run."""
    return sorted(steps, key=lambda step: (step.name, step.kind))


def _lines(steps: Iterable[Step], *, found: bool = False) -> tuple[Line, ...]:
    return tuple(entry.line for entry in entries(_ordered(steps), found=found))


def _remedy(run: Run, places: Places) -> tuple[Line, ...]:
    """What to do about drift. Nothing if the refresh failed: that of the remedy would, too."""
    if not run.drift or run.errors:
        return ()
    mend = Quoted(places.commands(run.stack).pulumi("up --refresh"))
    return (
        *_tags_to_put_back(run, places),
        ("To undo it: ", mend, " shows what it puts back, and asks."),
        ("To keep it: write it into your files, then run the same command (", places.page(DRIFT), ")."),
    )


def _tags_to_put_back(run: Run, places: Places) -> Iterator[Line]:
    """For each object without the stack's tag, which no update touches, the command that puts the tag back."""
    for step in _ordered(run.drift):
        owner, tags = (mapping(side.get("tags")) for side in (step.old, step.new))
        if not step.new or OWNER_TAG not in owner or tags.get(OWNER_TAG) == owner[OWNER_TAG]:
            continue
        try:
            command = places.commands(run.stack).tag(step.id, {**tags, OWNER_TAG: owner[OWNER_TAG]})
        except ValueError:  # an event log of something else: there is no such object
            continue
        lost = ("Without its tag ", Quoted(OWNER_TAG), " every update refuses to touch ", Quoted(step.name))
        yield (*lost, ". If it is still this stack's, put the tag back first: ", Quoted(command))


def _messages(messages: Iterable[Message], run: Run, places: Places, *, policies: bool = False) -> Iterator[Line]:
    for message in sorted(messages, key=lambda found: (found.about, found.text)):
        about: Line = (Quoted(message.about), ": ") if message.about else ()
        line = places.line(run.stack, message.text)
        where: Line = (" (", line, ")") if line else ()
        if policies:
            where = (*where[:-1], ", " if line else " (", places.page(POLICIES, message.about), ")")
        way_on = remedy(message, run.planned, places.commands(run.stack))
        yield (*about, Prose(message.text), *where, *way_on)
