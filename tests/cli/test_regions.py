"""`labs regions`: what it prints and how it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result

from catalog.regions import geography
from cli.commands import regions as command
from tests.support.commands import run_labs
from tests.support.regions import region


def run(*arguments: str) -> Result:
    return run_labs("regions", *arguments)


def answer(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["ok"] is True
    assert found["date"] == geography.data_date()
    return found


def test_every_region_is_listed_once_under_its_geography() -> None:
    geographies = answer()["geographies"]
    names = [region["name"] for entry in geographies for region in entry["regions"]]
    assert sorted(names) == [region.name for region in geography.all_regions()]
    korea = next(entry for entry in geographies if entry["name"] == "Korea")
    assert [region["name"] for region in korea["regions"]] == ["koreacentral", "koreasouth"]


@pytest.mark.parametrize("arguments", [(), ("United States",), ("eastus",), ("usdodeast",), ("uae",), ("norwaywest",)])
def test_text_fits_100_columns(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 0
    assert max(map(len, result.output.splitlines())) <= 100


def test_the_table_shows_what_is_known_of_a_region() -> None:
    lines = run().stdout.splitlines()
    assert lines[0].split() == ["region", "display", "name", "pair", "access", "zones", "accounts", "plans"]
    japan_west = next(line for line in lines if line.startswith("japanwest"))
    assert japan_west.split("  ")[0] == "japanwest"
    assert japan_west.split() == ["japanwest", "Japan", "West", "japaneast", "open", "yes", "yes", "no"]
    restricted = next(line for line in lines if line.startswith("francesouth"))
    assert "on request" in restricted


def test_what_is_not_known_of_a_region_is_shown_so() -> None:
    unknown = region("koreanorth", access_restricted=None, lab_accounts_offered=None, lab_plans_offered=None)
    assert command._row(unknown)[3:] == ("?", "no", "?", "?")


@pytest.mark.parametrize("spelling", ["koreacentral", "Korea Central", "KOREA CENTRAL", "korea-central"])
def test_a_region_in_any_spelling(spelling: str) -> None:
    found = answer(spelling)
    assert found["region"]["name"] == "koreacentral"
    assert found["geography"] == {"name": "Korea", "regions": ["koreacentral", "koreasouth"]}


def test_lab_accounts_and_lab_plans_have_different_targets() -> None:
    assert answer("koreacentral")["target_regions"] == {
        "lab_accounts": ["koreacentral", "koreasouth"],
        "lab_plans": ["koreacentral"],
        "none": ["koreacentral", "koreasouth"],
    }
    lines = run("koreacentral").stdout.splitlines()
    assert lines[0] == "Korea Central (koreacentral)"
    assert "  with lab accounts   koreacentral, koreasouth" in lines
    assert "  with lab plans      koreacentral" in lines


@pytest.mark.parametrize("spelling", ["UAE", "United Arab Emirates", "united arab emirates"])
def test_a_geography_by_each_of_its_names(spelling: str) -> None:
    found = answer(spelling)
    assert found["geography"]["name"] == "UAE"
    assert [region["name"] for region in found["geography"]["regions"]] == ["uaecentral", "uaenorth"]
    assert found["target_regions"]["uaenorth"]["lab_plans"] == ["uaenorth"]


def test_a_geography_in_text_tells_where_its_galleries_replicate_to() -> None:
    lines = run("korea").stdout.splitlines()
    assert lines[0] == "Korea"
    assert "  with lab accounts   koreacentral, koreasouth" in lines
    assert "  with lab plans      koreacentral" in lines
    assert "  with lab accounts   no other" in run("qatar").stdout.splitlines()


def test_other_clouds_are_marked() -> None:
    assert "US Government / Azure Government (cloud usgovernment)" in run().stdout.splitlines()


def test_help_has_examples() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert 'labs regions "United States"' in result.stdout
