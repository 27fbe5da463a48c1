"""The summary of one run: a verdict, a headline, and sections, the most important first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from catalog.fields.tags import OWNER_TAG
from catalog.texts.translation import N_, _, n_, p_
from cli.report.cost_change import Sizes, cost_change
from cli.report.cost_lines import StackPrices, cost_lines
from cli.report.difference import loses_replicas
from cli.report.entry import entries, settings
from cli.report.event_log import mapping
from cli.report.existing_role import remedy
from cli.report.image_changes import COLUMNS, image_changes
from cli.report.labs_now import WRONG, lines_of_activity, lines_of_labs
from cli.report.layout import Mark
from cli.report.line import Line, Prose, Quoted, filled
from cli.report.places import DRIFT, POLICIES, Places
from cli.report.run import Message, Run
from cli.report.step import DEFINITION, VERSION, Step
from lifecycle.notice import Notice, NoticeKind

# Operations as the engine's own summary names them; sdk/go/common/display/operation.go.
COUNTED: Final = {
    "create": (N_("{n} to create"), N_("{n} created")),
    "update": (N_("{n} to update"), N_("{n} updated")),
    "replace": (N_("{n} to replace"), N_("{n} replaced")),
    "delete": (N_("{n} to delete"), N_("{n} deleted")),
    "import": (N_("{n} to import"), N_("{n} imported")),
    "import-replacement": (N_("{n} to import as a replacement"), N_("{n} imported as a replacement")),
}
PREVIEW_FAILED: Final = N_("Only of the changes listed here: the run did not come to its end")
NOT_FINISHED: Final = N_("Only of what is done: what was begun and not finished may be billed, too")
"""What besides the changes of a run may cost something."""
LABS: Final[dict[NoticeKind, str]] = {
    "state": N_("After this update {finding}"),
    "again": N_("Published again: {finding}"),
    "change": "{finding}",
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
    headline = filled(_("Stack {stack}: {result}"), stack=Quoted(run.stack), result=_headline(run))
    return RunSummary(_verdict(run), headline, tuple(found for found in _sections(run, places) if found.length))


def verdict_of(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict on several runs: the worst of them."""
    worst = min(verdicts, key=lambda found: found.weight, default=Verdict(6, "good", _("Good: there is no stack")))
    if len(verdicts) < 2:
        return worst
    words = _("Failed or refused") if worst.mark == "bad" else worst.words
    alike = f"{sum(found.weight == worst.weight for found in verdicts):,}"
    text = n_(
        "{verdict} ({some} of {n} stack)", "{verdict} ({some} of {n} stacks)", len(verdicts), verdict=words, some=alike
    )
    return replace(worst, words=text)


def _verdict(run: Run) -> Verdict:
    """The first verdict that holds."""
    lost, wrong = any(map(_loses, run.planned)), any(notice.kind == "wrong" for notice in run.labs) or _missed(run)
    unknown = run.labs_now is not None and bool(run.labs_now.error)
    verdicts = (
        (not run.began or not run.ended, Verdict(0, "bad", _("Failed: the run did not come to its end"))),
        (bool(run.refusals), Verdict(0, "bad", _("Refused by the policies"))),
        (not run.good, Verdict(0, "bad", _("Failed"))),
        (bool(run.drift), Verdict(2, "careful", _("Changed in Azure by others"))),
        (lost, Verdict(3, "careful", _("Careful: something is deleted, replaced or replicated less"))),
        (unknown, Verdict(3, "careful", _("Careful: nobody knows what labs offer"))),
        (bool(wrong), Verdict(4, "careful", _("Careful: labs do not offer every image as the catalogue says"))),
        (_failed(run) > 0, Verdict(4, "careful", _("Careful: a publication failed"))),
        (
            _elsewhere(run) > 0,
            Verdict(4, "careful", _("Careful: labs offer other Marketplace images than the stack lists")),
        ),
        (run.changes, Verdict(5, "good", _("Good: nothing is refused or lost"))),
        (run.events, Verdict(6, "good", _("Good: nothing changes"))),
        (True, Verdict(6, "good", _("Good: labs offer what the catalogue says"))),
    )
    return next(verdict for holds, verdict in verdicts if holds)


def _headline(run: Run) -> str:
    if not run.began:
        parts = [_("failed: no events, the run ended before it began; its output says why")]
    elif not run.ended:
        parts = [_("failed: it was cut off, so this list may be incomplete; its output says more")]
    elif run.refusals:
        findings = len(run.refusals)
        refused = n_(
            "refused, {n} finding of policies must be fixed",
            "refused, {n} findings of policies must be fixed",
            findings,
        )
        parts = [refused, _counts(run)]
    elif run.errors:
        parts = [n_("failed, {n} error", "failed, {n} errors", len(run.errors)), _counts(run)]
    elif not run.good:
        parts = [_("failed; its output says why"), _counts(run)]
    elif run.drift:
        changed = len(run.drift)
        parts = [n_("{n} resource changed in Azure by others", "{n} resources changed in Azure by others", changed)]
    else:
        parts = [_counts(run) or (_("no change") if run.events else "")]
    return "; ".join(filter(None, (*parts, *_besides(run)))) or _("labs were looked at")


def _besides(run: Run) -> Iterator[str]:
    """What is wrong in labs, and what a failed run left."""
    missed, failed, empty = _missed(run), _failed(run), len(_empty(run))
    if missed:
        yield n_(
            "{n} image is not offered as in the catalogue", "{n} images are not offered as in the catalogue", missed
        )
    if failed:
        yield n_("{n} publication failed", "{n} publications failed", failed)
    if empty:
        yield _("{n} deleted and not recreated", n=_with_separators(empty))
    if elsewhere := _elsewhere(run):
        yield n_(
            "Marketplace images of {n} lab not as listed", "Marketplace images of {n} labs not as listed", elsewhere
        )


def _missed(run: Run) -> int:
    """Number of images that some lab does not offer as the catalogue says."""
    return len({offer.image for offer in run.labs_now.wrong}) if run.labs_now else 0


def _failed(run: Run) -> int:
    """Number of versions whose publication failed, where this is about now and not about an update that repeats it."""
    return len(run.labs_now.published_again) if run.labs_now and not run.labs_now.planned else 0


def _elsewhere(run: Run) -> int:
    """Number of labs that do not offer the Marketplace images of the stack's list."""
    return len(run.labs_now.marketplace) if run.labs_now else 0


def _with_separators(number: int) -> str:
    return f"{number:,}"


def _counts(run: Run) -> str:
    """The changes as the engine counts them, the stack's own bookkeeping included; empty if there are none."""
    return p_("between names", ", ").join(
        _(texts[not run.is_preview], n=_with_separators(run.counts[name]))
        for name, texts in COUNTED.items()
        if name in run.counts
    )


def _sections(run: Run, places: Places) -> Iterator[Section]:
    yield Section(0, _("Errors"), tuple(_messages(run.errors, run, places)))
    yield Section(1, _("Refused by policies"), tuple(_messages(run.refusals, run, places, policies=True)))
    made, empty = run.planned, _empty(run)
    missing: list[Step] = []
    if not run.is_preview:
        made = [step for step in run.planned if step.urn in run.done]
        missing = [step for step in run.planned if step.urn not in run.done | run.emptied]
        yield Section(2, _("Begun and not finished"), _lines(empty) + _lines(missing))
    lost = [step for step in made if _loses(step)]
    kept = [step for step in made if step not in lost]
    yield Section(3, _done(run, _("Careful: deleted, replaced or replicated less")), _lines(lost))
    yield Section(4, _("Changed in Azure by others"), _lines(run.drift, found=True) + _remedy(run, places))
    prices, sizes = _prices(run, places), Sizes(run.sizes_before, run.sizes, run.data_disks)
    cost = cost_change([*made, *empty], sizes, prices.table)
    changed = cost_change(run.drift, sizes, prices.table, found=True)
    lines = cost_lines(cost, changed, prices, rest=_rest_of_cost(run, missing))
    yield Section(5, _done(run, _("Cost")) if made else _("Cost"), lines)
    yield Section(
        5,
        _("In labs") if run.good else _("In labs, once it succeeds"),
        tuple(filled(_(LABS[notice.kind]), finding=Prose(notice.text)) for notice in _notices(run)),
    )
    if run.labs_now is not None:
        yield Section(5, _("In labs now"), tuple(lines_of_labs(run.labs_now, places.commands(run.stack))))
    if run.activity is not None:
        ids = [step.id for step in run.drift]
        yield Section(6, _("Who and when"), tuple(lines_of_activity(run.activity, ids, run.labs_now)))
    yield Section(6, _done(run, _("Images")), columns=tuple(map(_, COLUMNS)), rows=image_changes(made, cost))
    images = (step for step in kept if step.kind in {VERSION, DEFINITION})
    yield Section(7, _done(run, _("Settings of images")), tuple(entry.line for entry in settings(_ordered(images))))
    others = (step for step in kept if step.kind not in {VERSION, DEFINITION})
    yield Section(8, _done(run, _("Gallery, roles and attachments")), _lines(others))
    yield Section(9, _("Exemptions in force"), tuple(_messages(run.exemptions, run, places)))
    yield Section(10, _("Notices"), tuple(_messages(run.notices, run, places, policies=True)))
    yield Section(11, _("Warnings"), tuple(_messages(run.warnings, run, places)))


def _done(run: Run, title: str) -> str:
    """The title of what a run changes, or has changed."""
    return title if run.is_preview else _("{title} (done)", title=title)


def _rest_of_cost(run: Run, missing: Iterable[Step]) -> str:
    """What costs something besides the changes that a run got to; empty if nothing does."""
    if run.is_preview:
        return "" if run.ended and not run.errors else _(PREVIEW_FAILED)
    # Azure bills the regions of a version that it got to, also if the publication failed as a whole.
    return _(NOT_FINISHED) if any(step.kind == VERSION for step in missing) else ""


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
        filled(_("To undo it: {command} shows what it puts back, and asks."), command=mend),
        filled(_("To keep it: write it into your files, then run the same command ({page})."), page=places.page(DRIFT)),
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
        text = _(
            "Without its tag {tag} every update refuses to touch {name}. If it is still this stack's, put the tag back "
            "first: {command}"
        )
        yield filled(text, tag=Quoted(OWNER_TAG), name=Quoted(step.name), command=Quoted(command))


def _messages(messages: Iterable[Message], run: Run, places: Places, *, policies: bool = False) -> Iterator[Line]:
    for message in sorted(messages, key=lambda found: (found.about, found.text)):
        about: Line = (Quoted(message.about), ": ") if message.about else ()
        line = places.line(run.stack, message.text)
        where: Line = (" (", line, ")") if line else ()
        if policies:
            where = (*where[:-1], ", " if line else " (", places.page(POLICIES, message.about), ")")
        way_on = remedy(message, run.planned, places.commands(run.stack))
        yield (*about, Prose(message.text), *where, *way_on)
