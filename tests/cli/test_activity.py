"""`labs activity` against the sandbox's Azure."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.exports_scene import GALLERY, Scene

pytest_plugins = ["tests.support.emulator"]
PERSON = "somebody@contoso.com"
LOG = "eventtypes/management/values"


def test_who_changed_what(scene: Scene) -> None:
    scene.export_version()
    scene.client.delete(f"{GALLERY}/images/python/versions/1.0.0")
    shown = scene.labs("activity", "--stack", "dev")
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert re.fullmatch(r"Changes in contoso_lab_images and its labs since \d{4}-\d\d-\d\d, stack dev:", lines[0])
    assert re.fullmatch(rf"\d{{4}}-\d\d-\d\d \d\d:\d\d UTC  {PERSON}", lines[2])
    changed = [line for line in lines if line.startswith("  - ")]
    assert changed[:2] == [
        "  - delete galleries/contoso_lab_images/images/python/versions/1.0.0",
        "  - write galleries/contoso_lab_images/images/python/versions/1.0.1",
    ]
    assert changed[-2:] == [
        "  - write galleries/contoso_lab_images/images/python",
        "  - write galleries/contoso_lab_images",
    ]
    assert any(line.endswith("contoso-labs/sharedGalleries/labs") for line in changed)


def test_as_json(scene: Scene) -> None:
    scene.export_version()
    answer = json.loads(scene.labs("activity", "--json").stdout)
    assert {key: answer[key] for key in ("ok", "stack", "unreadable")} == {"ok": True, "stack": "dev", "unreadable": []}
    assert answer["changes"][0]["who"] == PERSON
    assert answer["changes"][0]["id"] == f"{GALLERY}/images/python/versions/1.0.1"
    assert answer["changes"][0]["operation"] == "Microsoft.Compute/galleries/images/versions/write"


def test_who_may_not_read_the_log_learns_that(scene: Scene) -> None:
    scene.client.send("POST", "/sandbox/faults", {"method": "GET", "path": LOG, "status": 403, "times": 9})
    shown = scene.labs("activity", "--stack", "dev")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("No change in contoso_lab_images")
    assert "A part of the activity log cannot be read: Azure refuses" in shown.stdout
    (first, *_) = json.loads(scene.labs("activity", "--json").stdout)["unreadable"]
    assert "403" in first


def test_nothing_that_was_asked_before_is_shown(scene: Scene) -> None:
    scene.client.send("DELETE", "/sandbox/requests")
    assert scene.labs("activity").stdout.startswith("No change in contoso_lab_images and its labs since")


@pytest.mark.parametrize("days", ["0", "91", "x"])
def test_the_log_is_kept_for_ninety_days(scene: Scene, days: str) -> None:
    assert scene.labs("activity", "--days", days).exit_code == 2
