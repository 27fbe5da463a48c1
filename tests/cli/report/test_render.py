"""Several runs in one report, and what is left out when there is no room."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cli.report.event_log import read_event_log
from cli.report.layout import MARKDOWN, PLAIN, Layout
from cli.report.render import LIMIT, render
from cli.report.run import Message, Run, read_run
from tests.cli.report.golden import EVENTS


def run(stack: str, **what: Any) -> Run:
    return Run(stack, **{"began": True, "ended": "succeeded", **what})


def test_failed_stacks_come_first_and_unchanged_ones_last() -> None:
    changed = read_run("changed", read_event_log(EVENTS / "changed.json"))
    changed.stack = "changed"
    report = render([run("a-quiet"), changed, run("z-cut", ended=""), read_run("none", ())], PLAIN)
    stacks = [line.split()[1].rstrip(":") for line in report.splitlines() if line.startswith("Stack ")]
    assert stacks == ["none", "z-cut", "changed", "a-quiet"]
    assert "Stack none: failed: no events" in report
    assert "it was cut off" in report


def test_what_matters_most_is_kept() -> None:
    notices = [Message("image-notices", f"{number} " + "x" * 900) for number in range(200)]
    refusals = [Message("image-single-disk", f"image {number} has two disks") for number in range(50)]
    report = render([run("dev", notices=notices, refusals=refusals)], MARKDOWN)
    assert len(report.encode()) <= LIMIT
    assert all(f"image {number} has two disks" in report for number in range(50))
    assert "more, left out to keep the report short" in report
    assert 20 < report.count("`image-notices`: ") < 200


def test_a_thousand_failed_stacks() -> None:
    report = render([run(f"{number:03}" * 30, began=False) for number in range(1000)], MARKDOWN)
    assert len(report.encode()) <= LIMIT
    left_out = int(report.rsplit("… ", 1)[1].split()[0])
    assert report.count("### Stack") + left_out == 1000


MESSAGES = st.lists(st.builds(Message, st.text(max_size=5), st.text(min_size=1, max_size=400)), min_size=1, max_size=3)
SECTIONS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("errors", "refusals", "exemptions", "notices", "warnings"), MESSAGES)
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(SECTIONS, min_size=1, max_size=4),
    st.integers(1, 600),
    st.sampled_from([500, 2_000, 20_000, LIMIT]),
    st.sampled_from([MARKDOWN, PLAIN]),
)
def test_any_number_of_stacks_and_sections(
    kinds: list[dict[str, list[Message]]], stacks: int, limit: int, layout: Layout
) -> None:
    report = render((run(f"dept-{number}", **kinds[number % len(kinds)]) for number in range(stacks)), layout, limit)
    assert len(report.encode()) <= limit
    shown = sum(line.removeprefix("### ").startswith("Stack ") for line in report.splitlines())
    last = re.search(r"… (\d+) stacks? more, left out to keep the report short: [^…]*\Z", report)
    assert shown + (int(last[1]) if last else 0) == stacks


def test_many_stacks_with_sections_that_do_not_fit() -> None:
    said = {
        "errors": [Message("", "x" * 1200)],
        "refusals": [Message("image-single-disk", "y" * 600)],
        "exemptions": [Message("", "z")],
        "planned": read_run("changed", read_event_log(EVENTS / "changed.json")).planned,
    }
    for stacks in (50, 200, 400, 2000):
        report = render([run(f"dept-{number}", **said) for number in range(stacks)], MARKDOWN)
        assert len(report.encode()) <= LIMIT
        assert report.count("x" * 1200) > 10
    assert re.search(r"… \d+ stacks more, left out to keep the report short: .*\n\Z", report)


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.text(max_size=3000), max_size=8), max_size=6),
    st.sampled_from([2_000, 8_000, LIMIT]),
)
def test_never_longer_than_allowed(texts: list[list[str]], limit: int) -> None:
    runs = [
        run(f"stack-{number}", errors=[Message("", text) for text in found if text])
        for number, found in enumerate(texts)
    ]
    assert len(render(runs, MARKDOWN, limit).encode()) <= limit


def test_the_first_line_is_the_worst_verdict() -> None:
    refused, cut, good = run("a", refusals=[Message("", "x")]), run("b", ended=""), run("c")
    for runs, first in (
        ([good], "## ✅ Good: nothing changes"),
        ([good, good], "## ✅ Good: nothing changes (2 of 2 stacks)"),
        ([good, refused], "## ❌ Failed or refused (1 of 2 stacks)"),
        ([cut, refused, good], "## ❌ Failed or refused (2 of 3 stacks)"),
        ([refused], "## ❌ Refused by the policies"),
        ([], "## ✅ Good: there is no stack"),
    ):
        assert render(runs, MARKDOWN).splitlines()[1] == first
        assert render(runs, PLAIN).splitlines()[0] == first.split(" ", 2)[2]
