"""Files that are no complete event log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.report.golden import EVENTS
from tests.support.commands import run_labs


def told(*files: Path) -> Result:
    return run_labs("report", *map(str, files))


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_a_run_without_events_has_failed(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "prod.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    result = told(file, EVENTS / "unchanged.json")
    assert result.exit_code == 0
    assert result.output.index("Stack prod: failed: no events") < result.output.index("Stack dev: no change")


def test_a_run_that_was_killed_is_told_as_far_as_it_came(tmp_path: Path) -> None:
    whole = (EVENTS / "changed.json").read_text(encoding="utf-8")
    cut = tmp_path / "dev.json"
    cut.write_text(whole[: whole.rindex('{"summaryEvent"') - 40], encoding="utf-8")
    result = told(cut)
    assert "it was cut off" in result.output
    assert "publish 1.2.0" in result.output


@pytest.mark.parametrize("after", ["update failed", "failed to run remediation: context canceled\n"])
def test_what_the_engine_says_after_the_reason_is_left_out(tmp_path: Path, after: str) -> None:
    file = tmp_path / "dev.json"
    errors = [{"diagnosticEvent": {"severity": "error", "message": text}} for text in ("a region failed", after)]
    events = [*errors, {"summaryEvent": {"isPreview": False, "result": "failed"}}]
    file.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    output = told(file).output
    assert "Stack dev: failed, 1 error" in output
    assert "a region failed" in output
    assert after.strip() not in output


@pytest.mark.parametrize("content", ["hello\nworld\n", "[1]\n{}\n"])
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(content, encoding="utf-8")
    result = told(file)
    assert (result.exit_code, "--event-log FILE" in result.output) == (2, True)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert told(tmp_path).exit_code == 2


def test_events_of_unknown_form_are_no_traceback(tmp_path: Path) -> None:
    file = tmp_path / "dev.json"
    odd = [
        '{"resourcePreEvent":{"metadata":{"op":"create","urn":5,"new":{"custom":true,"inputs":[]}}}}',
        '{"policyEvent":7,"diagnosticEvent":[]}',
        '{"summaryEvent":null}',
    ]
    file.write_text("\n".join(odd) + "\n", encoding="utf-8")
    assert told(file).exit_code == 0
