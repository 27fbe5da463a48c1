"""The guard in the process that really hosts it, against a server that answers as ARM does."""

from __future__ import annotations

import pickle
from typing import Any

import grpc
import pytest
from pulumi.dynamic.dynamic import serialize_provider

from components.destroy_guard import DestroyGuardProvider
from tests.components.dynamic_host import DynamicHost, decoded
from tests.support.scripted_arm import TOKEN, Answer, Request, ScriptedArm, arm_error

GROUP = "/subscriptions/s/resourceGroups/galleries"
GALLERY = f"{GROUP}/providers/Microsoft.Compute/galleries/lab_images"
INPUTS = {"galleryId": GALLERY, "tagName": "lab-image-gallery", "tagValue": "lab-image-gallery/prod"}
OURS = {"lab-image-gallery": "lab-image-gallery/prod"}

# The provider as it stands in the states of deployed stacks: it has to load for ever.
# pragma: allowlist nextline secret
RELEASED_PROVIDER = "gASVOAAAAAAAAACMGGNvbXBvbmVudHMuZGVzdHJveV9ndWFyZJSMFERlc3Ryb3lHdWFyZFByb3ZpZGVylJOUKYGULg=="


def entry(path: str, tags: dict[str, str]) -> dict[str, Any]:
    return {"id": f"{GALLERY}{path}", "name": path.rpartition("/")[2], "location": "Korea Central", "tags": tags}


class Gallery:
    """What is in the gallery, by path: an object, a list of objects, or a refusal."""

    def __init__(self, server: ScriptedArm) -> None:
        self.server = server
        server.answer = self.answer
        self.soft_delete = False
        self.images: dict[str, dict[str, str]] = {}
        self.versions: dict[str, dict[str, str]] = {}
        self.refusal: Answer | None = None

    def answer(self, request: Request) -> Answer:
        path = request.path.partition("?")[0]
        if path == "/msi/token":
            return TOKEN
        if self.refusal is not None:
            return self.refusal
        inside = path.removeprefix(GALLERY)
        if inside == "":
            properties = {"softDeletePolicy": {"isSoftDeleteEnabled": self.soft_delete}}
            return Answer(200, entry("", OURS) | {"properties": properties})
        if inside == "/images":
            return Answer(200, {"value": [entry(f"/images/{name}", tags) for name, tags in self.images.items()]})
        found = {key: tags for key, tags in self.versions.items() if key.startswith(inside.removeprefix("/images/"))}
        return Answer(200, {"value": [entry(f"/images/{key}", tags) for key, tags in found.items()]})


@pytest.fixture
def gallery(server: ScriptedArm) -> Gallery:
    return Gallery(server)


def refused(host: DynamicHost) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        host.delete(GALLERY, INPUTS)
    shown = str(caught.value.details())
    assert "Traceback" not in shown
    return shown


def test_the_provider_is_stored_by_reference() -> None:
    for stored in (str(serialize_provider(DestroyGuardProvider())), RELEASED_PROVIDER):
        assert len(decoded(stored)) < 100
        assert type(pickle.loads(decoded(stored))) is DestroyGuardProvider


def test_until_it_is_deleted_it_asks_nobody(host: DynamicHost, gallery: Gallery) -> None:
    assert host.check(INPUTS) == []
    assert host.create(INPUTS) == (GALLERY, INPUTS)
    assert host.read(GALLERY, INPUTS)[:2] == (GALLERY, INPUTS)
    renamed = {**INPUTS, "tagValue": "lab-image-gallery/production"}
    assert host.diff(INPUTS, renamed) == ("DIFF_SOME", [], False)
    assert host.update(GALLERY, INPUTS, renamed) == renamed
    assert gallery.server.requests == []


def test_the_spelling_of_the_gallery_is_no_change_and_another_gallery_another_guard(host: DynamicHost) -> None:
    assert host.diff(INPUTS, {**INPUTS, "galleryId": GALLERY.upper()}) == ("DIFF_NONE", [], False)
    assert host.diff(INPUTS, {**INPUTS, "galleryId": f"{GALLERY}2"}) == ("DIFF_SOME", ["galleryId"], True)


def test_a_gallery_with_nothing_but_ours_may_go(host: DynamicHost, gallery: Gallery) -> None:
    gallery.images = {"python": OURS}
    gallery.versions = {"python/versions/1.0.0": OURS}
    host.delete(GALLERY, INPUTS)
    assert {request.method for request in gallery.server.requests} == {"GET"}


def test_images_of_others_and_soft_delete_keep_it(host: DynamicHost, gallery: Gallery) -> None:
    gallery.images = {"python": OURS, "export": {}}
    gallery.versions = {"python/versions/1.0.0": OURS, "python/versions/7.0.0": {}, "export/versions/1.0.0": {}}
    gallery.soft_delete = True
    shown = refused(host)
    listed = [line.strip() for line in shown.splitlines() if line.startswith("  ")]
    assert listed == [
        f"{GALLERY}/images/export/versions/1.0.0",
        f"{GALLERY}/images/export",
        f"{GALLERY}/images/python/versions/7.0.0",
    ]
    assert "The gallery lab_images has soft delete on" in shown


def test_the_guard_of_one_image_looks_into_that_image_alone(host: DynamicHost, gallery: Gallery) -> None:
    gallery.images = {"python": OURS, "export": {}}
    gallery.versions = {"python/versions/1.0.0": OURS, "export/versions/1.0.0": {}}
    host.delete(GALLERY, {**INPUTS, "image": "Python"})
    assert not any("/images/export" in request.path for request in gallery.server.requests)
    gallery.versions["python/versions/7.0.0"] = {}
    with pytest.raises(grpc.RpcError) as caught:
        host.delete(GALLERY, {**INPUTS, "image": "python"})
    shown = str(caught.value.details())
    assert f"{GALLERY}/images/python/versions/7.0.0" in shown
    assert "/images/export" not in shown


@pytest.mark.parametrize("code", ["ResourceNotFound", "ResourceGroupNotFound"])
def test_a_gallery_that_is_gone_holds_nothing_up(host: DynamicHost, gallery: Gallery, code: str) -> None:
    gallery.refusal = Answer(404, arm_error(code, "not there"))
    host.delete(GALLERY, INPUTS)


def test_what_cannot_be_seen_is_not_destroyed(host: DynamicHost, gallery: Gallery) -> None:
    action = "Microsoft.Compute/galleries/images/read"
    message = f"The client does not have authorization to perform action '{action}' over scope '{GALLERY}'."
    gallery.refusal = Answer(403, arm_error("AuthorizationFailed", message))
    shown = refused(host)
    assert shown.startswith("whether others have images in the gallery cannot be seen, so nothing was deleted: Azure ")
    assert "with 403 (AuthorizationFailed" in shown
    assert f'--role "Reader" --scope {GALLERY}' in shown


def test_azure_that_does_not_answer_keeps_everything(host: DynamicHost, gallery: Gallery) -> None:
    # A wait that is too long ends the request at once.
    gallery.refusal = Answer(503, arm_error("ServerBusy", "later"), {"Retry-After": "3600"})
    shown = refused(host)
    assert shown.startswith("whether others have images in the gallery cannot be seen, so nothing was deleted: Azure ")
    assert shown.endswith("see https://status.azure.com and run it again")
