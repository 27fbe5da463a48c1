"""Replaying recorded exchanges: what is made for them, what is compared, and how much of a request is rebuilt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.emulator.process.connection import Connection
from sandbox.replay.example import Malformed, NotReplayable
from sandbox.replay.finding import Finding, replay
from sandbox.replay.recording import read_recording

pytest_plugins = ["tests.support.emulator"]
RECORDINGS = Path(__file__).parent / "recordings"
GROUP = "/subscriptions/00000000-0000-0000-0000-0000000000ee/resourceGroups"
GALLERY = "providers/Microsoft.Compute/galleries/course_images"
KNOWN = {
    "plan-get": ("who",),
    "plans-list": ("who",),
    "thread-feature": ("quoted-feature",),
    "thread-nested-once": ("nested-named",),
}


@pytest.fixture
def replayed(connection: Connection, tmp_path: Path) -> Any:
    """Replays one recording, changed by a function, and returns what was found."""

    def send(name: str, change: Any = lambda contents: None) -> Finding:
        contents = _contents(name)
        change(contents)
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        (folder / f"{name}.json").write_text(json.dumps(contents), encoding="utf-8")
        (finding,) = replay(connection, folder)
        return finding

    return send


def _contents(name: str) -> Any:
    return json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))


def test_every_recording_is_answered_as_recorded_or_as_the_ledger_says(connection: Connection) -> None:
    found = {Path(each.name).stem: each for each in replay(connection, RECORDINGS)}
    assert [str(each) for each in found.values() if not each.is_good] == []
    assert {name: each.deviations for name, each in found.items() if each.deviations} == KNOWN
    assert len(found) == len(list(RECORDINGS.glob("*.json")))


def _body(field: str, value: Any) -> Any:
    """Return a function that sets a field of the recorded body; None takes it away."""

    def change(contents: Any) -> None:
        *path, last = field.split(".")
        place = contents["response"]["body"]
        for part in path:
            place = place[int(part) if part.isdecimal() else part]
        if value is None:
            del place[last]
        else:
            place[last] = value

    return change


def _header(name: str, value: str | None) -> Any:
    def change(contents: Any) -> None:
        contents["response"]["headers"].pop(name, None)
        if value is not None:
            contents["response"]["headers"][name] = value

    return change


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("version-put", _body("tags", {"a": "b"}), "tags.a: documented 'b', answered '(nothing)'"),
        ("version-put", _body("tags", None), "tags: documented '(nothing)', answered {}"),
        ("version-get", _body("properties.validationsProfile", None), "properties.validationsProfile"),
        ("version-get", _body("properties.publishingProfile.publishedDate", "yesterday"), "publishedDate"),
        ("version-get", _body("properties.publishingProfile.publishedDate", "2026-01-01T00:00:00Z"), "publishedDate"),
        ("galleries-list", _body("value.0.id", f"{GROUP}/course000001/{GALLERY}"), "value[0].id"),
        ("version-put", _header("Azure-AsyncOperation", None), "headers.azure-asyncoperation: documented '(nothing)'"),
        ("version-put", _header("Location", "https://a/b"), "headers.location"),
        ("operation-running", _header("Retry-After", "30"), "headers.retry-after: documented '30', answered '60'"),
        ("operation-running", _body("status", "Succeeded"), "headers.retry-after: documented '60'"),
        ("plan-missing", _header("Content-Type", "application/json"), "headers.content-type"),
        ("thread-source", _body("error.code", "Conflict"), "error.code: documented 'Conflict'"),
    ],
)
def test_what_differs_is_found_in_both_directions(replayed: Any, name: str, change: Any, message: str) -> None:
    finding = replayed(name, change)
    assert not finding.is_good
    assert message in " ".join(map(str, finding.mistakes))


@pytest.mark.parametrize("recorder", ["Azure/azure-cli", "Azure/azure-sdk-for-python"])
def test_some_recorders_drop_retry_after(replayed: Any, recorder: str) -> None:
    def change(contents: Any) -> None:
        _header("Retry-After", None)(contents)
        contents["source"] = recorder

    assert replayed("operation-running", change).is_good


def test_a_list_of_a_group_is_of_that_group_however_it_is_masked(replayed: Any) -> None:
    def change(contents: Any) -> None:
        contents["request"]["path"] = f"{GROUP}/course-rg/{GALLERY.rpartition('/')[0]}?api-version=2022-03-03"
        _body("value.0.id", f"{GROUP}/COURSE-417/{GALLERY}")(contents)

    assert replayed("galleries-list", change).is_good


@pytest.mark.parametrize(("policy", "known"), [({"isSoftDeleteEnabled": False}, ("soft-delete-shown",)), ({}, ())])
def test_a_policy_that_was_shown_unasked_for_some_months_is_known(replayed: Any, policy: Any, known: Any) -> None:
    def change(contents: Any) -> None:
        contents["request"]["path"] = contents["request"]["path"].replace("2025-03-03", "2021-07-01")
        _body("properties.softDeletePolicy", policy)(contents)

    finding = replayed("gallery-put", change)
    assert (finding.deviations, finding.is_good) == (known, bool(known))


def test_a_body_that_was_not_read_is_taken_from_the_answer(replayed: Any) -> None:
    def change(contents: Any) -> None:
        contents["request"]["body"] = "(not read)"

    assert replayed("gallery-put", change).is_good


def test_an_end_of_life_that_has_passed_since_is_still_to_come_in_the_replay(replayed: Any) -> None:
    assert replayed(
        "version-get", _body("properties.publishingProfile.endOfLifeDate", "2020-02-29T00:00:00+00:00")
    ).is_good
    assert replayed("version-put-late").status == 400


@pytest.mark.parametrize("placeholder", [None, "(galleries/images)"])
def test_a_quote_keeps_the_names_of_its_placeholder_or_of_its_error(replayed: Any, placeholder: str | None) -> None:
    def change(contents: Any) -> None:
        contents["request"]["path"] = placeholder or contents["request"]["path"]

    contents = _contents("thread-nested")
    change(contents)
    quote = read_recording(contents, "thread-nested")
    assert quote.path.endswith("/providers/Microsoft.Compute/galleries/course_images/images/python")
    assert list(quote.answers) == [409]
    assert replayed("thread-nested", change).is_good


ENTITY = (
    r"The entity name 'galleryImageName' is invalid according to its validation rule: ^[^_\W][\w-._]{0,79}(?<![-.])$."
)
ASSET = (
    "Asset name galleryImage.properties.identifier.offer is not valid. It cannot be empty. Allowed characters are "
    "uppercase or lowercase letters, digits, hyphen(-), period (.), underscore (_). Names are not allowed to end with "
    "period(.). The length of the name cannot exceed 64 characters."
)
DELAYED = (
    "Deletion of Gallery image version is not allowed because the image is enabled for blockDeletionBeforeEndOfLife "
    "and its endOfLifeDate has not reached yet."
)
LOCKED = (
    f"The scope '{GROUP}/course-7/{GALLERY}' cannot perform delete operation because following scope(s) are locked: "
    f"'{GROUP}/course-7'. Please remove the lock and try again."
)
NO_SYSTEM = "Required parameter 'galleryImage.properties.osType' is missing (null)."
MEMORY = "The minimum value of memory must not be greater than the maximum value of memory."
NO_LOCATION = "The location property is required for this definition."
NOT_FOUND = (
    "The Resource 'Microsoft.Compute/galleries/course_images/images/python' under resource group 'course-7' was not "
    "found. For more details please go to https://aka.ms/ARMResourceNotFoundFix"
)
NO_PARENT = "Can not perform requested operation on nested resource. Parent resource 'course_images/python' not found."
MACHINE = f"{GROUP}/course-7/providers/Microsoft.Compute/virtualMachines/golden"
FROM_MACHINE = (
    f"The gallery image version source id: '{MACHINE}' must be specified in "
    "'galleryImageVersion.properties.storageProfile.source.virtualMachineId'."
)


@pytest.mark.parametrize(
    ("request_", "status", "code", "message"),
    [
        ("PUT (galleries/images)", 400, "InvalidParameter", ENTITY),
        ("PUT (galleries/images)", 400, "InvalidParameter", ASSET),
        ("PUT (galleries/images)", 400, "InvalidParameter", NO_SYSTEM),
        ("PUT (galleries/images)", 400, "InvalidParameter", MEMORY),
        ("PUT (galleries)", 400, "LocationRequired", NO_LOCATION),
        ("PUT (galleries/images/versions)", 400, "LocationRequired", NO_LOCATION),
        ("PUT (galleries/images/versions)", 404, "ParentResourceNotFound", NO_PARENT),
        ("PUT (galleries)", 404, "ResourceGroupNotFound", "Resource group 'course-7' could not be found."),
        ("GET (galleries)", 404, "ResourceGroupNotFound", "Resource group 'course-7' could not be found."),
        ("GET (galleries/images)", 404, "ResourceNotFound", NOT_FOUND),
        ("PUT (galleries/images/versions)", 400, "InvalidParameter", FROM_MACHINE),
        ("DELETE (galleries)", 409, "ScopeLocked", LOCKED),
        (
            "DELETE (galleries/images/versions)",
            409,
            "DeleteGalleryImageVersionBlockedBeforeEndOfLife",
            DELAYED,
        ),
    ],
)
def test_a_refusal_that_someone_quoted_is_rebuilt_from_what_it_says(
    replayed: Any, request_: str, status: int, code: str, message: str
) -> None:
    method, path = request_.split()

    def change(contents: Any) -> None:
        contents["request"] |= {"method": method, "path": path}
        contents["response"] |= {"status": status, "body": {"error": {"code": code, "message": message}}}

    finding = replayed("thread-nested", change)
    assert finding.is_good, finding.mistakes
    assert finding.status == status


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"method": "PUT", "path": "(galleries/applications)"}, "type not imitated"),
        ({"method": "PUT", "path": "(galleries/images)"}, "does not say what was sent"),
        (
            {"method": "GET", "path": "/subscriptions/s/providers/Microsoft.Web/sites/x?api-version=1"},
            "type not imitated",
        ),
        ({"method": "POST", "path": f"{GROUP}/g/{GALLERY}/share?api-version=2024-03-03"}, "action not imitated"),
        ({"method": "GET", "path": f"{GROUP}/g/{GALLERY}?api-version=2019-03-01"}, "api-version not imitated"),
    ],
)
def test_what_cannot_be_rebuilt_is_passed_over(request_: Any, message: str) -> None:
    with pytest.raises(NotReplayable, match=message):
        read_recording({"request": request_, "response": {"status": 400, "body": {"error": {"code": "x"}}}}, "x")


@pytest.mark.parametrize(
    "contents",
    [
        {"request": {}, "response": {}},
        {"request": {"method": "GET", "path": "/x"}, "response": {"status": "many"}},
        {"request": {"method": "TAKE", "path": "/x"}, "response": {"status": 200}},
        {"request": {"method": "GET", "path": "/x?api-version=1"}, "response": {"status": 200}},
        {"request": {"method": "GET", "path": "/subscriptions/s/resourceGroups"}, "response": {"status": 200}},
    ],
)
def test_a_recording_of_another_form_is_malformed(contents: Any) -> None:
    with pytest.raises(Malformed):
        read_recording(contents, "x")
