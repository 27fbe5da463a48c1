"""What event logs say of drift, and when a chapter is good."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.overview.chapter import Chapter, Drift, differences_of, drifts
from cli.terminal import Unreadable
from tests.support import overview_scene as scene

CHANGED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "gis": ({"description": "GIS"}, {"description": "by hand"}),
    "cad": ({}, {"tags": {"a": "b"}}),
}


def test_a_refresh_tells_what_changed(tmp_path: Path) -> None:
    log = scene.refresh_log(tmp_path / "dev.events", CHANGED)
    found = drifts([log], ["dev"])["dev"]
    assert found.is_whole
    assert [(step.name, list(differences_of(step))) for step in found.steps] == [
        ("cad", ["tags: a none → b"]),
        ("gis", ["description: GIS → by hand"]),
    ]


def test_several_logs_are_of_several_stacks(tmp_path: Path) -> None:
    logs = [scene.refresh_log(tmp_path / stack, CHANGED, stack=stack) for stack in ("dev", "prod")]
    assert list(drifts(logs, ["dev", "prod", "trial"])) == ["dev", "prod"]


def test_a_run_that_failed_may_know_only_a_part(tmp_path: Path) -> None:
    log = scene.refresh_log(tmp_path / "dev.events", {}, result="failed")
    assert drifts([log], ["dev"]) == {"dev": Drift((), is_whole=False)}


def test_everything_wrong_with_logs_is_said_together(tmp_path: Path) -> None:
    other = scene.refresh_log(tmp_path / "other.events", {}, stack="prod")
    good = scene.refresh_log(tmp_path / "good.events", {})
    twice = scene.refresh_log(tmp_path / "twice.events", {})
    empty = tmp_path / "empty.events"
    empty.touch()
    foreign = tmp_path / "notes.txt"
    foreign.write_text("no log\nat all\n", encoding="utf-8")
    preview = tmp_path / "preview.events"
    metadata = {"urn": scene.urn("gis"), "type": "azure-native:compute:GalleryImage", "op": "same"}
    preview.write_text(json.dumps({"resourcePreEvent": {"metadata": metadata}}), encoding="utf-8")
    with pytest.raises(Unreadable) as caught:
        drifts([other, good, twice, empty, foreign, preview], ["dev"])
    problems = caught.value.message.splitlines()
    assert [problem.partition(":")[0] for problem in problems] == [
        str(each) for each in (other, twice, empty, foreign, preview)
    ]
    assert 'events of the stack "prod", and the page is of dev; add --stack prod' in problems[0]
    assert "keep the newest" in problems[1]
    assert "nothing is known of drift" in problems[2]
    assert "is not an event of the engine" in problems[3]


def test_a_log_without_a_refresh_knows_nothing_of_drift(tmp_path: Path) -> None:
    log = tmp_path / "preview.events"
    metadata = {"urn": scene.urn("gis"), "type": "azure-native:compute:GalleryImage", "op": "same"}
    log.write_text(json.dumps({"resourcePreEvent": {"metadata": metadata}}), encoding="utf-8")
    with pytest.raises(Unreadable, match="the run did not refresh, so it knows nothing of drift"):
        drifts([log], ["dev"])


def test_a_chapter_is_good_if_all_is_known_and_as_in_the_catalogue(tmp_path: Path) -> None:
    _, good, failed = scene.chapters(tmp_path)
    assert good.is_good
    assert not failed.is_good
    log = scene.refresh_log(tmp_path / "dev.events", CHANGED)
    step = drifts([log], ["dev"])["dev"].steps[0]
    assert Chapter("dev", good.overview, drift=Drift((), is_whole=True)).is_good
    assert not Chapter("dev", good.overview, drift=Drift((step,), is_whole=True)).is_good
    assert not Chapter("dev", good.overview, drift=Drift((), is_whole=False)).is_good
