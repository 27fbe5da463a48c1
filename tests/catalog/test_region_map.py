"""The file of the map, and what is not known in it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.files.diagnostic import InvalidFile
from catalog.regions.region import LabService
from catalog.regions.region_map import FILE, parse_region_map, written, written_for_policies
from tests.support.project import ROOT
from tests.support.regions import KOREA, region, region_map


def test_the_file_is_written_as_it_is() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert written(parse_region_map(text)) == text


def test_the_policies_copy_is_the_one_that_the_policies_generate() -> None:
    copy = ROOT / "policies" / "lab_image_policies" / "regions.json"
    assert written_for_policies(parse_region_map(FILE.read_text(encoding="utf-8"))) == copy.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    ["", "<<<<<<< HEAD", "[]", '{"date": "2026-01-01"}', '{"date": "d", "regions": [{"name": "x"}]}', "[" * 100_000],
)
def test_what_is_no_map_is_said(text: str) -> None:
    with pytest.raises(InvalidFile, match=r"x\.json: it is no map of regions; take the file of the last commit"):
        parse_region_map(text, Path("x.json"))


def test_every_key_is_one_that_a_region_has() -> None:
    content = json.loads(written(KOREA))
    content["regions"][0]["other"] = 1
    with pytest.raises(InvalidFile):
        parse_region_map(json.dumps(content))


@pytest.mark.parametrize("scope", ["geography", "paired"])
@pytest.mark.parametrize("services", [frozenset[LabService](), frozenset(LabService)])
def test_a_region_of_unknown_access_is_no_target(scope: str, services: frozenset[LabService]) -> None:
    known = region_map(region("koreacentral", paired_region="koreasouth"), region("koreasouth"))
    assert known.target_regions("koreacentral", scope, lab_services=services) == ("koreacentral", "koreasouth")
    unknown = region_map(*(replace(each, access_restricted=None) for each in known.regions))
    assert unknown.target_regions("koreacentral", scope, lab_services=services) == ("koreacentral",)
    assert unknown.target_regions("koreacentral", ["koreasouth"]) == ("koreacentral", "koreasouth")


def test_unknown_labs_are_no_labs() -> None:
    known = region_map(region("koreacentral"), region("koreasouth", lab_accounts_offered=None))
    accounts = frozenset({LabService.ACCOUNTS})
    assert known.target_regions("koreacentral", "geography", lab_services=accounts) == ("koreacentral",)
    assert known.target_regions("koreacentral", "geography") == ("koreacentral", "koreasouth")
