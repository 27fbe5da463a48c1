"""Recording once more writes the same: neither the engine's parallel work nor the day is to be seen."""

from __future__ import annotations

import json
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.report.event_log import Event, read_event_log
from cli.report.layout import MARKDOWN
from cli.report.render import render
from cli.report.run import read_run
from tests.cli.report.golden import EVENTS, priced, recordings, trimmed
from tests.cli.report.stable import stable

RECORDED: dict[str, list[Event]] = {name: read_event_log(EVENTS / f"{name}.json") for name in recordings()}
SMALL = sorted(RECORDED.keys() - {"many"})


def another_run(events: list[Event], random: Random) -> list[Event]:
    """The events as the engine might have written them: only the steps of one resource keep their order."""
    rows: dict[str, list[Event]] = {}
    for event in events[:-1]:
        metadata = next(iter(event.values())).get("metadata")
        rows.setdefault(metadata["urn"] if metadata else f"message {len(rows)}", []).append(event)
    turns = [row for row, found in rows.items() for _ in found]
    random.shuffle(turns)
    return [rows[row].pop(0) for row in turns] + events[-1:]


@pytest.mark.parametrize("name", recordings())
def test_what_is_recorded_is_in_the_stable_order(name: str) -> None:
    assert "summaryEvent" in RECORDED[name][-1]
    assert stable(RECORDED[name]) == RECORDED[name]


@given(st.sampled_from(SMALL), st.randoms(use_true_random=False))
def test_the_order_between_resources_is_not_recorded(name: str, random: Random) -> None:
    assert stable(another_run(RECORDED[name], random)) == RECORDED[name]


@given(st.sampled_from(SMALL), st.randoms(use_true_random=False))
def test_a_report_does_not_depend_on_the_order_between_resources(name: str, random: Random) -> None:
    run = read_run(name, another_run(RECORDED[name], random))
    assert render([run], MARKDOWN, places=priced()) == (EVENTS / f"{name}.md").read_text(encoding="utf-8")


def test_what_others_changed_is_told_in_one_order() -> None:
    kept = [event for event in RECORDED["drift"] if "GalleryImageVersion::python:1.0.0" in json.dumps(event)]
    other = json.loads(json.dumps(kept).replace("python:1.0.0", "databases:1.0.0").replace("by hand", "by others"))
    both = [*kept, *other], [*other, *kept]
    reports = {render([read_run("dev", events)], MARKDOWN) for events in both}
    (report,) = reports
    assert report.index("`1.0.0` of `databases`") < report.index("`1.0.0` of `python`")


@given(st.dates(date(2020, 2, 1), date(2999, 1, 1)))
def test_the_day_of_the_run_is_not_recorded(today: date) -> None:
    ended = date(2020, 1, 31)
    days = (today - ended) // timedelta(days=1)
    text = f"gis 1.0.0: its end of life passed on {ended}, {days} day{'' if days == 1 else 's'} ago. Teachers can"
    (event,) = stable([{"policyEvent": {"resourceUrn": "urn", "message": text}}])
    assert event["policyEvent"]["message"] == (
        "gis 1.0.0: its end of life passed on 2020-01-31, 2489 days ago. Teachers can"
    )


@given(st.dates(date(2020, 2, 1), date(2035, 1, 30)))
def test_the_day_of_the_run_is_not_recorded_of_what_is_to_come(today: date) -> None:
    days = (date(2035, 1, 31) - today) // timedelta(days=1)
    text = f"gis 1.0.0: its end of life is on 2035-01-31, in {days} day{'' if days == 1 else 's'}. Teachers can"
    (event,) = stable([{"policyEvent": {"resourceUrn": "urn", "message": text}}])
    assert event["policyEvent"]["message"] == (
        "gis 1.0.0: its end of life is on 2035-01-31, in 2990 days. Teachers can"
    )


def test_what_all_replicas_cost_is_not_recorded() -> None:
    cost = {"policyName": "deployed-image-notices", "message": "replicas of this stack cost at most 16.00 USD a month"}
    other = {"policyName": "image-notices", "message": "replicas of this stack"}
    assert stable([{"policyEvent": cost}, {"policyEvent": other}]) == [{"policyEvent": other}]


def test_outputs_of_the_stack_that_a_failing_run_may_get_to_or_not_are_not_recorded() -> None:
    metadata = {"op": "same", "urn": "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev", "type": "pulumi:pulumi:Stack"}
    assert trimmed({"resOutputsEvent": {"metadata": metadata}}) is None
    assert trimmed({"resourcePreEvent": {"metadata": metadata}}) == {"resourcePreEvent": {"metadata": metadata}}
