"""Drift that takes the stack's own tag off: an update refuses to touch the object, so the tag comes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cli.report.layout import PLAIN
from cli.report.render import render
from cli.report.run import read_run
from cli.report.step import VERSION

PATH = "/subscriptions/x/resourceGroups/g/providers/Microsoft.Compute/galleries/a/images/gis/versions/1.0.0"
ID = PATH.replace("/x/", "/12345678-1234-1234-1234-123456789abc/")
OWNER = {"lab-image-gallery": "lab-image-gallery/dev"}


def drift(new: Mapping[str, str], where: str = ID) -> str:
    sides = {
        side: {"custom": True, "id": where, "inputs": {"tags": tags}} for side, tags in (("old", OWNER), ("new", new))
    }
    urn = f"urn:pulumi:dev::p::{VERSION}::gis:1.0.0"
    metadata = {"urn": urn, "type": VERSION, "diffs": ["tags"], **sides}
    events: list[dict[str, Any]] = [
        {"resourcePreEvent": {"metadata": {**metadata, "op": "refresh"}}},
        {"resOutputsEvent": {"metadata": {**metadata, "op": "update"}}},
        {"summaryEvent": {"result": "succeeded", "isPreview": True}},
    ]
    return " ".join(render([read_run("dev", events)], PLAIN).split())


def test_the_tag_is_put_back_beside_the_present_ones_before_the_update() -> None:
    for other in ({"course": "cs101"}, {"course": "cs101", "lab-image-gallery": "else"}):
        shown = drift(other)
        assert "Without its tag lab-image-gallery every update refuses to touch gis:1.0.0." in shown
        assert f'az rest --method patch --url "{ID}?api-version=2024-03-03"' in shown
        assert '{"tags": {"course": "cs101", "lab-image-gallery": "lab-image-gallery/dev"}}' in shown
        assert shown.index("put the tag back first") < shown.index("To undo it")


@pytest.mark.parametrize(("new", "where"), [({**OWNER, "course": "cs101"}, ID), ({}, "no id"), ({}, PATH)])
def test_other_drift_is_undone_by_the_update(new: dict[str, str], where: str) -> None:
    shown = drift(new, where)
    assert "To undo it: pulumi up --refresh --stack dev" in shown
    assert "put the tag back" not in shown
