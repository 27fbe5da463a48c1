"""A replacement is three steps of the engine, in either order, and any of them may fail."""

from __future__ import annotations

from typing import Any, Final

import pytest

from cli.report.layout import PLAIN
from cli.report.render import render
from cli.report.run import read_run

KIND: Final = "azure-native:compute:GalleryImageVersion"
URN: Final = f"urn:pulumi:prod::p::lab-image-gallery:index:LabImage${KIND}::gis:1.0.0"
OLD: Final = {"tags": {"course": "old"}}
NEW: Final = {"tags": {"course": "new"}}
DELETE: Final = ("delete-replaced", OLD, None)
MARK: Final = ("replace", OLD, NEW)
CREATE: Final = ("create-replacement", OLD, NEW)
Part = tuple[str, dict[str, Any] | None, dict[str, Any] | None]


def event(kind: str, part: Part, **more: object) -> dict[str, Any]:
    op, old, new = part
    states = {
        side: None if inputs is None else {"custom": True, "inputs": inputs, **more}
        for side, inputs in (("old", old), ("new", new))
    }
    return {kind: {"metadata": {"op": op, "urn": URN, "type": KIND, **states}}}


def told(done: list[Part], failed: Part | None = None, *, preview: bool = False, **more: object) -> str:
    """The report of a run that did some parts, and then perhaps failed at another."""
    events = [event(kind, part, **more) for part in done for kind in ("resourcePreEvent", "resOutputsEvent")]
    if failed is not None:
        events += [event(kind, failed, **more) for kind in ("resourcePreEvent", "resOpFailedEvent")]
        events.append({"diagnosticEvent": {"severity": "error", "message": "Status=409"}})
    events.append({"summaryEvent": {"result": "failed" if failed else "succeeded", "isPreview": preview}})
    return render([read_run("prod", events)], PLAIN)


def test_what_is_deleted_and_not_made_anew_is_never_shown_as_done() -> None:
    report = told([DELETE, MARK], CREATE)
    assert "Stack prod: failed, 1 error; 1 deleted and not recreated\n" in report
    assert "Begun and not finished\n  - deleted and not recreated: 1.0.0 of gis\n" in report
    assert "(done)" not in report


@pytest.mark.parametrize(("done", "failed"), [([], DELETE), ([], CREATE), ([CREATE, MARK], DELETE)])
def test_a_part_that_failed_leaves_the_replacement_unfinished(done: list[Part], failed: Part) -> None:
    report = told(done, failed)
    assert "Begun and not finished\n  - delete and recreate 1.0.0 of gis" in report
    assert "(done)" not in report
    assert "not recreated" not in report


def test_what_azure_keeps_is_not_deleted() -> None:
    report = told([DELETE, MARK], CREATE, retainOnDelete=True)
    assert "Begun and not finished\n  - delete and recreate 1.0.0 of gis: tags: course old → new\n" in report


@pytest.mark.parametrize("parts", [[DELETE, MARK, CREATE], [CREATE, MARK, DELETE]])
@pytest.mark.parametrize("preview", [True, False])
def test_a_whole_replacement_says_what_differs(parts: list[Part], *, preview: bool) -> None:
    report = told(parts, preview=preview)
    assert "delete and recreate 1.0.0 of gis: tags: course old → new\n" in report
    assert "Begun and not finished" not in report
    assert ("(done)" in report) is not preview


def test_a_preview_that_failed_deleted_nothing() -> None:
    assert "not recreated" not in told([DELETE, MARK], CREATE, preview=True)
