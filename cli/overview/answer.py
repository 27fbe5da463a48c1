"""The data of the page as JSON, in the shapes of `labs teachers`, `labs cost` and `labs list-unmanaged`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from catalog.texts.translation import speaking
from cli.cost_answer import cost_answer
from cli.offers import image_entries, lab_entries
from cli.overview.chapter import Chapter, Drift, differences_of
from cli.readiness_answer import readiness_answer
from lifecycle.overview import Overview
from lifecycle.unmanaged import Unmanaged


def answer_of(chapters: Sequence[Chapter]) -> dict[str, Any]:
    """The data of all stacks, in order."""
    return {"stacks": [_stack(chapter) for chapter in chapters]}


def _stack(chapter: Chapter) -> dict[str, Any]:
    head = {
        "stack": chapter.stack,
        "good": chapter.is_good,
        "error": chapter.error or None,
        "prices_error": chapter.prices_error or None,
    }
    view = {} if chapter.overview is None else _overview(chapter.overview)
    return {**head, **view, "drift": None if chapter.drift is None else _drift(chapter.drift)}


def _overview(view: Overview) -> dict[str, Any]:
    looked = view.looked_up
    return {
        "gallery": view.gallery,
        "gallery_name": view.gallery_name,
        "location": view.location,
        "moment": view.moment or None,
        "headline": view.headline,
        "looked_up": {
            "images": looked.images,
            "versions": looked.versions,
            "labs": looked.labs,
            "labs_asked": looked.asked,
            "failures": list(looked.failures),
        },
        "labs": lab_entries(view.labels),
        "images": image_entries(view.offers, view.labels),
        "published_again": list(view.failed),
        "regions": [
            {
                "region": each.name,
                "home": each.is_home,
                "replicas": each.replicas,
                "images": each.images,
                "labs": list(each.labs),
                "lacking": list(each.lacking),
                "uncovered": each.is_uncovered,
            }
            for each in view.regions
        ],
        "cost": cost_answer(view.cost, view.today),
        "ends": [
            {
                "day": event.day.isoformat(),
                "kind": event.kind,
                "subject": event.subject,
                "what": event.what,
                "reason": event.reason,
            }
            for event in view.ends
        ],
        "readiness": _readiness(view),
        "unmanaged": [_unmanaged(item) for item in view.unmanaged],
    }


def _readiness(view: Overview) -> dict[str, Any]:
    with speaking("en"):
        return readiness_answer(view.readiness, view.commands)


def _unmanaged(item: Unmanaged) -> dict[str, Any]:
    return {"name": item.name, **asdict(item), "importable": item.importable, "visible": not item.hidden}


def _drift(drift: Drift) -> dict[str, Any]:
    return {
        "whole": drift.is_whole,
        "changes": [
            {"name": step.name, "type": step.kind, "action": step.action, "differences": list(differences_of(step))}
            for step in drift.steps
        ],
    }
