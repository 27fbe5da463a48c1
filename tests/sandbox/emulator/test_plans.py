"""Images of lab plans, exports into their gallery, DevTest labs, and a provider that is gone."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.emulator.types.labs.marketplace import MARKETPLACE
from tests.support.emulator_client import ACCOUNT, BUILD, GALLERIES, ONE, Client, Reply, definition, version

pytest_plugins = ["tests.support.emulator"]
GALLERY = f"{GALLERIES}/labs_gallery"
LABS = f"{ONE}/resourceGroups/labs/providers"
PLAN = f"{LABS}/Microsoft.LabServices/labPlans/contoso-plan"
DEVTEST = f"{LABS}/Microsoft.DevTestLab/labs/contoso-devtest"
MACHINE = f"{LABS}/Microsoft.LabServices/labs/autumn/virtualMachines/template"


@pytest.fixture
def plan(client: Client, image: str) -> str:
    """The seeded lab plan with the gallery, in which an image is published at once."""
    client.replication(secondsPerRegion=0)
    _patch(client, PLAN, sharedGalleryId=GALLERY)
    assert client.put(f"{image}/versions/1.0.0", version()).status == 201
    return PLAN


def _patch(client: Client, path: str, **properties: Any) -> Reply:
    return client.send("PATCH", path, {"properties": properties})


def _listed(client: Client, path: str) -> list[Any]:
    """Every entry of a list, page by page."""
    page = client.get(path).body
    found = list(page["value"])
    while link := page.get("nextLink"):
        page = client.get(link).body
        found += page["value"]
    return found


def _images(client: Client) -> dict[str, str]:
    """The state of each image of the gallery; those of the Marketplace are listed before them."""
    listed = {entry["name"]: entry["properties"] for entry in _listed(client, f"{PLAN}/images")}
    assert [name for name, shown in listed.items() if shown.get("publisher")] == list(MARKETPLACE)
    return {name: shown.get("enabledState", "") for name, shown in listed.items() if shown.get("sharedGalleryId")}


def test_an_image_of_the_gallery_starts_disabled_and_keeps_its_state(client: Client, plan: str, image: str) -> None:
    name = image.rsplit("/", 1)[1]
    shown = client.get(f"{plan}/images/{name}").body
    assert shown["type"] == "Microsoft.LabServices/labPlans/images"
    assert shown["properties"]["sharedGalleryId"] == image
    assert ("enabledState" in shown["properties"], shown["properties"]["availableRegions"]) == (False, ["koreacentral"])
    written = _patch(client, f"{plan}/images/{name}", enabledState="Enabled", osType="Windows")
    assert (written.status, written.body["properties"]["osType"]) == (200, "Linux")
    # A new version is offered in the same state, and so is the image when its gallery comes back.
    assert client.put(f"{image}/versions/1.1.0", version()).status == 201
    assert _images(client) == {name: "Enabled"}
    assert _patch(client, plan, sharedGalleryId=None).status == 200
    assert "sharedGalleryId" not in client.get(plan).body["properties"]
    assert _images(client) == {}
    body = {"properties": {"enabledState": "Disabled"}}
    assert client.put(f"{plan}/images/{name}", body).refused == (400, "AnswerUnknown")
    _patch(client, plan, sharedGalleryId=GALLERY)
    assert client.put(f"{plan}/images/{name}", body).status == 200
    assert _images(client) == {name: "Disabled"}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("https://it.contoso.example", "https://it.contoso.example/"),
        ("https://it.contoso.example/labs", "https://it.contoso.example/labs"),
        ("help desk", "help desk"),
    ],
)
def test_the_address_of_support_comes_back_with_a_path(client: Client, sent: str, shown: str) -> None:
    changed = _patch(client, PLAN, supportInfo={"url": sent, "phone": "1"})
    assert changed.body["properties"]["supportInfo"] == {"url": shown, "phone": "1"}


def test_images_are_filtered_by_display_name_and_come_200_a_page(client: Client) -> None:
    images = {f"image{number}": {"displayName": f"The {number}th's"} for number in range(201)}
    group = {"location": "koreacentral", "labPlans": {"contoso-plan": {"images": images}}}
    subscription = {"displayName": "more", "resourceGroups": {"labs": group}}
    seed = {"subscriptions": {ONE.rsplit("/", 1)[1]: subscription}}
    assert client.send("POST", "/sandbox/seed", seed).status == 200
    (found,) = client.get(f"{PLAN}/images", **{"$filter": "Properties/DisplayName eq 'The 7th''s'"}).body["value"]
    assert (found["name"], "enabledState" in found["properties"], "systemData" in found) == ("image7", False, False)
    first = client.get(f"{PLAN}/images").body
    assert len(first["value"]) == 200
    assert first["nextLink"].endswith("/labPlans/contoso-plan/images?api-version=2023-06-07&$skipToken=200")
    assert [entry["name"] for entry in client.get(first["nextLink"]).body["value"]] == ["image200"]


def test_a_plan_lists_the_marketplace_page_by_page_and_an_image_of_it_is_switched(client: Client) -> None:
    first = client.get(f"{PLAN}/images").body
    assert len(first["value"]) == 200
    assert "nextLink" in first
    listed = _listed(client, f"{PLAN}/images")
    assert [entry["name"] for entry in listed] == list(MARKETPLACE)
    assert not any("enabledState" in entry["properties"] for entry in listed)
    focal = f"{PLAN}/images/canonical.0001-com-ubuntu-server-focal.20_04-lts"
    assert _patch(client, focal, enabledState="Enabled").body["properties"]["enabledState"] == "Enabled"
    (found,) = client.get(f"{PLAN}/images", **{"$filter": "Properties/DisplayName eq 'Ubuntu Server 20.04 LTS'"}).body[
        "value"
    ]
    assert (found["id"], found["properties"]["enabledState"]) == (focal, "Enabled")


def test_a_lab_account_lists_and_switches_the_same_images(client: Client) -> None:
    images, old = f"{ACCOUNT}/galleryimages", "?api-version=2018-10-15"
    listed = _listed(client, f"{images}{old}")
    assert [entry["name"] for entry in listed] == list(MARKETPLACE)
    assert not any(entry["properties"]["isEnabled"] or entry["properties"]["isOverride"] for entry in listed)
    assert listed[0]["properties"]["imageReference"] == {
        "publisher": "canonical",
        "offer": "0001-com-ubuntu-server-focal",
        "sku": "20_04-lts",
        "version": "latest",
        "osType": "Linux",
    }
    focal = f"{listed[0]['id']}{old}"
    for send, enabled in (("PATCH", True), ("PUT", False)):
        reply = client.send(send, focal, {"properties": {"isEnabled": enabled, "description": "mine"}})
        shown = reply.body["properties"]
        assert (reply.status, shown["isEnabled"], shown["isOverride"]) == (200, enabled, True)
        assert shown["description"] == "Ubuntu Server 20.04 LTS"
        assert client.get(focal).body == reply.body
    assert client.send("PATCH", focal, {"properties": {"isEnabled": "Enabled"}}).rule == "gallery-image-switch"
    assert client.put(f"{images}/absent{old}", {"properties": {"isEnabled": True}}).rule == "gallery-image-switch"
    assert client.delete(focal).refused == (405, "MethodNotAllowed")


def test_a_lab_of_the_seed_lists_further_marketplace_images(client: Client) -> None:
    image = {"publisher": "Contoso", "offer": "gis", "sku": "One"}
    labs = {"labPlans": {"contoso-plan": {"marketplaceImages": [image]}}}
    labs["labaccounts"] = {"contoso-labs": {"marketplaceImages": [image, {"publisher": "x"}]}}

    def seeded() -> Reply:
        group = {"location": "koreacentral", **labs}
        subscription = {"displayName": "more", "resourceGroups": {"labs": group}}
        return client.send("POST", "/sandbox/seed", {"subscriptions": {ONE.rsplit("/", 1)[1]: subscription}})

    refused = seeded()
    assert refused.status == 400
    assert "contoso-labs.marketplaceImages[1]: 'offer' is missing" in refused.message
    labs["labaccounts"]["contoso-labs"]["marketplaceImages"].pop()
    assert seeded().status == 200
    for images in (f"{PLAN}/images", f"{ACCOUNT}/galleryimages?api-version=2018-10-15"):
        assert [entry["name"] for entry in _listed(client, images)][-1] == "contoso.gis.one"


def test_images_of_a_plan_are_neither_made_nor_deleted(client: Client, plan: str, image: str) -> None:
    there, absent = f"{plan}/images/{image.rsplit('/', 1)[1]}", f"{plan}/images/absent"
    enabled = {"properties": {"enabledState": "Enabled"}}
    assert client.get(absent).rule == "missing-plan"
    assert client.put(absent, enabled).rule == "plan-image-not-made"
    assert client.send("PATCH", absent, enabled).rule == "missing-plan"
    assert client.delete(there).refused == (405, "MethodNotAllowed")
    assert client.put(there, {"properties": {"enabledState": "On"}}).refused == (400, "InvalidParameter")
    assert client.put(f"{plan}-2/images/x", enabled).refused == (404, "ParentResourceNotFound")


def test_a_plan_shows_only_what_lab_services_can_show(client: Client, plan: str, image: str) -> None:
    two_disks = version("", storageProfile={"source": {"id": f"{BUILD}/images/windows-2019-two-disks"}})
    for name, body, changes in (
        ("limit", version("snapshots/exactly-128"), {}),
        ("two-disks", two_disks, {"osType": "Windows"}),
        ("excluded", version(), {}),
    ):
        path = f"{GALLERY}/images/{name}"
        client.put(path, definition(name, **changes))
        if name == "excluded":
            body["properties"]["publishingProfile"]["excludeFromLatest"] = True
        assert client.put(f"{path}/versions/1.0.0", body).status == 201
    assert list(_images(client)) == [image.rsplit("/", 1)[1]]
    client.replication(secondsPerRegion=60)
    client.put(f"{GALLERY}/images/slow", definition("slow"))
    assert client.put(f"{GALLERY}/images/slow/versions/1.0.0", version()).status == 201
    assert "slow" not in _images(client)


def test_an_export_is_specialized_numbered_and_without_tags(client: Client, plan: str) -> None:
    client.send("POST", "/sandbox/seed", {"labMachines": {MACHINE.upper(): {"osType": "Linux", "sizeGB": 40}}})
    body = {"name": "Test Image", "labVirtualMachineId": MACHINE}
    saved = client.send("POST", f"{plan}/saveImage", body)
    assert saved.status == 202
    ended = client.get(saved.headers["location"])
    assert (ended.status, ended.body["status"]) == (200, "Succeeded")
    assert saved.body["id"] == ended.body["id"]
    made = client.get(f"{GALLERY}/images/Test-Image").body
    assert (made["properties"]["osState"], made["properties"]["osType"], made.get("tags")) == (
        "Specialized",
        "Linux",
        None,
    )
    (first,) = client.get(f"{GALLERY}/images/Test-Image/versions").body["value"]
    assert (first["name"], first["location"], "tags" in first) == ("1.0.0", "koreacentral", False)
    assert first["properties"]["storageProfile"]["osDiskImage"]["sizeInGB"] == 40
    assert [each["name"] for each in first["properties"]["publishingProfile"]["targetRegions"]] == ["Korea Central"]
    assert client.send("POST", f"{plan}/saveImage", body).status == 202
    again = client.get(f"{GALLERY}/images/test-image/versions").body["value"]
    assert [each["name"] for each in again] == ["1.0.0", "1.0.1"]
    assert _images(client)["Test-Image"] == ""


def test_an_export_of_one_of_our_definitions_is_its_next_version(client: Client, plan: str, image: str) -> None:
    client.replication(secondsPerRegion=60)
    saved = client.send("POST", f"{plan}/saveImage", {"name": image.rsplit("/", 1)[1], "labVirtualMachineId": MACHINE})
    assert client.get(saved.headers["location"]).status == 202
    exported = client.get(f"{image}/versions/1.0.1").body["properties"]
    assert exported["provisioningState"] == "Creating"
    assert exported["storageProfile"]["source"] == {"virtualMachineId": MACHINE}


@pytest.mark.parametrize(
    ("method", "body", "refused"),
    [
        ("POST", {"name": "x", "labVirtualMachineId": f"{BUILD}/virtualMachines/windows-2022-cad"}, "AnswerUnknown"),
        ("POST", {"name": "x"}, "AnswerUnknown"),
        ("GET", None, "MethodNotAllowed"),
    ],
)
def test_exports_that_are_refused(client: Client, plan: str, method: str, body: Any, refused: str) -> None:
    assert client.send(method, f"{plan}/saveImage", body).refused[1] == refused
    assert client.send("POST", f"{plan}-2/saveImage", body).rule == "missing-plan"
    _patch(client, plan, sharedGalleryId=None)
    good = {"name": "x", "labVirtualMachineId": MACHINE}
    assert client.send("POST", f"{plan}/saveImage", good).refused == (400, "AnswerUnknown")


def test_a_devtest_lab_has_one_gallery_and_its_attachment_a_location(client: Client, image: str) -> None:
    def attach(name: str, gallery: str, **more: Any) -> Reply:
        body = {"properties": {"galleryId": gallery, "allowAllImages": "Enabled"}, **more}
        return client.put(f"{DEVTEST}/sharedgalleries/{name}", body)

    assert attach("labs_gallery", GALLERY).refused == (400, "LocationRequired")
    assert attach("labs_gallery", GALLERY, location="koreacentral").status == 201
    assert attach("labs_gallery", GALLERY, location="koreacentral").status == 200
    client.put(f"{GALLERIES}/second", {"location": "koreacentral"})
    assert attach("second", f"{GALLERIES}/second", location="koreacentral").rule == "devtest-one"
    assert attach("absent", f"{GALLERIES}/absent", location="koreacentral").rule == "devtest-gallery"
    (listed,) = client.get(f"{DEVTEST}/sharedGalleries").body["value"]
    assert listed["id"] == f"{DEVTEST}/sharedGalleries/labs_gallery"
    assert client.delete(f"{listed['id']}").status == 200


def test_a_provider_that_is_gone_answers_as_an_unknown_namespace_until_it_is_back(client: Client, plan: str) -> None:
    gone = {"gone": ["Microsoft.LabServices"]}
    assert client.send("POST", "/sandbox/providers", gone).body == {"gone": ["microsoft.labservices"]}
    for reply in (client.get(ACCOUNT), client.get(f"{ACCOUNT}/sharedGalleries"), client.delete(plan)):
        assert reply.refused == (404, "InvalidResourceNamespace")
        assert reply.rule == "provider-gone"
    assert client.get(GALLERY).status == 200
    assert client.send("POST", "/sandbox/providers", {"gone": "all"}).status == 400
    assert client.get("/sandbox/providers").body == {"gone": ["microsoft.labservices"]}
    client.send("POST", "/sandbox/providers", {"gone": []})
    assert client.get(plan).status == 200
