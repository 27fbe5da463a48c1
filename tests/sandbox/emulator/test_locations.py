"""The sandbox's list of locations has the form of Azure's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.emulator_client import ONE, Client

pytest_plugins = ["tests.support.emulator"]


def listed(client: Client, version: str = "2022-12-01") -> dict[str, dict[str, Any]]:
    reply = client.get(f"{ONE}/locations?api-version={version}")
    assert (reply.status, list(reply.body)) == (200, ["value"])
    return {each["name"]: each for each in reply.body["value"]}


def test_a_region_has_the_form_of_azures(client: Client) -> None:
    found = listed(client)["koreacentral"]
    assert found == {
        "id": f"{ONE}/locations/koreacentral",
        "name": "koreacentral",
        "type": "Region",
        "displayName": "Korea Central",
        "regionalDisplayName": "(Asia Pacific) Korea Central",
        "metadata": {
            "regionType": "Physical",
            "regionCategory": "Recommended",
            "geography": "Korea",
            "geographyGroup": "Asia Pacific",
            "longitude": "126.978",
            "latitude": "37.5665",
            "physicalLocation": "Seoul",
            "pairedRegion": [{"name": "koreasouth", "id": f"{ONE}/locations/koreasouth"}],
        },
        "availabilityZoneMappings": [
            {"logicalZone": str(zone), "physicalZone": f"koreacentral-az{zone}"} for zone in (1, 2, 3)
        ],
    }


def test_logical_ones_and_microsofts_own_are_there_and_other_clouds_are_not(client: Client) -> None:
    found = listed(client)
    assert found["asia"]["metadata"] == {"regionType": "Logical", "regionCategory": "Other"}
    assert found["eastus2euap"]["metadata"]["geography"] == "Canary (US)"
    assert not {"usgovvirginia", "chinanorth3"} & set(found)
    assert "availabilityZoneMappings" not in found["koreasouth"]


def test_an_earlier_api_version_has_no_zones(client: Client) -> None:
    assert not any("availabilityZoneMappings" in each for each in listed(client, "2021-01-01").values())


@pytest.mark.parametrize(("path", "status"), [("/locations/koreacentral", 405), ("0/locations", 404)])
def test_only_the_list_of_a_subscription_is_there(client: Client, path: str, status: int) -> None:
    assert client.get(f"{ONE}{path}?api-version=2022-12-01").status == status


def test_the_list_can_be_made_otherwise(client: Client) -> None:
    first = listed(client)
    body = {
        "changes": [
            {"where": {"name": "koreacentral"}, "set": {"metadata": {"pairedRegion": [{"name": "japaneast"}]}}},
            {"where": {"name": "koreasouth"}},
        ],
        "added": [{"name": "koreanorth", "metadata": {"regionType": "Physical"}}],
    }
    assert client.send("POST", "/sandbox/locations", body).body == body
    assert client.send("GET", "/sandbox/locations").body == body
    found = listed(client)
    assert found["koreacentral"]["metadata"]["pairedRegion"][0]["id"] == f"{ONE}/locations/japaneast"
    assert found["koreacentral"]["metadata"]["geography"] == "Korea"
    assert "koreasouth" not in found
    assert found["koreanorth"]["id"] == f"{ONE}/locations/koreanorth"
    client.send("POST", "/sandbox/locations", {})
    assert listed(client) == first


@pytest.mark.parametrize("body", [{"changes": {}}, {"changes": [{"set": {}}]}, {"added": ["x"]}, {"chnages": []}])
def test_a_wrong_body_changes_nothing(client: Client, body: dict[str, Any]) -> None:
    assert client.send("POST", "/sandbox/locations", body).status == 400
    assert client.send("GET", "/sandbox/locations").body == {"changes": [], "added": []}
