"""A report takes what labs offer, and who changed what, beside the events of a run."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from cli.report.answers import ActivityAnswer, Change, LabsAnswer, read_answer
from cli.report.labs_now import IN_LABS, lines_of_activity
from tests.cli.report.golden import EVENTS
from tests.support.commands import run_labs

ANSWERS: Final = EVENTS.with_name("answers")
"""What the commands printed in the sandbox after somebody had put a large version over an image and changed a tag."""
TEACHERS, ACTIVITY = ANSWERS / "dev.teachers", ANSWERS / "dev.activity"
DRIFT: Final = EVENTS / "drift.json"


def report(*files: Path, form: str = "markdown") -> str:
    result = run_labs("report", *map(str, files), "--format", form)
    assert result.exit_code == 0, result.output
    return str(result.output)


def changed(folder: Path, **values: Any) -> Path:
    """The answer about teachers with other values."""
    file = folder / "dev.teachers"
    file.write_text(json.dumps(json.loads(TEACHERS.read_text(encoding="utf-8")) | values), encoding="utf-8")
    return file


def test_a_drift_run_says_what_labs_offer_and_who_changed_what() -> None:
    shown = report(DRIFT, TEACHERS, ACTIVITY)
    assert shown.splitlines()[1] == "## ⚠️ Changed in Azure by others"
    assert "1 resource changed in Azure by others; 1 image is not offered as in the catalogue" in shown
    now = shown[shown.index("**In labs now**") :]
    assert "- Now teachers see 1 of 2 images in `contoso-labs`\n" in now
    assert "- Not as in the catalogue: databases is hidden in `contoso-labs`: version 1.0.1, which somebody else" in now
    assert "its OS disk has 128 GB, and only images below 128 GB are shown. What to do: `sandbox/labs rollback" in now
    who = now[now.index("**Who and when**") :].splitlines()[2:]
    gallery = "galleries/contoso_lab_images/images"
    assert [line.split(" UTC")[0][:-8] for line in who] == [
        f"- `{gallery}/python/versions/1.0.0`: written by `somebody@contoso.com`, 2026-11-29 ",
        f"- `{gallery}/databases/versions/1.0.1`: written by `somebody@contoso.com`, 2026-11-29 ",
    ]


def test_the_answer_alone() -> None:
    shown = report(TEACHERS, form="text")
    assert shown.startswith(
        "Careful: labs do not offer every image as the catalogue says\n\n"
        "Stack dev: 1 image is not offered as in the catalogue\n\n"
        "  In labs now\n"
    )
    assert all(len(line) <= 80 for line in shown.splitlines())


def test_what_is_planned_is_not_said_of_now(tmp_path: Path) -> None:
    assert "- After the next update teachers see 1 of 2 images" in report(changed(tmp_path, planned=True))


def test_a_good_answer_leaves_a_good_verdict(tmp_path: Path) -> None:
    images = [
        entry for entry in json.loads(TEACHERS.read_text(encoding="utf-8"))["images"] if entry["status"] == "seen"
    ]
    good = changed(tmp_path, images=images, ok=True)
    assert report(good).splitlines()[1] == "## ✅ Good: labs offer what the catalogue says"
    quiet = tmp_path / "dev.events"
    shutil.copy(EVENTS / "unchanged.json", quiet)
    assert report(quiet, good, ACTIVITY).splitlines()[1] == "## ✅ Good: nothing changes"
    assert "Who and when" not in report(quiet, good, ACTIVITY)


def test_a_version_that_failed_behind_a_good_one_is_no_good_answer(tmp_path: Path) -> None:
    images = [
        entry for entry in json.loads(TEACHERS.read_text(encoding="utf-8"))["images"] if entry["status"] == "seen"
    ]
    failed = changed(tmp_path, images=images, published_again=["python:1.0.0", "cad:2.0.0"])
    shown = report(failed)
    assert shown.splitlines()[1] == "## ⚠️ Careful: a publication failed"
    assert "2 publications failed" in shown
    repeats = "failed; `sandbox/pulumi up --stack dev` repeats it"
    assert f"- The publication of `python:1.0.0`, `cad:2.0.0` {repeats}" in shown
    planned = changed(tmp_path, images=images, published_again=["python:1.0.0"], planned=True)
    assert report(planned).splitlines()[1] == "## ✅ Good: labs offer what the catalogue says"
    assert "The publication of `python:1.0.0` failed" in report(planned)


def test_marketplace_images_that_are_not_as_listed_are_no_good_answer(tmp_path: Path) -> None:
    images = [
        entry for entry in json.loads(TEACHERS.read_text(encoding="utf-8"))["images"] if entry["status"] == "seen"
    ]
    lab = {"lab": "/labs/contoso-labs", "unlisted": ["a.b.c"], "missing": [], "not_there": [], "failure": None}
    shown = report(changed(tmp_path, images=images, marketplace=[lab]))
    assert shown.splitlines()[1] == "## ⚠️ Careful: labs offer other Marketplace images than the stack lists"
    assert "Marketplace images of 1 lab not as listed" in shown
    assert "`contoso-labs` offers images that marketplaceImages does not list: `a.b.c`" in shown
    assert "What to do: `pulumi -C " in shown or "up --refresh" in shown


def test_what_could_not_be_looked_up_is_never_good(tmp_path: Path) -> None:
    failed = tmp_path / "dev.teachers"
    failed.write_text('{"ok": false, "error": "Azure refuses GET x with 403"}', encoding="utf-8")
    quiet = tmp_path / "dev.events"
    shutil.copy(EVENTS / "unchanged.json", quiet)
    shown = report(quiet, failed)
    assert shown.splitlines()[1] == "## ⚠️ Careful: nobody knows what labs offer"
    assert "- What labs offer could not be looked up: Azure refuses GET x with 403\n" in shown


def test_a_log_that_may_not_be_read_is_said_as_such(tmp_path: Path) -> None:
    log = tmp_path / "dev.activity"
    log.write_text(
        json.dumps({"ok": True, "stack": "dev", "changes": [], "unreadable": ["Azure refuses it"]}), encoding="utf-8"
    )
    assert "- A part of the activity log cannot be read: Azure refuses it\n" in report(DRIFT, log)
    log.write_text(json.dumps({"ok": True, "stack": "dev", "changes": [], "unreadable": []}), encoding="utf-8")
    assert "- The activity log has nothing about these objects.\n" in report(DRIFT, log)
    assert "Who and when" not in report(EVENTS / "unchanged.json", log)


@pytest.mark.parametrize(
    "values",
    [
        {"labs": []},
        {"images": [{}]},
        {"images": 7},
        {"labs": None},
        {"changes": [{}]},
        {"changes": 1},
        {"error": 3, "images": 1},
    ],
)
def test_an_answer_of_another_form_is_refused(tmp_path: Path, values: dict[str, Any]) -> None:
    file = changed(tmp_path, **values)
    result: Result = run_labs("report", str(file))
    if "error" in values:
        assert (result.exit_code, "no reason given" in result.output) == (0, True)
    else:
        assert (result.exit_code, "of this release" in result.output) == (2, True)


@given(
    st.dictionaries(
        st.sampled_from(["ok", "labs", "images", "changes", "stack"]), st.none() | st.integers() | st.text()
    )
)
def test_no_json_is_a_traceback(found: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dev.teachers"
        file.write_text(json.dumps(found), encoding="utf-8")
        assert run_labs("report", str(file)).exit_code in {0, 2}


def test_other_files_are_no_answers() -> None:
    assert read_answer(DRIFT) is None
    assert read_answer(ANSWERS / "missing") is None
    assert isinstance(read_answer(TEACHERS), LabsAnswer)
    assert isinstance(read_answer(ACTIVITY), ActivityAnswer)


@pytest.mark.parametrize("kind", sorted(IN_LABS))
def test_who_changed_the_lab_itself_is_said(tmp_path: Path, kind: str) -> None:
    answer = json.loads(TEACHERS.read_text(encoding="utf-8"))
    lab, databases = answer["labs"][0]["id"], answer["images"][1]
    databases["reasons"] = [{"kind": kind, "text": "t", "effect": "hides", "settled": False}]
    read = read_answer(changed(tmp_path, images=[databases]))
    assert isinstance(read, LabsAnswer)
    log = ActivityAnswer(
        "dev", (Change("2026-11-01T10:00:00Z", "a@x", "Microsoft.LabServices/labaccounts/delete", lab),)
    )
    (line,) = lines_of_activity(log, [], read)
    assert "".join(part if isinstance(part, str) else part.text for part in line) == (
        "labaccounts/contoso-labs: deleted by a@x, 2026-11-01 10:00:00 UTC"
    )


def test_only_the_last_change_of_each_object_counts() -> None:
    changes = tuple(Change(f"2026-11-0{day}T10:00:00Z", f"{day}@x", "a/write", "/x/G/images/a") for day in (1, 3, 2))
    other = Change("2026-11-04T10:00:00Z", "4@x", "a/delete", "/x/G-2")
    (line,) = lines_of_activity(ActivityAnswer("dev", (*changes, other)), ["/X/g"], None)
    assert line[2].text == "3@x"  # type: ignore[union-attr]
