"""Replaying examples: what is compared, what is found, and what the command says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.emulator.process.connection import Connection
from sandbox.replay.__main__ import main
from sandbox.replay.example import NotReplayable, contents_of, read_example
from sandbox.replay.finding import Finding, replay

pytest_plugins = ["tests.support.emulator"]
EXAMPLES = Path(__file__).parent / "examples"
GALLERY_CREATE = EXAMPLES / "compute/CourseGallery_Create.json"


@pytest.fixture
def replayed(connection: Connection, tmp_path: Path) -> Any:
    """Replays one example, changed by a function, and returns its findings by status."""

    def send(file: Path, change: Any = lambda contents: None) -> dict[int, Finding]:
        contents = json.loads(file.read_text(encoding="utf-8"))
        change(contents)
        (tmp_path / file.name).write_text(json.dumps(contents), encoding="utf-8")
        return {finding.status: finding for finding in replay(connection, tmp_path)}

    return send


def test_every_example_is_answered_as_documented_or_as_the_ledger_says(connection: Connection) -> None:
    found = {(Path(each.name).stem, each.status): each for each in replay(connection, EXAMPLES)}
    assert [str(each) for each in found.values() if not each.is_good] == []
    assert {key: each.deviations for key, each in found.items() if not each.passed_over} == {
        ("CourseGallery_Create", 200): ("gallery-updated-at-once",),
        ("CourseGallery_Create", 201): (),
        ("CourseGallery_Create", 202): ("status-chosen",),
        ("CourseGallery_Delete", 200): ("nothing-to-follow",),
        ("CourseGallery_Delete", 202): (),
        ("CourseGallery_Delete", 204): ("nothing-to-follow",),
        ("CourseGallery_ListBySubscription", 200): ("gallery-list-upper",),
        ("CourseGallery_Update", 200): ("gallery-updated-at-once",),
        ("CourseImage_Get", 200): ("location-name",),
        ("CourseImage_UpdateFeatures", 200): (),
        ("CourseLocks_CreateOrUpdateAtScope", 200): ("id-contradicts",),
        ("CourseLocks_CreateOrUpdateAtScope", 201): ("id-contradicts",),
        ("CourseMachine_Generalize", 200): (),
        ("CourseRoles_Create", 200): (),
        ("CourseRoles_Create", 201): (),
        ("CourseSnapshot_Get", 200): ("made-by-service",),
        ("CourseVersion_Create", 200): ("regions-not-excluded", "made-by-service"),
        ("CourseVersion_Create", 201): ("regions-not-excluded", "made-by-service", "disks-once-published"),
        ("CourseVersion_Create_FromMachine", 201): ("disks-once-published",),
        ("CourseVersion_Create_FromVersion", 201): ("disks-once-published",),
        ("CourseVersion_Get_WithReplicationStatus", 200): ("made-by-service", "region-names"),
        ("CourseVersion_ListSoftDeleted", 200): ("made-by-service",),
        ("CourseVersion_Update", 200): ("regions-not-excluded", "made-by-service"),
        ("CourseVersion_Update_Restore", 200): ("made-by-service",),
        ("LabAccounts_Get", 200): (),
        ("putCoursePlan", 200): ("lab-plan-type", "who", "made-by-service"),
        ("putCoursePlan", 201): ("lab-plan-operations", "lab-plan-type", "who", "made-by-service"),
        ("putCoursePlan", 202): ("status-chosen", "lab-plan-operations", "lab-plan-type", "who", "made-by-service"),
        ("saveCourseImage", 200): (),
        ("saveCourseImage", 202): ("lab-plan-operations",),
        ("getCoursePlanImage", 200): ("lab-plan-type", "image-system-data"),
    }


def _answer(status: str, field: str, value: Any) -> Any:
    """Return a function that changes the documented answer of a status at a dotted path."""

    def change(contents: dict[str, Any]) -> None:
        *path, last = field.split(".")
        place = contents["responses"][status]
        for part in path:
            place = place[int(part) if part.isdecimal() else part]
        place[last] = value

    return change


@pytest.mark.parametrize(
    ("file", "status", "field", "value", "message"),
    [
        (GALLERY_CREATE, 201, "body.name", "other", "name: documented 'other', answered 'course_images'"),
        (GALLERY_CREATE, 201, "body.properties.new", 1, "properties.new: documented 1, answered '(nothing)'"),
        (GALLERY_CREATE, 201, "body.properties.description", None, "documented None, answered 'Images for courses'"),
        (GALLERY_CREATE, 200, "body.properties.provisioningState", "Updated", "answered 'Succeeded'"),
        (GALLERY_CREATE, 201, "headers", {"Azure-AsyncOperation": "https://a/b"}, "headers.Azure-AsyncOperation"),
        (GALLERY_CREATE, 201, "headers", {"x-unknown": "1"}, "headers.x-unknown: documented '1', answered '(nothing)'"),
        (GALLERY_CREATE, 201, "body.location", "Japan East", "location: documented 'Japan East'"),
        (
            EXAMPLES / "compute/CourseVersion_Create.json",
            201,
            "body.properties.publishingProfile.publishedDate",
            "yesterday",
            "publishedDate: documented 'yesterday'",
        ),
        (
            EXAMPLES / "compute/CourseVersion_Create.json",
            201,
            "body.properties.storageProfile.dataDiskImages",
            [],
            "dataDiskImages: documented []",
        ),
        (
            EXAMPLES / "compute/CourseSnapshot_Get.json",
            200,
            "body.properties.creationData.sourceUniqueId",
            "2020-02-02",
            "sourceUniqueId: documented '2020-02-02'",
        ),
    ],
)
def test_a_field_answered_otherwise_is_found(
    replayed: Any, file: Path, status: int, field: str, value: Any, message: str
) -> None:
    finding = replayed(file, _answer(str(status), field, value))[status]
    assert not finding.is_good
    assert message in " ".join(map(str, finding.mistakes))


def test_a_status_that_is_no_alternative_is_found(replayed: Any) -> None:
    def change(contents: dict[str, Any]) -> None:
        contents["responses"] = {"202": contents["responses"]["200"]}

    mistakes = [str(mistake) for mistake in replayed(GALLERY_CREATE, change)[202].mistakes]
    assert mistakes == ["status: documented 202, answered 201"]


def test_a_refusal_is_found_with_its_reason(replayed: Any) -> None:
    def change(contents: dict[str, Any]) -> None:
        contents["parameters"]["gallery"]["location"] = "nowhere"

    assert "LocationNotAvailableForResourceType" in str(replayed(GALLERY_CREATE, change)[201].mistakes[0])


def test_what_cannot_be_prepared_is_said(replayed: Any) -> None:
    def change(contents: dict[str, Any]) -> None:
        contents["parameters"]["galleryName"] = "with-a-dash"

    finding = replayed(EXAMPLES / "compute/CourseVersion_Create.json", change)[0]
    assert not finding.is_good
    assert "what it needs was refused: PUT" in finding.unsent
    assert "Gallery name is invalid" in finding.unsent


def test_what_a_patch_sets_was_not_there_before(connection: Connection, replayed: Any) -> None:
    replayed(EXAMPLES / "compute/CourseGallery_Update.json")
    requests = connection.send("GET", "/sandbox/requests").body
    puts = [entry["body"] for entry in requests if entry["method"] == "PUT"]
    assert [put["properties"] for put in puts] == [{}]


def test_placeholders_are_filled_everywhere_alike() -> None:
    example = read_example(contents_of(GALLERY_CREATE), GALLERY_CREATE.name)
    assert example
    assert "{subscription-id}" not in json.dumps([example.path, example.answers])
    assert example.answers[200]["body"]["id"] == example.path


@pytest.mark.parametrize(
    ("name", "parameters", "reason"),
    [
        ("Gallery_Share", {"galleryName": "g"}, "operation not imitated: Gallery_Share"),
        ("VirtualMachine_Get", {"vmName": "v", "vmExtensionName": "e"}, "type not imitated"),
        ("Gallery_Get", {"galleryName": "g", "galleryApplicationName": "a"}, "type not imitated"),
    ],
)
def test_what_is_not_imitated_is_passed_over(tmp_path: Path, name: str, parameters: Any, reason: str) -> None:
    file = tmp_path / f"{name}.json"
    every = {"subscriptionId": "s", "resourceGroupName": "g", **parameters}
    file.write_text(json.dumps({"parameters": every, "responses": {"200": {}}}), encoding="utf-8")
    with pytest.raises(NotReplayable, match=reason):
        read_example(contents_of(file), file.name)


def test_a_file_that_is_no_example_is_none() -> None:
    assert read_example(contents_of(EXAMPLES / "course-openapi.json"), "openapi") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not a JSON file"),
        ('{"parameters": [], "responses": {"ok": 1}}', "'parameters' and 'responses' are not objects"),
        ('{"parameters": {}, "responses": []}', "'parameters' and 'responses' are not objects"),
    ],
)
def test_a_file_that_is_malformed_is_wrong(connection: Connection, tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "bad.json").write_text(text, encoding="utf-8")
    (finding,) = replay(connection, tmp_path)
    assert not finding.is_good
    assert reason in finding.unsent


def test_the_form_of_any_error_is_not_asked_for(replayed: Any) -> None:
    def change(contents: dict[str, Any]) -> None:
        contents["responses"]["default"] = {"body": {"error": {}}}

    assert sorted(replayed(GALLERY_CREATE, change)) == [200, 201, 202]


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good").mkdir()
    good = tmp_path / "good" / GALLERY_CREATE.name
    good.write_text(GALLERY_CREATE.read_text(encoding="utf-8"), encoding="utf-8")
    assert main([str(good.parent)]) == 0
    printed = capsys.readouterr().out
    assert "known  CourseGallery_Create.json 202: status-chosen\n" in printed
    assert f"\n{'CourseGallery_Create':<34}{1:>9}{2:>7}{0:>7}\nall " in printed
    assert "\n1 examples and recordings with 3 answers; 0 passed over\n" in printed
    bad = good.read_text(encoding="utf-8").replace("Creating", "Created")
    good.write_text(bad, encoding="utf-8")
    assert main([str(good.parent)]) == 1
    printed = capsys.readouterr().out
    assert "WRONG  CourseGallery_Create.json 201\n" in printed
    assert "properties.provisioningState: documented 'Created', answered 'Creating'" in printed


@pytest.mark.parametrize("arguments", [[], ["one", "two"], ["/nowhere/at/all"]])
def test_the_command_refuses_what_it_cannot_replay(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err


def test_a_folder_without_examples_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "openapi.json").write_text("{}", encoding="utf-8")
    assert main([str(tmp_path)]) == 2
    assert "nothing was compared" in capsys.readouterr().err
