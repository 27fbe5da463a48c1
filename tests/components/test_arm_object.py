"""The dynamic resource, in the process that really hosts it, against a server that answers as ARM does."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

import grpc
import pytest
from pulumi.dynamic.dynamic import serialize_provider

from components.arm_object import ArmObjectProvider
from tests.components.dynamic_host import DynamicHost, decoded
from tests.support.project import ROOT
from tests.support.scripted_arm import TOKEN, Answer, Request, ScriptedArm, arm_error

ACCOUNT = "/subscriptions/s/resourceGroups/labs/providers/Microsoft.LabServices/labaccounts/contoso"
ATTACHMENT = f"{ACCOUNT}/sharedGalleries/lab_images"
GALLERY = "/subscriptions/s/resourceGroups/galleries/providers/Microsoft.Compute/galleries/lab_images"
INPUTS = {"resourceId": ATTACHMENT, "apiVersion": "2019-01-01-preview", "body": {"galleryId": GALLERY}}

# The provider as it stands in the states of deployed stacks: it has to load for ever.
RELEASED_PROVIDER = (
    "gASVMgAAAAAAAACMFWNvbXBvbmVudHMuYXJtX29iamVjdJSMEUFybU9iamVjdFByb3ZpZGVylJOUKYGULg=="  # pragma: allowlist secret
)


class Labs:
    """The attachments of one lab account."""

    def __init__(self, server: ScriptedArm) -> None:
        self.server = server
        self.objects: dict[str, Any] = {}
        self.refusal: Answer | None = None
        server.answer = self.answer

    def answer(self, request: Request) -> Answer:
        path = request.path.partition("?")[0]
        if path == "/msi/token":
            return TOKEN
        if self.refusal is not None:
            return self.refusal
        key = path.lower()
        if request.method == "PUT":
            # What Azure adds, and how it spells ids, must not look like a change.
            properties = {name: value.upper() for name, value in request.body["properties"].items()}
            self.objects[key] = {"id": path, "properties": {**properties, "provisioningState": "Succeeded"}}
        elif request.method == "DELETE":
            gone = self.objects.pop(key, None)
            return Answer(204 if gone is None else 200)
        if key not in self.objects:
            return Answer(404, arm_error("ResourceNotFound", "not there"))
        return Answer(200, self.objects[key])

    def writes(self) -> list[str]:
        return [request.method for request in self.server.requests if request.method != "GET"]


@pytest.fixture
def labs(server: ScriptedArm) -> Labs:
    return Labs(server)


def test_the_provider_is_stored_by_reference() -> None:
    for stored in (str(serialize_provider(ArmObjectProvider())), RELEASED_PROVIDER):
        assert len(decoded(stored)) < 100
        assert type(pickle.loads(decoded(stored))) is ArmObjectProvider
    assert ArmObjectProvider.serialize_as_secret_always is False


def test_it_makes_reads_and_deletes_an_object(host: DynamicHost, labs: Labs) -> None:
    assert host.create(INPUTS) == (ATTACHMENT, INPUTS)
    assert host.read(ATTACHMENT, INPUTS) == (ATTACHMENT, INPUTS, INPUTS)
    host.delete(ATTACHMENT, INPUTS)
    assert labs.objects == {}
    assert labs.writes() == ["PUT", "DELETE"]
    puts = [request for request in labs.server.requests if request.method == "PUT"]
    assert puts[0].path == f"{ATTACHMENT}?api-version=2019-01-01-preview"
    assert puts[0].body == {"properties": {"galleryId": GALLERY}}


def test_an_object_that_is_there_with_the_same_content_is_taken_over(host: DynamicHost, labs: Labs) -> None:
    labs.objects[ATTACHMENT.lower()] = {"properties": {"galleryId": GALLERY.lower(), "more": 1}}
    assert host.create(INPUTS) == (ATTACHMENT, INPUTS)
    assert labs.writes() == []


def test_an_object_with_other_content_is_left_alone(host: DynamicHost, labs: Labs) -> None:
    labs.objects[ATTACHMENT.lower()] = {"properties": {"galleryId": "/other"}}
    with pytest.raises(grpc.RpcError) as caught:
        host.create(INPUTS)
    assert caught.value.details() == (
        f"{ATTACHMENT} exists already with other content ({{'galleryId': '/other'}}), so it is not ours to overwrite; "
        "remove it in Azure if nobody needs it, or take it out of the stack's configuration"
    )
    assert labs.writes() == []


def test_an_object_that_is_gone_has_no_id(host: DynamicHost, labs: Labs) -> None:
    assert host.read(ATTACHMENT, INPUTS) == ("", {}, {})


def test_drift_is_seen_by_a_read(host: DynamicHost, labs: Labs) -> None:
    labs.objects[ATTACHMENT.lower()] = {"properties": {"galleryId": "/other"}}
    drifted = {**INPUTS, "body": {"galleryId": "/other"}}
    assert host.read(ATTACHMENT, INPUTS) == (ATTACHMENT, drifted, drifted)
    assert host.diff(drifted, INPUTS) == ("DIFF_SOME", [], False)


def test_an_update_writes_the_new_content(host: DynamicHost, labs: Labs) -> None:
    other = {**INPUTS, "body": {"galleryId": f"{GALLERY}_2"}}
    host.create(INPUTS)
    assert host.update(ATTACHMENT, INPUTS, other) == other
    assert labs.objects[ATTACHMENT.lower()]["properties"]["galleryId"] == f"{GALLERY}_2".upper()


def test_deleting_what_is_gone_is_no_error(host: DynamicHost, labs: Labs) -> None:
    host.delete(ATTACHMENT, INPUTS)
    assert labs.writes() == ["DELETE"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("DIFF_NONE", [], False)),
        ({"resourceId": ATTACHMENT.upper()}, ("DIFF_NONE", [], False)),
        ({"body": {"galleryId": GALLERY.lower()}}, ("DIFF_NONE", [], False)),
        ({"body": {"galleryId": "/other"}}, ("DIFF_SOME", [], False)),
        ({"body": {"galleryId": GALLERY, "more": 1}}, ("DIFF_SOME", [], False)),
        ({"apiVersion": "2030-01-01"}, ("DIFF_SOME", [], False)),
        ({"resourceId": f"{ACCOUNT}/sharedGalleries/other"}, ("DIFF_SOME", ["resourceId"], True)),
    ],
)
def test_what_is_a_change(host: DynamicHost, changes: dict[str, Any], expected: tuple[str, list[str], bool]) -> None:
    assert host.diff(INPUTS, {**INPUTS, **changes}) == expected


def test_an_id_that_is_none_is_refused_before_anything_is_asked(host: DynamicHost, labs: Labs) -> None:
    assert host.check(INPUTS) == []
    assert host.check({**INPUTS, "resourceId": "contoso"}) == [
        ("resourceId", "'contoso' is no resource id; write one that starts with /subscriptions/")
    ]
    assert labs.server.requests == []


def test_a_refusal_is_told_without_a_traceback(host: DynamicHost, labs: Labs) -> None:
    labs.refusal = Answer(409, arm_error("GalleryAlreadyAttached", "Only one gallery can be attached."))
    with pytest.raises(grpc.RpcError) as caught:
        host.create(INPUTS)
    assert caught.value.details() == (
        f"Azure refuses GET {ATTACHMENT} with 409 (GalleryAlreadyAttached: Only one gallery can be attached); "
        "correct what Azure names and run it again"
    )


def test_a_mistake_of_ours_still_shows_where(host: DynamicHost, labs: Labs) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        host.create({"resourceId": ATTACHMENT, "apiVersion": "2019-01-01-preview"})
    assert "Traceback (most recent call last)" in caught.value.details()
    assert "KeyError: 'body'" in caught.value.details()


def test_a_program_that_declares_one_does_not_load_the_client() -> None:
    code = (
        "import sys, components.arm_object; sys.exit('inventory.arm.client' in sys.modules or 'azure' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
