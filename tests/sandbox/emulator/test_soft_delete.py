"""Versions of a gallery with soft deletion: kept, listed, restored, and gone in the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.emulator.arm_path import parse
from sandbox.emulator.state import State
from sandbox.emulator.types.compute.soft_deleted_version import Keeping, SoftDeletedVersion, keep, take_back
from sandbox.emulator.types.resource import Resource
from sandbox.emulator.types.resource_type import Context
from tests.support.emulator_client import GALLERIES, Client, version

pytest_plugins = ["tests.support.emulator"]
GALLERY = f"{GALLERIES}/labs_gallery"
KEPT = f"{GALLERY}/softDeletedArtifactTypes/images/artifacts/python/versions"


@pytest.fixture
def deleted(client: Client, image: str) -> str:
    """The id of a version that was published with a tag and then deleted."""
    soft = {"location": "koreacentral", "properties": {"softDeletePolicy": {"isSoftDeleteEnabled": True}}}
    assert client.put(GALLERY, soft).status == 200
    assert client.put(f"{image}/versions/1.0.0", version() | {"tags": {"term": "autumn"}}).status == 201
    assert client.delete(f"{image}/versions/1.0.0").status == 202
    return f"{image}/versions/1.0.0"


def _restore(client: Client, identifier: str) -> Any:
    body = {"properties": {"restore": True, "storageProfile": {}}}
    return client.send("PATCH", identifier, body)


def test_a_deleted_version_is_listed_and_not_found(client: Client, deleted: str) -> None:
    assert client.get(deleted).refused == (404, "ResourceNotFound")
    (entry,) = client.get(KEPT).body["value"]
    assert entry["id"] == KEPT.replace("/images/", "/Images/") + "/1.0.0"
    assert entry["properties"].pop("softDeletedTime")
    assert entry["properties"] == {"resourceArmId": deleted, "softDeletedArtifactType": "Images"}
    assert client.get(f"{KEPT}/1.0.0").body["name"] == "1.0.0"


def test_a_restored_version_is_as_it_was(client: Client, deleted: str) -> None:
    assert _restore(client, deleted).status == 200
    shown = client.get(deleted).body
    assert (shown["tags"], shown["properties"]["provisioningState"]) == ({"term": "autumn"}, "Succeeded")
    assert shown["properties"]["storageProfile"]["osDiskImage"]["sizeInGB"] == 64
    assert client.get(KEPT).body["value"] == []


def test_what_was_not_deleted_cannot_be_restored(client: Client, image: str) -> None:
    assert _restore(client, f"{image}/versions/1.0.0").refused == (404, "ResourceNotFound")


def test_a_patch_that_does_not_restore_finds_nothing(client: Client, deleted: str) -> None:
    assert client.send("PATCH", deleted, {"tags": {}}).refused == (404, "ResourceNotFound")
    assert len(client.get(KEPT).body["value"]) == 1


def test_what_becomes_of_a_new_version_under_the_number_is_not_known(client: Client, deleted: str) -> None:
    reply = client.put(deleted, version())
    assert (reply.refused, reply.rule) == ((400, "AnswerUnknown"), "version-restored")
    assert len(client.get(KEPT).body["value"]) == 1
    assert client.delete(f"{KEPT}/1.0.0").status == 200
    assert client.put(deleted, version()).status == 201


def test_a_kept_version_is_not_written(client: Client, deleted: str) -> None:
    assert client.put(f"{KEPT}/1.0.0", {"properties": {}}).refused == (405, "MethodNotAllowed")


def test_a_kept_version_holds_up_definition_and_gallery_until_it_is_deleted_for_good(
    client: Client, image: str, deleted: str
) -> None:
    assert client.delete(image).refused == (409, "CannotDeleteResource")
    assert client.delete(GALLERY).refused == (409, "CannotDeleteResource")
    assert client.delete(f"{KEPT}/1.0.0").status == 200
    assert client.get(KEPT).body["value"] == []
    assert client.delete(image).status == 202
    assert client.delete(GALLERY).status == 202


def test_a_kept_version_holds_up_nothing_once_soft_deletion_is_off(client: Client, image: str, deleted: str) -> None:
    on = {"location": "koreacentral", "properties": {"softDeletePolicy": {"isSoftDeleteEnabled": True}}}
    assert client.put(GALLERY, on | {"tags": {"term": "autumn"}}).status == 200
    assert client.delete(image).refused == (409, "CannotDeleteResource")
    off = {"location": "koreacentral", "properties": {"softDeletePolicy": {"isSoftDeleteEnabled": False}}}
    assert client.put(GALLERY, off).status == 200
    assert client.delete(image).status == 202
    assert client.delete(GALLERY).status == 202


def test_a_gallery_that_is_missing_lists_nothing(client: Client) -> None:
    assert client.get(KEPT).refused == (404, "ParentResourceNotFound")


def test_when_its_time_is_over_a_version_is_gone(tmp_path: Path) -> None:
    state = State(tmp_path / "state.sqlite")
    path, collection = parse(f"{GALLERY}/images/python/versions/1.0.0"), parse(KEPT)
    assert path
    assert collection
    with state.transaction():
        keep(state, Resource(path, {"location": "koreacentral", "properties": {}}), 0, Keeping(60, 40))
        kind = SoftDeletedVersion()
        assert len(kind.listed(collection, Context(state, {}, 99))) == 1
        assert kind.listed(collection, Context(state, {}, 100)) == []
        assert take_back(state, path, 60) is None
    state.close()
