"""`labs teachers`: what people see in each lab of each image, and why not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final

import click

from catalog.files.diagnostic import escaped, printable, some_of
from catalog.files.similar import nearest, same_name
from catalog.texts.joined import clauses, listed
from catalog.texts.translation import N_, _, p_
from cli.chosen_stack import ChosenStack, chosen_stack, complete, no_gallery, progress_of, signed_in, stack_option
from cli.language_option import answering, lang_option
from cli.marketplace_text import marketplace_entries, marketplace_lines
from cli.offers import COLOURS, capital, image_entries, lab_entries, sentence, table_lines
from cli.program import commands
from cli.terminal import screen_width, wrapped
from lifecycle.after_up import after_up
from lifecycle.findings import Finding, findings, headline, labels, named, named_images
from lifecycle.marketplace import MarketplaceDrift, marketplace_drift
from lifecycle.offer import Offer, OfferStatus, offers
from lifecycle.place import Place, places
from lifecycle.remedy import failed_besides, remedies, remedies_of_all, repeated
from lifecycle.repair import Repair, repairs
from lifecycle.visibility import taken_versions
from plan.conflict import PlanRefused
from plan.observed import Observed
from plan.plan import plan
from plan.republish import failed_publications
from plan.stack import Stack

MOST_NAMES: Final = 20
"""So many known names an error lists."""

ASSUMED: Final = ["pulumi up --refresh", "no policy refuses the update"]
"""What an answer before an update takes for granted; without the engine's state it cannot know more."""

EXAMPLES = """\b
Examples:
  labs teachers --stack prod
  labs teachers --image gis            one image, in every lab
  labs teachers --planned              after pulumi up --refresh
  labs teachers --lang ko              in Korean; also with LABS_LANG=ko
  labs teachers --json | jq '.images[] | select(.status == "hidden")'
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown: offers of the images of the catalogue, and of the images that it lacks.

    `repairs` is what is wrong today and right in an answer that is `planned`, `images` the names that were asked for.
    `failed` are the versions that the next update publishes again, latest or not; `marketplace` the labs that do not
    offer the Marketplace images of the stack's list.
    """

    stack: ChosenStack
    planned: bool
    gallery: str | None
    own: list[Offer]
    others: list[Offer]
    repairs: list[Repair] = field(default_factory=list)
    images: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    marketplace: list[MarketplaceDrift] = field(default_factory=list)

    @property
    def headline(self) -> str:
        """How many images of the catalogue are seen where; empty if images were named and it has none of them."""
        return headline(self.own) if self.own or not self.others or not self.images else ""

    @property
    def offers(self) -> list[Offer]:
        """All of them."""
        return [*self.own, *self.others]

    @property
    def is_good(self) -> bool:
        """Whether people see everything as the catalogue has it, Lab Services lists the same, and no version failed.

        Not if an update has to look into Azure for it.
        """
        wrong = (*(offer for offer in self.offers if not offer.is_good), *(() if self.planned else self.failed))
        return not wrong and not self.marketplace and not any(item.surely_refresh for item in self.repairs)


@click.command(epilog=EXAMPLES)
@stack_option
@click.option("--lab", "labs", metavar="NAME", multiple=True, help="Show this lab only; may be given several times.")
@click.option(
    "--image", "images", metavar="NAME", multiple=True, help="Show this image only; may be given several times."
)
@click.option("--planned", is_flag=True, help="Show what pulumi up --refresh would leave.")
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.pass_context
def teachers(
    context: click.Context,
    stack: str | None,
    *,
    labs: tuple[str, ...],
    images: tuple[str, ...],
    planned: bool,
    as_json: bool,
) -> None:
    """Show what teachers see: each image in each lab, or every reason why not, and what to do.

    Judges the gallery, its versions and replicas, and compares that with what Lab Services itself lists. Users of
    DevTest labs are among the teachers here. Changes nothing.

    Exit codes: 0 all is as in the catalogue, 1 an image is hidden, replaced or not known somewhere, a version failed,
    or Azure refused, or (with --planned) pulumi up would leave something missing without --refresh; 2 wrong usage.
    """
    with answering(as_json=as_json):
        chosen = chosen_stack(stack)
        answer = _chosen(_planned(chosen) if planned else _now(chosen), labs, images)
        click.echo(json.dumps(_json(answer), indent=2) if as_json else "\n".join(lines(answer, screen_width())))
    context.exit(0 if answer.is_good else 1)


def _now(chosen: ChosenStack) -> Answer:
    with signed_in(chosen.settings) as gallery:
        observed = complete(gallery.look())
        taken = taken_versions(observed.gallery, (place.region for place in places(Stack(chosen.settings, observed))))
        observed = replace(observed, progress=progress_of(gallery, taken, {}))
    return answer_of(chosen, observed, _today())


def _planned(chosen: ChosenStack) -> Answer:
    from inventory.observe import observe  # noqa: PLC0415 - Azure's SDK takes a fifth of a second to import

    observed = complete(observe(chosen.file.catalogue, chosen.settings))
    try:
        decided = plan(chosen.file.catalogue, chosen.settings, observed)
    except PlanRefused as refused:
        preview = commands(chosen.settings).pulumi("up")
        conflicts = "\n".join(str(conflict) for conflict in refused.conflicts)
        text = _(
            "`{command}` would be refused, so nothing changes for teachers:\n{conflicts}",
            command=preview,
            conflicts=conflicts,
        )
        raise click.ClickException(text) from None
    today = _today()
    answer = answer_of(chosen, after_up(decided, observed), today, planned=True)  # which switches as is listed
    stack = Stack(chosen.settings, observed)
    mended = repairs(offers(chosen.file.catalogue, stack, today), answer.own, stack)
    return replace(answer, repairs=list(mended), failed=_failed(chosen, observed))


def _today() -> date:
    return datetime.now(UTC).date()


def answer_of(chosen: ChosenStack, observed: Observed, today: date, *, planned: bool = False) -> Answer:
    """What is shown of what is observed; `planned`: as an update leaves it."""
    found = offers(chosen.file.catalogue, Stack(chosen.settings, observed), today, planned=planned)
    known = {name.lower() for name in chosen.file.catalogue.images}
    own = [offer for offer in found if offer.image.lower() in known]
    # Before an update only versions of the catalogue's images are looked up.
    others = [] if planned else [offer for offer in found if offer.image.lower() not in known]
    return Answer(
        chosen,
        planned,
        observed.gallery.id if observed.gallery else None,
        own,
        others,
        failed=_failed(chosen, observed),
        marketplace=[] if planned else marketplace_drift(Stack(chosen.settings, observed)),
    )


def _failed(chosen: ChosenStack, observed: Observed) -> tuple[str, ...]:
    return tuple(failed_publications(chosen.file.catalogue.images, Stack(chosen.settings, observed)))


def _chosen(answer: Answer, labs: Sequence[str], images: Sequence[str]) -> Answer:
    """The answer for these labs and images; empty: all. Raises UsageError for names that there are not."""
    names = labels(answer.offers)
    # An id, the label in the table, or the plain name, which several labs may have.
    called: dict[str, set[Place]] = {}
    for place, label in names.items():
        for name in dict.fromkeys((label.lower(), place.name.lower(), place.id.lower())):
            called.setdefault(name, set()).add(place)
    known = dict.fromkeys([*answer.stack.file.catalogue.images, *(offer.image for offer in answer.others)])
    unknown = [
        *(_unknown(_NO_LAB, name, names.values()) for name in labs if name.lower() not in called),
        *(_unknown(_NO_IMAGE, name, known) for name in images if same_name(name, known) is None),
    ]
    if unknown:
        raise click.UsageError(clauses(unknown))
    wanted = {place for name in labs for place in called[name.lower()]}

    def is_left(offer: Offer) -> bool:
        return (not labs or offer.place in wanted) and (not images or same_name(offer.image, images) is not None)

    return replace(
        answer,
        own=[offer for offer in answer.own if is_left(offer)],
        others=[offer for offer in answer.others if is_left(offer)],
        repairs=[repair for repair in answer.repairs if is_left(repair.offer)],
        images=tuple(images),
        marketplace=[
            drift
            for drift in answer.marketplace
            if not images and (not labs or drift.lab in {lab.id for lab in wanted})
        ],
        failed=tuple(name for name in answer.failed if not images or same_name(name.partition(":")[0], images)),
    )


_NO_LAB: Final = (
    N_('there is no lab "{name}" (there are: {known})'),
    N_('there is no lab "{name}" (nearest: {near}; there are: {known})'),
)
_NO_IMAGE: Final = (
    N_('there is no image "{name}" (there are: {known})'),
    N_('there is no image "{name}" (nearest: {near}; there are: {known})'),
)


def _unknown(texts: tuple[str, str], name: str, known: Iterable[str]) -> str:
    """The error of a name that there is not; the second of the texts names one that is like it."""
    known = sorted(set(known), key=str.lower)
    near = nearest(name, known)
    return _(
        texts[1 if near else 0],
        name=printable(name),
        near=printable(near[0]) if near else "",
        known=some_of(list(map(printable, known)), MOST_NAMES) or _("none"),
    )


def _json(answer: Answer) -> dict[str, Any]:
    names = labels(answer.offers)
    on_stack = commands(answer.stack.settings)
    return {
        "ok": answer.is_good,
        "stack": answer.stack.name,
        "planned": answer.planned,
        "assumes": ASSUMED if answer.planned else [],
        "gallery": answer.gallery,
        "headline": answer.headline,
        "labs": lab_entries(names),
        "images": [
            {**entry, "remedies": [] if offer.is_good else remedies(offer, on_stack)}
            for offer, entry in zip(answer.offers, image_entries(answer.offers, names), strict=True)
        ],
        "repairs": [
            {
                "name": repair.offer.image,
                "lab": names[repair.offer.place],
                "reasons": [asdict(reason) for reason in repair.offer.reasons],
                "surely_refresh": repair.surely_refresh,
            }
            for repair in answer.repairs
        ],
        "published_again": answer.failed,
        "marketplace": marketplace_entries(answer.marketplace, on_stack),
    }


def lines(answer: Answer, width: int) -> Iterator[str]:
    """The answer as text in at most `width` columns; commands and ids stay whole."""
    settings = answer.stack.settings
    title = (
        N_("{gallery} in {region}, stack {stack}, after the next update")
        if answer.planned
        else N_("{gallery} in {region}, stack {stack}")
    )
    values = {"gallery": settings.gallery_name, "region": settings.location, "stack": answer.stack.name}
    yield from wrapped(_(title, **values), width=width)
    if answer.planned:
        refresh = commands(settings).pulumi("up --refresh")
        text = _("As `{refresh}` leaves it, unless a policy refuses it: policies are not asked.", refresh=refresh)
        yield from wrapped(text, width=width)
    if answer.gallery is None:
        yield from wrapped(capital(no_gallery(settings)), width=width)
    if answer.headline:
        yield ""
        for line in wrapped(sentence(answer.own), width=width):
            yield click.style(line, fg="green" if answer.is_good else COLOURS["hidden"])
    if answer.own:
        yield ""
        yield from table_lines(answer.own, width)
    for finding in findings(answer.offers):
        yield ""
        yield from _finding(finding, answer, width)
    yield from _repairs(answer, width)
    if failed := failed_besides(answer.failed, (offer for offer in answer.own if not offer.is_good)):
        yield ""
        yield from wrapped(escaped(repeated(failed, commands(settings))), width=width)
    yield from marketplace_lines(answer.marketplace, commands(settings), width)
    yield from _others(answer, width)


_WHAT_TO_DO: Final = N_("What to do:")


def _finding(finding: Finding, answer: Answer, width: int) -> Iterator[str]:
    colour = COLOURS[finding.offers[0].status]
    head = capital(finding.head) if finding.all_images else finding.head
    for line in wrapped(p_("heading", "{finding}:", finding=escaped(head)), width=width):
        yield click.style(line, fg=colour)
    for clause in finding.clauses:
        yield from wrapped(escaped(clause), first="  - ", then="    ", width=width)
    yield f"  {_(_WHAT_TO_DO)}"
    for text in remedies_of_all(finding.offers, commands(answer.stack.settings)):
        yield from wrapped(escaped(text), first="  - ", then="    ", width=width)


def _repairs(answer: Answer, width: int) -> Iterator[str]:
    """What is wrong today and right after an update, and which update."""
    on_stack = commands(answer.stack.settings)
    calls = {"refresh": on_stack.pulumi("up --refresh"), "up": on_stack.pulumi("up")}
    texts = {
        True: N_("Today {what}. This needs `{refresh}`."),
        False: N_("Today {what}. This needs `{refresh}` if it was changed in Azure, else `{up}`."),
    }
    for sure, text in texts.items():
        for finding in findings([item.offer for item in answer.repairs if item.surely_refresh is sure]):
            what = replace(finding, everything=False).text  # others are not among these offers
            yield ""
            yield from wrapped(_(text, what=escaped(what), **calls), width=width)


_IN_LABS: Final[Mapping[OfferStatus, str]] = {
    "seen": N_("seen in {labs}"),
    "replaced": N_("replaced in {labs}"),
    "unknown": N_("not known in {labs}"),
    "hidden": N_("hidden in {labs}"),
}


def _others(answer: Answer, width: int) -> Iterator[str]:
    """Images that the catalogue lacks, what is equal together; the reasons too of those that were asked for."""
    names = labels(answer.others)
    by_image: dict[str, dict[tuple[OfferStatus, str], list[str]]] = {}
    for offer in answer.others:
        if not offer.disagrees:
            why = clauses(reason.text for reason in offer.reasons) if answer.images else ""
            by_image.setdefault(offer.image, {}).setdefault((offer.status, why), []).append(names[offer.place])
    together: dict[tuple[str, ...], list[str]] = {}
    for image, states in by_image.items():
        where = (
            f"{_(_IN_LABS[status], labs=named(labs))}{': ' if why else ''}{why}"
            for (status, why), labs in states.items()
        )
        together.setdefault(tuple(where), []).append(image)
    if not together:
        return
    yield ""
    yield from wrapped(_("Not in {file}:", file=escaped(str(answer.stack.file.path))), width=width)
    for parts, images in together.items():
        text = f"{named_images(images)}: {clauses(parts) if answer.images else listed(parts)}"
        yield from wrapped(escaped(text), first="  ", then="    ", width=width)
    more = commands(answer.stack.settings).labs("list-unmanaged")
    yield from wrapped(_("`{command}` shows more about them.", command=more), width=width)
