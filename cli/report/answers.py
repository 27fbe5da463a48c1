"""Answers of `labs teachers --json` and `labs activity --json`, which a report takes beside the events of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.files.diagnostic import escaped
from catalog.images.consumers import LAB_SERVICES
from catalog.texts.translation import _
from cli.report.event_log import mapping, text
from cli.terminal import Unreadable
from lifecycle.marketplace import MarketplaceDrift
from lifecycle.offer import Offer
from lifecycle.place import Place
from lifecycle.reason import Reason


@dataclass(frozen=True, slots=True)
class Change:
    """A change in the activity log, in its own words."""

    when: str
    who: str
    operation: str
    id: str


@dataclass(frozen=True, slots=True)
class LabsAnswer:
    """What labs offer, or will after the next update if it is `planned`.

    `remedies` are by image and lab, `published_again` the versions that failed, `marketplace` the labs whose
    Marketplace images are not as listed. `error` says why nothing is known, empty if all is.
    """

    stack: str = ""
    gallery: str = ""
    offers: tuple[Offer, ...] = ()
    remedies: Mapping[tuple[str, Place], tuple[str, ...]] = field(default_factory=dict)
    planned: bool = False
    published_again: tuple[str, ...] = ()
    marketplace: tuple[MarketplaceDrift, ...] = ()
    error: str = ""

    @property
    def wrong(self) -> list[Offer]:
        """What is not as in the catalogue."""
        return [offer for offer in self.offers if not offer.is_good]


@dataclass(frozen=True, slots=True)
class ActivityAnswer:
    """Who changed what, the latest first, and why parts of the log are not readable."""

    stack: str
    changes: tuple[Change, ...]
    unreadable: tuple[str, ...] = ()


Answer = LabsAnswer | ActivityAnswer


def read_answer(path: Path) -> Answer | None:
    """The answer in a file; None if it is something else, or cannot be read.

    Raises Unreadable for an answer that lacks what these commands write, such as one of another release.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    answer = mapping(found)
    if "ok" not in answer:
        return None
    try:
        if "changes" in answer:
            changes = tuple(Change(**{key: str(entry[key]) for key in Change.__slots__}) for entry in answer["changes"])
            return ActivityAnswer(str(answer["stack"]), changes, tuple(map(str, answer["unreadable"])))
        return LabsAnswer(error=text(answer["error"]) or _("no reason given")) if "error" in answer else _labs(answer)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        reason = f"{type(error).__name__}: {escaped(str(error))}"
        raise Unreadable(
            _(
                "{file}: this is no answer of labs teachers --json or labs activity --json of this release ({error}); "
                "write it again",
                file=escaped(str(path)),
                error=reason,
            )
        ) from None


def _labs(answer: Mapping[str, Any]) -> LabsAnswer:
    places = {
        lab["name"]: Place(
            noun=lab["kind"], users=lab["users"], service=LAB_SERVICES, id=lab["id"], region=lab["region"]
        )
        for lab in answer["labs"]
    }
    return LabsAnswer(
        stack=str(answer["stack"]),
        gallery=text(answer["gallery"]),
        planned=bool(answer["planned"]),
        published_again=tuple(map(str, answer["published_again"])),
        marketplace=tuple(_marketplace(lab) for lab in answer.get("marketplace", ())),
        offers=tuple(_offer(entry, places) for entry in answer["images"]),
        remedies={(entry["name"], places[entry["lab"]]): tuple(entry["remedies"]) for entry in answer["images"]},
    )


def _marketplace(entry: Mapping[str, Any]) -> MarketplaceDrift:
    unlisted, missing, not_there = (tuple(map(str, entry[key])) for key in ("unlisted", "missing", "not_there"))
    return MarketplaceDrift(text(entry["lab"]), unlisted, missing, not_there, entry["failure"])


def _offer(entry: Mapping[str, Any], places: Mapping[str, Place]) -> Offer:
    return Offer(
        image=entry["name"],
        place=places[entry["lab"]],
        wanted=entry["wanted"],
        declared=entry["declared"],
        latest=entry["latest"],
        reasons=tuple(Reason(each["kind"], each["text"], each["effect"]) for each in entry["reasons"]),
        listed=entry["listed"],
        disagrees=entry["disagrees"],
    )
