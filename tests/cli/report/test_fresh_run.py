"""The engine still writes events as they were recorded, and the commands work on them."""

from __future__ import annotations

from cli.report.layout import MARKDOWN
from cli.report.render import render
from cli.report.run import read_run
from tests.cli.report.golden import EVENTS, priced
from tests.cli.report.scenes import events_of
from tests.cli.report.stable import is_of_prices
from tests.support.project import CATALOGUE, SMALL_CATALOGUE, Project


def test_a_fresh_run_gives_the_recorded_report(fresh: Project) -> None:
    (fresh.path / CATALOGUE).write_text(SMALL_CATALOGUE, encoding="utf-8")
    events = tuple(events_of(fresh, "preview"))
    assert len([event for event in events if is_of_prices(event)]) == 1
    kept = tuple(event for event in events if not is_of_prices(event))
    report = render([read_run("dev", kept)], MARKDOWN, places=priced())
    assert report == (EVENTS / "new.md").read_text(encoding="utf-8"), "make recorded plays all runs anew"


def test_make_preview_ends_as_the_engine_and_leaves_nothing_behind(fresh: Project) -> None:
    temporary = fresh.path / "temporary"
    temporary.mkdir()
    catalogue = fresh.path / CATALOGUE
    catalogue.write_text(SMALL_CATALOGUE.replace("ubuntu-2204-python-110", "exactly-128"), encoding="utf-8")
    result = fresh.run("make", "preview", check=False, TMPDIR=str(temporary))
    assert result.returncode != 0, result.stderr
    assert "Stack dev: refused, 1 finding of policies must be fixed" in result.stdout
    assert list(temporary.iterdir()) == []
