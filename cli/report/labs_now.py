"""What labs offer now that is not as in the catalogue, and who changed what a report shows, in lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from catalog.stacks.commands import Commands
from catalog.texts.translation import N_, _
from cli.report.answers import ActivityAnswer, Change, LabsAnswer
from cli.report.line import Line, Prose, Quoted, filled
from lifecycle.findings import findings, headline
from lifecycle.marketplace import marketplace_remedies
from lifecycle.offer import Offer
from lifecycle.reason import ReasonKind
from lifecycle.remedy import failed_besides, repeated

IN_LABS: frozenset[ReasonKind] = frozenset({"missing_lab", "not_attached", "other_gallery", "disabled", "not_listed"})
"""Reasons that somebody makes with the lab and not in the gallery."""
WRONG: Final = N_("Not as in the catalogue: {finding}")
_BY: Final = {
    "write": N_("{object}: written by {who}, {moment}"),
    "delete": N_("{object}: deleted by {who}, {moment}"),
}
_CHANGED: Final = N_("{object}: changed by {who}, {moment}")


def lines_of_labs(answer: LabsAnswer, commands: Commands) -> Iterator[Line]:
    """How many images people see, each finding with what to do, and the versions that failed besides."""
    if answer.error:
        yield filled(_("What labs offer could not be looked up: {reason}"), reason=Prose(answer.error))
        return
    seen = N_("After the next update {what}") if answer.planned else N_("Now {what}")
    yield filled(_(seen), what=Prose(headline(answer.offers)))
    for finding in findings(answer.offers):
        what = dict.fromkeys(
            remedy for offer in finding.offers for remedy in answer.remedies.get((offer.image, offer.place), ())
        )
        text = N_("Not as in the catalogue: {finding}. What to do: {what}") if what else WRONG
        yield filled(_(text), finding=Prose(finding.text), what=Prose("; ".join(what)))
    if failed := failed_besides(answer.published_again, answer.wrong):
        yield (Prose(repeated(failed, commands)),)
    for drift in answer.marketplace:
        yield filled(
            _("Marketplace images: {wrong}. What to do: {what}"),
            wrong=Prose("; ".join(drift.clauses)),
            what=Prose("; ".join(marketplace_remedies([drift], commands))),
        )


def lines_of_activity(log: ActivityAnswer, drifted: Iterable[str], answer: LabsAnswer | None) -> Iterator[Line]:
    """Who last changed each object of which the report says that it is not as it should be, and when."""
    wanted = [one.lower() for one in (*drifted, *(_objects(answer) if answer else ())) if one]
    if not wanted:
        return
    latest: dict[str, Change] = {}
    for change in sorted(log.changes, key=lambda each: each.when, reverse=True):
        if any(f"{change.id}/".lower().startswith(f"{one}/") for one in wanted):
            latest.setdefault(change.id.lower(), change)
    for change in latest.values():
        text = _BY.get(change.operation.rpartition("/")[2].lower(), _CHANGED)
        moment = Prose(f"{change.when.replace('T', ' ').removesuffix('Z')} UTC")
        yield filled(_(text), object=Quoted(_name(change.id)), who=Quoted(change.who), moment=moment)
    for reason in log.unreadable:
        yield filled(_("A part of the activity log cannot be read: {reason}"), reason=Prose(reason))
    if not latest and not log.unreadable:
        yield (_("The activity log has nothing about these objects."),)


def _objects(answer: LabsAnswer) -> Iterator[str]:
    """Ids of what may have been changed where an image is not offered as in the catalogue."""
    for offer in answer.wrong:
        yield from _versions(answer.gallery, offer)
        if any(reason.kind in IN_LABS for reason in offer.reasons):
            yield offer.place.id


def _versions(gallery: str, offer: Offer) -> Iterator[str]:
    """The version that has taken the place, or else the one that is missing or hidden."""
    replaced = any(reason.kind == "newer_version" for reason in offer.reasons)
    number = offer.latest if replaced else offer.declared or offer.latest
    if gallery and number:
        yield f"{gallery}/images/{offer.image}/versions/{number}"


def _name(object_id: str) -> str:
    """An id without its subscription and group."""
    return object_id.rpartition("/providers/")[2].partition("/")[2] or object_id
