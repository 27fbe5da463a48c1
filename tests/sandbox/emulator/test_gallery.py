"""Galleries and image definitions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.emulator_client import GALLERIES, ONE, Client, definition, version

pytest_plugins = ["tests.support.emulator"]
OTHER_GROUP = f"{ONE}/resourceGroups/labs/providers/Microsoft.Compute/galleries"


def test_gallery_has_the_form_of_microsofts_example(client: Client) -> None:
    body = {"location": "Korea Central", "properties": {"description": "Labs"}, "tags": {"term": "autumn"}}
    created = client.put(f"{GALLERIES}/Labs.Gallery", body)
    assert created.status == 201
    assert created.body["properties"]["provisioningState"] == "Creating"
    assert client.wait(created)["status"] == "Succeeded"
    assert client.get(f"{GALLERIES}/labs.gallery").body == {
        "id": f"{GALLERIES}/Labs.Gallery",
        "name": "Labs.Gallery",
        "type": "Microsoft.Compute/galleries",
        "location": "koreacentral",
        "tags": {"term": "autumn"},
        "properties": {
            "description": "Labs",
            "identifier": {"uniqueName": f"{ONE.split('/')[2]}-LABS.GALLERY"},
            "provisioningState": "Succeeded",
        },
    }
    again = client.put(f"{GALLERIES}/LABS.GALLERY", body)
    assert (again.status, again.body["name"]) == (200, "Labs.Gallery")


@pytest.mark.parametrize("name", ["lab-gallery", "_labs", "labs.", "a" * 81, "lab%20gallery"])
def test_bad_gallery_names_are_refused(client: Client, name: str) -> None:
    reply = client.put(f"{GALLERIES}/{name}", {"location": "koreacentral"})
    assert reply.refused == (400, "BadRequest")
    assert reply.message.startswith("Gallery name is invalid. Allowed characters")
    assert reply.rule == "gallery-name"


def test_gallery_name_is_unique_in_the_subscription(client: Client) -> None:
    client.put(f"{GALLERIES}/labs_gallery", {"location": "koreacentral"})
    reply = client.put(f"{OTHER_GROUP}/LABS_gallery", {"location": "koreacentral"})
    assert reply.refused == (409, "Conflict")
    assert "is not unique within the subscription" in reply.message


def test_locations_are_checked(client: Client) -> None:
    reply = client.put(f"{GALLERIES}/labs_gallery", {})
    assert reply.refused == (400, "LocationRequired")
    reply = client.put(f"{GALLERIES}/labs_gallery", {"location": "koreacentrall"})
    assert reply.refused == (400, "LocationNotAvailableForResourceType")
    assert "koreacentral," in reply.message
    client.put(f"{GALLERIES}/labs_gallery", {"location": "koreacentral"})
    reply = client.put(f"{GALLERIES}/labs_gallery", {"location": "eastus"})
    assert reply.refused == (409, "InvalidResourceLocation")
    assert "already exists in location 'koreacentral' in resource group 'galleries'" in reply.message


def test_patch_merges_properties_and_replaces_tags(client: Client) -> None:
    body = {"location": "koreacentral", "tags": {"a": "1"}, "properties": {"description": "one"}}
    client.put(f"{GALLERIES}/labs_gallery", body)
    patch = {"tags": {"b": "2"}, "properties": {"softDeletePolicy": {"isSoftDeleteEnabled": True}}}
    reply = client.send("PATCH", f"{GALLERIES}/labs_gallery", patch)
    assert (reply.status, reply.body["properties"]["provisioningState"]) == (200, "Succeeded")
    assert client.wait(reply)["status"] == "Succeeded"
    shown = client.get(f"{GALLERIES}/labs_gallery").body
    assert shown["tags"] == {"b": "2"}
    assert shown["properties"]["description"] == "one"
    assert shown["properties"]["softDeletePolicy"] == {"isSoftDeleteEnabled": True}
    assert client.send("PATCH", f"{GALLERIES}/absent", patch).refused == (404, "ResourceNotFound")


def test_definition_has_the_form_of_microsofts_example(client: Client, image: str) -> None:
    shown = client.get(image.upper().replace("/SUBSCRIPTIONS", "/subscriptions")).body
    assert shown["id"] == image
    assert shown["type"] == "Microsoft.Compute/galleries/images"
    assert shown["properties"] == definition()["properties"] | {
        "architecture": "x64",
        "provisioningState": "Succeeded",
    }
    assert client.put(image, definition()).status == 200


@pytest.mark.parametrize("name", ["_python", "python-", "python.", "a" * 81, "py%20thon"])
def test_bad_definition_names_are_refused(client: Client, image: str, name: str) -> None:
    reply = client.put(f"{GALLERIES}/labs_gallery/images/{name}", definition("other"))
    assert reply.refused == (400, "InvalidParameter")
    assert reply.rule == "definition-name"


@pytest.mark.parametrize(
    "change",
    [
        {"osType": "Windows"},
        {"osState": "Specialized"},
        {"hyperVGeneration": "V2"},
        {"architecture": "Arm64"},
        {"identifier": {"publisher": "contoso-university", "offer": "python", "sku": "other"}},
        {"purchasePlan": {"name": "a", "publisher": "b", "product": "c"}},
        {"eula": "https://contoso.example/eula"},
        {"privacyStatementUri": "https://contoso.example/privacy"},
        {"features": [{"name": "SecurityType", "value": "TrustedLaunch"}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_fixed_properties_of_a_definition_cannot_change(client: Client, image: str, change: dict[str, Any]) -> None:
    reply = client.put(image, definition(**change))
    assert reply.refused == (409, "PropertyChangeNotAllowed")
    assert reply.message.startswith(f"Changing property 'galleryImage.properties.{next(iter(change))}")
    assert reply.body["error"]["target"].startswith(f"galleryImage.properties.{next(iter(change))}")


def test_free_properties_of_a_definition_can_change(client: Client, image: str) -> None:
    change: dict[str, Any] = {
        "description": "Python 3.12",
        "recommended": {"vCPUs": {"min": 2, "max": 8}},
        "endOfLifeDate": "2099-01-01",
        "features": [{"name": "IsAcceleratedNetworkSupported", "value": "True"}],
    }
    assert client.put(image, definition(**change, allowUpdateImage=True)).status == 200
    shown = client.get(image).body["properties"]
    assert shown["description"] == "Python 3.12"
    assert shown["features"] == change["features"]
    assert "allowUpdateImage" not in shown


@pytest.mark.parametrize(
    "change",
    [
        {"architecture": "Arm64"},
        {"features": [{"name": "SecurityType", "value": "TrustedLaunch"}]},
        {"features": [{"name": "SecurityType", "value": "ConfidentialVmSupported"}]},
    ],
)
def test_what_generation_2_alone_has(client: Client, image: str, change: dict[str, Any]) -> None:
    other = f"{image}-other"
    reply = client.put(other, definition("other", **change))
    assert (reply.refused, reply.rule) == ((400, "AnswerUnknown"), "definition-generation")
    assert client.put(other, definition("other", hyperVGeneration="V2", **change)).status == 201


def test_features_cannot_make_a_definition_of_generation_1_one_of_2(client: Client, image: str) -> None:
    features = [{"name": "SecurityType", "value": "TrustedLaunch"}]
    assert client.put(image, definition(features=features, allowUpdateImage=True)).rule == "definition-generation"


@pytest.mark.parametrize(
    ("tags", "rule"),
    [
        ({f"tag-{number}": "x" for number in range(51)}, "tags-count"),
        ({"Course": "a", "course": "b"}, "tags-case"),
    ],
)
def test_tags_that_no_resource_has(client: Client, image: str, tags: dict[str, str], rule: str) -> None:
    for place, body in ((image, definition()), (f"{GALLERIES}/labs_gallery", {"location": "koreacentral"})):
        assert client.put(place, {**body, "tags": tags}).rule == rule
    assert client.put(image, {**definition(), "tags": dict(list(tags.items())[-50:][1:])}).status == 200


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"osType": "Plan9"}, "value-allowed"),
        ({"osType": None}, "value-allowed"),
        ({"osState": "Sealed"}, "value-allowed"),
        ({"identifier": {"publisher": "contoso", "offer": "python", "sku": "ends."}}, "definition-identifier"),
        ({"identifier": {"publisher": "contoso", "offer": "a" * 65, "sku": "x"}}, "definition-identifier"),
        ({"identifier": {"publisher": "contoso", "offer": "python"}}, "definition-identifier"),
        ({"recommended": {"memory": {"min": 16, "max": 8}}}, "definition-recommended"),
        ({"endOfLifeDate": "2001-01-01"}, "definition-end-of-life"),
        ({"endOfLifeDate": "soon"}, "definition-end-of-life"),
        ({"features": [{"name": "SecurityType", "value": "Trusted"}]}, "definition-security-type"),
    ],
)
def test_bad_values_of_a_definition_are_refused(client: Client, image: str, change: dict[str, Any], rule: str) -> None:
    reply = client.put(f"{GALLERIES}/labs_gallery/images/another", definition("another", **change))
    assert reply.refused == (400, "InvalidParameter")
    assert reply.rule == rule


def test_identifier_is_unique_in_a_gallery(client: Client, image: str) -> None:
    reply = client.put(f"{GALLERIES}/labs_gallery/images/another", definition("UBUNTU-2204"))
    assert reply.refused == (409, "OperationNotAllowed")
    assert reply.message == (
        "Gallery image: 'python' identified by (publisher: 'contoso-university', offer: 'python', sku: 'UBUNTU-2204') "
        "already exists. Choose a different publisher, offer, sku combination."
    )


def test_deletion_goes_from_the_inside_out(client: Client, image: str) -> None:
    gallery = image.rsplit("/images/", 1)[0]
    client.put(f"{image}/versions/1.0.0", version())
    for outer, inner in ((gallery, "images/python"), (image, "images/python/versions/1.0.0")):
        reply = client.delete(outer)
        assert reply.refused == (409, "CannotDeleteResource")
        assert f"'Microsoft.Compute/galleries/labs_gallery/{inner}'. Please delete all nested" in reply.message
    for resource in (f"{image}/versions/1.0.0", image, gallery):
        reply = client.delete(resource)
        assert reply.status == 202
        assert client.wait(reply)["status"] == "Succeeded"
        assert client.get(reply.headers["location"]).status == 200
    assert client.get(gallery).refused == (404, "ResourceNotFound")
    assert client.delete(gallery).status == 204
    assert client.delete(f"{gallery}/images/python").refused == (404, "ParentResourceNotFound")


def test_a_write_of_a_gallery_keeps_how_it_is_shared(client: Client, image: str) -> None:
    gallery = image.rsplit("/images/", 1)[0]
    shared = {"permissions": "Groups"}
    for properties in ({"sharingProfile": shared, "description": "Python"}, {"description": "Courses"}, {}):
        shown = client.put(gallery, {"location": "koreacentral", "properties": properties}).body["properties"]
        assert (shown["sharingProfile"], shown.get("description")) == (shared, properties.get("description"))


def test_galleries_and_definitions_are_listed(client: Client, image: str) -> None:
    group = client.get(GALLERIES).body["value"]
    assert [gallery["name"] for gallery in group] == ["labs_gallery"]
    subscription = client.get(f"{ONE}/providers/Microsoft.Compute/galleries").body["value"]
    assert subscription == group
    images = client.get(f"{GALLERIES}/labs_gallery/images").body["value"]
    assert [entry["id"] for entry in images] == [image]
    assert client.get(f"{GALLERIES}/absent/images").refused == (404, "ParentResourceNotFound")
