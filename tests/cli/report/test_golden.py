"""The reports of runs that the real engine was recorded in."""

from __future__ import annotations

import re

import pytest

from catalog.texts.language import Language
from cli.report.event_log import read_event_log
from cli.report.layout import MARKER
from tests.cli.report.golden import EVENTS, TRANSLATED, markdown, recordings, translated


def test_every_kind_of_run_is_recorded() -> None:
    wanted = {"new", "unchanged", "changed", "refused", "conflict", "failed", "drift", "hostile", "many", "recovered"}
    assert set(recordings()) == wanted


@pytest.mark.parametrize("name", recordings())
def test_report_of_a_recorded_run(name: str) -> None:
    assert markdown(name) == (EVENTS / f"{name}.md").read_text(encoding="utf-8"), "make recorded writes them anew"


@pytest.mark.parametrize(("name", "language"), TRANSLATED)
def test_report_of_a_recorded_run_in_another_language(name: str, language: Language) -> None:
    golden = (EVENTS / f"{name}.{language}.md").read_text(encoding="utf-8")
    assert translated(name, language) == golden, "python -m tests.cli.report.golden --reports-only writes them anew"


def test_three_hundred_versions_are_a_few_lines() -> None:
    report = markdown("many")
    assert len(report.splitlines()) < 35
    (row,) = (line for line in report.splitlines() if line.startswith("| `bench-image-"))
    assert row.count("`bench-image-") == 100


def test_a_recovered_state_takes_over_what_is_there() -> None:
    report = markdown("recovered")
    assert "| `python` | take over the image; take over `1.0.0`, `1.1.0` |" in report
    assert "to import" in report  # as the engine counts
    assert "none" not in report


def test_counts_are_those_of_the_engine() -> None:
    for name in recordings():
        events = read_event_log(EVENTS / f"{name}.json")
        counts = events[-1]["summaryEvent"].get("resourceChanges", {}) if name != "drift" else {}
        (headline,) = (line for line in markdown(name).splitlines() if line.startswith("### Stack"))
        shown = {
            word.removesuffix("d"): int(number) for number, word in re.findall(r"(\d+) (?:to )?([a-z]+)", headline)
        }
        assert {key: shown.get(key) for key in counts if key != "same"} == {
            k: n for k, n in counts.items() if k != "same"
        }


def test_bookkeeping_is_not_shown() -> None:
    assert not any("destroy-guard" in markdown(name) for name in recordings())


def test_a_report_is_found_again_by_its_first_line() -> None:
    assert markdown("unchanged").splitlines()[0] == MARKER
