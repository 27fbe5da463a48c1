"""The reports of runs that the real engine was recorded in."""

from __future__ import annotations

import pytest

from cli.report.layout import MARKER
from tests.cli.report.golden import EVENTS, markdown, recordings


def test_every_kind_of_run_is_recorded() -> None:
    wanted = {"new", "unchanged", "changed", "refused", "conflict", "failed", "drift", "hostile", "many"}
    assert set(recordings()) == wanted


@pytest.mark.parametrize("name", recordings())
def test_report_of_a_recorded_run(name: str) -> None:
    assert markdown(name) == (EVENTS / f"{name}.md").read_text(encoding="utf-8"), "make recorded writes them anew"


def test_three_hundred_versions_are_a_few_lines() -> None:
    report = markdown("many")
    assert len(report.splitlines()) < 30
    assert report.count("`bench-image-") == 200  # each of 100 images: once with its versions, once its definition


def test_a_report_is_found_again_by_its_first_line() -> None:
    assert markdown("unchanged").splitlines()[0] == MARKER
