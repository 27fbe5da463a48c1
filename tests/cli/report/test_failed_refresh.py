"""A refresh that fails on an answer which the provider does not take for a deletion: what it means, and the way out."""

from __future__ import annotations

from typing import Any

import pytest

from cli.report.layout import PLAIN
from cli.report.render import render
from cli.report.run import read_run

PLAN = "urn:pulumi:dev::p::lab-image-gallery:index:LabPlan$azure-native:labservices:LabPlan::lab-plan"
SWITCH = "urn:pulumi:dev::p::lab-image-gallery:index:LabPlan$pulumi-python:dynamic/x:ArmObject::lab-plan:gis"


def failed_refresh(reason: str) -> str:
    """The report on a refresh that found a switch gone and failed on the lab plan."""
    metadata = {"urn": SWITCH, "type": "pulumi-python:dynamic/x:ArmObject", "old": {"custom": True, "id": "x"}}
    events: list[dict[str, Any]] = [
        {"resourcePreEvent": {"metadata": {**metadata, "op": "refresh"}}},
        {"resOutputsEvent": {"metadata": {**metadata, "op": "delete"}}},
        {"diagnosticEvent": {"urn": PLAN, "severity": "error", "message": f"Preview failed: {reason}\n"}},
        {"diagnosticEvent": {"severity": "error", "message": "preview failed"}},
        {"summaryEvent": {"result": "failed", "isPreview": True}},
    ]
    return " ".join(render([read_run("dev", events)], PLAIN).split())


@pytest.mark.parametrize(
    ("reason", "meaning"),
    [
        (
            'Status=404 Code="InvalidResourceNamespace" Message="invalid."',
            "Its service no longer exists in Azure: docs/run/after-lab-services.md says the way out.",
        ),
        (
            'Status=404 Message="{"title":"Not Found"}"',
            "It may be gone, and azure-native needs a code to know: docs/run/drift.md says the way out.",
        ),
    ],
)
def test_the_way_out_is_named_and_no_other_refresh(reason: str, meaning: str) -> None:
    shown = failed_refresh(reason)
    assert "lab-plan: Preview failed" in shown
    assert meaning in shown
    assert "up --refresh" not in shown


def test_another_failure_is_shown_as_it_is() -> None:
    assert "way out" not in failed_refresh('Status=404 Code="ContainerNotFound" Message="gone"')


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ('{"type": "https://t", "title": "Not Found", "status": 404, "traceId": "00-0-01"}', "Not Found"),
        ('{"title": "Bad Request", "detail": "No such region."}', "Bad Request: No such region."),
        ('{"status": 404}', '{"status": 404}'),
        ('{"title": 1}', '{"title": 1}'),
        ('{"title": "open}', '{"title": "open}'),
        ("{[}", "{[}"),
    ],
)
def test_an_answer_without_a_code_is_shown_by_its_title(answer: str, words: str) -> None:
    assert f'Status=404 Message="{words}" It may be gone' in failed_refresh(f'Status=404 Message="{answer}"')
    assert f'Status=400 Message="{words}"' in failed_refresh(f'Status=400 Message="{answer}"')
