"""The section about Marketplace images of `labs teachers`, against the sandbox's Azure."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.stacks.commands import Commands
from catalog.texts.translation import speaking
from cli.marketplace_text import marketplace_lines
from lifecycle.marketplace import MarketplaceDrift
from tests.cli.test_teachers import PULUMI, configured, flat
from tests.support.emulator_client import ACCOUNT
from tests.support.exports_scene import Scene

pytest_plugins = ["tests.support.emulator"]
FOCAL = {"publisher": "canonical", "offer": "0001-com-ubuntu-server-focal", "sku": "20_04-lts"}
FOCAL_NAME, DEBIAN = "canonical.0001-com-ubuntu-server-focal.20_04-lts", "debian.debian-12.12"
IMAGES, OLD = f"{ACCOUNT}/galleryimages", "api-version=2018-10-15"


def switch(scene: Scene, name: str, *, enabled: bool) -> None:
    body = {"properties": {"isEnabled": enabled}}
    assert scene.client.send("PATCH", f"{IMAGES}/{name}?{OLD}", body).status == 200


def requests(scene: Scene) -> list[str]:
    return [
        entry["path"]
        for entry in scene.client.get("/sandbox/requests").body
        if "galleryimages" in entry["path"].lower()
    ]


def test_what_is_offered_and_what_is_listed_are_compared(scene: Scene) -> None:
    switch(scene, DEBIAN, enabled=True)
    scene.client.send("DELETE", "/sandbox/requests")
    assert scene.labs("teachers").exit_code == 0
    assert requests(scene) == []
    configured(marketplaceImages=[FOCAL, {"publisher": "contoso", "offer": "gis", "sku": "one"}])
    shown = scene.labs("teachers")
    expected = (
        "Marketplace images: "
        f"- contoso-labs offers images that marketplaceImages does not list: {DEBIAN} "
        f"- contoso-labs does not offer images that marketplaceImages lists: {FOCAL_NAME} "
        "- contoso-labs does not have images that marketplaceImages lists: contoso.gis.one "
        "What to do: "
        f"- `{PULUMI} up --refresh --stack dev` switches them as listed; to keep what is offered today, change "
        "marketplaceImages instead "
        "- Lab Services has to list an image before it can be offered: take those that a lab does not have out of "
        "marketplaceImages, until then every update is refused"
    )
    assert (shown.exit_code, expected in flat(shown.stdout)) == (1, True), shown.stdout
    answer = json.loads(scene.labs("teachers", "--json").stdout)
    (lab,) = answer["marketplace"]
    assert (answer["ok"], lab["unlisted"], lab["missing"], lab["not_there"], len(lab["remedies"])) == (
        False,
        [DEBIAN],
        [FOCAL_NAME],
        ["contoso.gis.one"],
        2,
    )
    status = scene.labs("status")
    summary = f"Marketplace images: contoso-labs does not offer images that marketplaceImages lists: {FOCAL_NAME}."
    assert (status.exit_code, summary in flat(status.stdout)) == (1, True), status.stdout
    assert json.loads(scene.labs("status", "--json").stdout)["marketplace"] == answer["marketplace"]
    # One image was asked for, or another lab: the section is not about it.
    assert scene.labs("teachers", "--image", "python").exit_code == 0
    refused = scene.labs("teachers", "--planned")
    assert (refused.exit_code, "lists no Marketplace image contoso.gis.one" in flat(refused.output)) == (1, True)


def test_as_listed_nothing_is_said_and_every_page_is_read(scene: Scene) -> None:
    switch(scene, FOCAL_NAME, enabled=True)
    configured(marketplaceImages=[FOCAL])
    scene.client.send("DELETE", "/sandbox/requests")
    shown = scene.labs("teachers")
    assert (shown.exit_code, "Marketplace" in shown.stdout) == (0, False), shown.stdout
    assert len(requests(scene)) == 3
    assert json.loads(scene.labs("teachers", "--json").stdout)["marketplace"] == []
    assert scene.labs("teachers", "--planned").exit_code == 0
    configured(marketplaceImages="[]")
    assert f"does not list: {FOCAL_NAME}" in flat(scene.labs("teachers").stdout)
    assert scene.labs("teachers", "--planned").exit_code == 0


def test_a_list_that_cannot_be_read_is_no_pass(scene: Scene) -> None:
    configured(marketplaceImages="[]")
    scene.fault("galleryImages", 403, code="AuthorizationFailed", message="no")
    shown = scene.labs("teachers")
    assert shown.exit_code == 1
    assert "the Marketplace images of contoso-labs cannot be listed: " in flat(shown.stdout)
    assert "mend the access to the lab's images, and ask again" in flat(shown.stdout)


@pytest.mark.parametrize(("language", "heading"), [("ko", "Marketplace 이미지:"), ("ja", "Marketplace イメージ:")])
def test_the_section_speaks_the_reader_s_language(language: Any, heading: str) -> None:
    drift = MarketplaceDrift("/labs/contoso", unlisted=("a.b.c",))
    with speaking(language):
        found = list(marketplace_lines([drift], Commands("dev", pretend=False), 200))
    assert heading in found[1]
    assert "contoso" in found[2]
    assert "a.b.c" in found[2]
